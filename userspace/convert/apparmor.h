/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An AppArmor profile as far as it has a counterpart here (apparmor.d(5)). */
#ifndef KPOL_CONVERT_APPARMOR_H
#define KPOL_CONVERT_APPARMOR_H

#include "base/diag.h"
#include "base/strv.h"

/**
 * struct kpol_aa_statement - words up to a comma or a brace
 * @words: without quotes; what stands in parentheses is one word.
 * @end: ',' of a rule, '{' of something that is opened, '}', '=' of a line that ends without either
 *	(a variable, an include), 0 at the end of the text.
 */
struct kpol_aa_statement {
	struct kpol_strv words;
	unsigned int line;
	char end;
};

/** struct kpol_aa_text - where reading stands. */
struct kpol_aa_text {
	const char *at;
	const char *end;
	unsigned int line;
};

/** kpol_aa_next() - the next statement. Return: 0, -EINVAL: a quote or bracket is never closed;
 * -ENOMEM. */
int kpol_aa_next(struct kpol_aa_text *text, struct kpol_aa_statement *ret);

void kpol_aa_statement_clear(struct kpol_aa_statement *statement);

/** struct kpol_aa_variable - "@{NAME}" without its sign and braces. */
struct kpol_aa_variable {
	char *name;
	struct kpol_strv values;
};

/** struct kpol_aa_variables - zero-initialise, end with kpol_aa_variables_clear(). */
struct kpol_aa_variables {
	struct kpol_aa_variable *items;
	size_t n;
};

/** kpol_aa_variables_set() - "@{X} = a b", or with @more "+=". Return: 0 or -ENOMEM. */
int kpol_aa_variables_set(struct kpol_aa_variables *variables, const char *name, bool more,
			  char *const *values, size_t n);

/**
 * kpol_aa_expand() - a path with its variables written out, as patterns of this tree
 * @ret: gets one pattern, or several where the alternatives begin before the first slash.
 * @ret_missing: the variable that is not defined, to free(); set only with -ENOENT.
 *
 * Return: 0; -ENOENT; -EINVAL: variables within themselves; -ENOMEM.
 */
int kpol_aa_expand(const struct kpol_aa_variables *variables, const char *path,
		   struct kpol_strv *ret, char **ret_missing);

void kpol_aa_variables_clear(struct kpol_aa_variables *variables);

/* What a file rule permits. */
#define KPOL_AA_READ (1U << 0)
#define KPOL_AA_WRITE (1U << 1)
#define KPOL_AA_APPEND (1U << 2)
#define KPOL_AA_EXEC (1U << 3)
#define KPOL_AA_MAP (1U << 4)
#define KPOL_AA_LOCK (1U << 5)
#define KPOL_AA_LINK (1U << 6)
#define KPOL_AA_LEAVES (1U << 7) /* the program gets another profile, or none */

/** struct kpol_aa_file - one file rule; @path is a pattern of this tree. */
struct kpol_aa_file {
	char *path;
	unsigned int perms;
	bool deny;
	bool owner;
	unsigned int line;
};

/** struct kpol_aa_word - a capability or protocol. */
struct kpol_aa_word {
	char *word;
	bool deny;
};

/** struct kpol_aa_profile - @name and @program as written; @program may be NULL. */
struct kpol_aa_profile {
	char *name;
	char *program;
	bool complain;
	bool ptrace_allow, ptrace_deny;
	struct kpol_aa_file *files;
	size_t n_files;
	struct kpol_aa_word *capabilities;
	size_t n_capabilities;
	struct kpol_aa_word *protocols;
	size_t n_protocols;
	unsigned int line;
};

/** struct kpol_aa_profiles - zero-initialise, end with kpol_aa_profiles_clear(). */
struct kpol_aa_profiles {
	struct kpol_aa_profile *items;
	size_t n;
};

/** kpol_aa_parse() - read a file; what has no counterpart is a warning. Return: as
 * kpol_convert_apparmor(). */
int kpol_aa_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		  struct kpol_aa_profiles *ret);

void kpol_aa_profiles_clear(struct kpol_aa_profiles *profiles);

#endif /* KPOL_CONVERT_APPARMOR_H */
