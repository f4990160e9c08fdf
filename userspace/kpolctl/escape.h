/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that a workload chose, made safe to show on a terminal. */
#ifndef KPOL_KPOLCTL_ESCAPE_H
#define KPOL_KPOLCTL_ESCAPE_H

#include <stddef.h>

/** kpolctl_escape() - kpol_text_escape() of a whole string. Return: to free(); NULL without memory.
 */
char *kpolctl_escape(const char *text);

/**
 * kpolctl_escape_json() - the same for serialised JSON, which stays equal JSON
 *
 * json-c escapes C0 only; a terminal also obeys DEL, C1 and the bidirectional controls. Bytes that
 * are no UTF-8 become U+FFFD: JSON cannot carry them.
 *
 * Return: a string to free(), or NULL without memory.
 */
char *kpolctl_escape_json(const char *json);

/** kpolctl_text_width() - columns that escaped text takes: one per code point. */
size_t kpolctl_text_width(const char *text);

#endif /* KPOL_KPOLCTL_ESCAPE_H */
