/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Diagnostics: what a library has to say about somebody's input, with its place. */
#ifndef KPOL_BASE_DIAG_H
#define KPOL_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

/* Findings kept of each severity; after that one more says that there are more. */
#define KPOL_DIAGS_MAX 10000

enum kpol_severity { KPOL_ERROR = 1, KPOL_WARNING, KPOL_NOTE };

/**
 * struct kpol_diag - one finding
 * @severity: an error makes the whole input unusable, the others do not.
 * @code: stable, "KPOL012"; constant string.
 * @file: as the user named it; owned.
 * @line: from 1; 0: the file as a whole.
 * @column: from 1, in characters; 0: the whole line.
 * @message: one sentence without a full stop; owned, printable (control characters escaped).
 * @silence: why its author wants to hear no more of it; owned. NULL: it counts.
 * @number: how many findings were there before it.
 */
struct kpol_diag {
	enum kpol_severity severity;
	const char *code;
	char *file;
	unsigned int line;
	unsigned int column;
	char *message;
	char *silence;
	size_t number;
};

/** struct kpol_diags - findings in the order found; zero-initialise, end with kpol_diags_clear().
 */
struct kpol_diags {
	struct kpol_diag *items;
	size_t n;
	size_t n_errors;
	size_t n_warnings;
	size_t n_silenced; /* in none of the other counts but n */
	bool oom; /* a finding was lost because memory ran out: treat as an error */
};

/**
 * kpol_diag_add() - append a finding
 * @diags: list, or NULL to drop it.
 * @format: printf-like; bytes that are not printable UTF-8 are escaped as \xNN.
 *
 * Return: -EINVAL for KPOL_ERROR (so that a caller can return it), 0 else, -ENOMEM.
 */
int kpol_diag_add(struct kpol_diags *diags, enum kpol_severity severity, const char *code,
		  const char *file, unsigned int line, unsigned int column, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/** kpol_diag_silence() - let a warning or a note no longer count. Return: 0 or -ENOMEM. */
int kpol_diag_silence(struct kpol_diags *diags, size_t index, const char *reason);

/** kpol_diags_sort() - by file, line and column; findings at one place stay in the order found. */
void kpol_diags_sort(struct kpol_diags *diags);

void kpol_diags_clear(struct kpol_diags *diags);

/**
 * kpol_diag_format() - "bundle.yaml:12:7: unknown action "blok" (did you mean "Block"?)"
 *
 * Warnings read "file:line:col: warning: … [KPOL012]". Return: a string to free(), or NULL.
 */
char *kpol_diag_format(const struct kpol_diag *diag);

#endif /* KPOL_BASE_DIAG_H */
