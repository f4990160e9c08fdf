/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon says to its administrator: the only place of userspace that logs. */
#ifndef KPOLD_LOG_H
#define KPOLD_LOG_H

#include <syslog.h>

/**
 * kpold_log() - one sentence to the journal, or to standard error when that is not the journal
 * @priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO.
 * @format: without a newline; control characters are escaped.
 */
void kpold_log(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* KPOLD_LOG_H */
