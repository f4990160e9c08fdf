/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes to stderr: one line per failure. */
#ifndef KPOL_KPOLCTL_MESSAGE_H
#define KPOL_KPOLCTL_MESSAGE_H

#include <json-c/json.h>

/**
 * kpolctl_fail() - say "kpolctl: …" on stderr, as JSON with -o json
 *
 * Control characters in the result are escaped. Return: @code, so that a verb can return it.
 */
int kpolctl_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** kpolctl_fail_unknown() - the same for a word: 'unknown WHAT "WORD" (did you mean "NEAR"?)' */
int kpolctl_fail_unknown(const char *what, const char *word, const char *near);

/** kpolctl_note() - a remark on stderr, kept back by -q. */
void kpolctl_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * kpolctl_diagnostics() - print the daemon's diagnostics, one line each, as lint prints its own
 * @diagnostics: array of objects as docs/control.md has them; NULL: none.
 */
void kpolctl_diagnostics(struct json_object *diagnostics);

#endif /* KPOL_KPOLCTL_MESSAGE_H */
