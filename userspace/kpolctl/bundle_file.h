/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bundle read from disk, as parameters for the daemon. */
#ifndef KPOL_KPOLCTL_BUNDLE_FILE_H
#define KPOL_KPOLCTL_BUNDLE_FILE_H

#include <json-c/json.h>

/**
 * kpolctl_bundle_read() - {"file":…,"text":…} of a file, "-" is standard input
 *
 * Failures are told on stderr. Return: an exit code; @ret is set only with KPOLCTL_OK.
 */
int kpolctl_bundle_read(const char *file, struct json_object **ret);

#endif /* KPOL_KPOLCTL_BUNDLE_FILE_H */
