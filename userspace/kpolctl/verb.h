/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A verb of kpolctl: one file, one row. */
#ifndef KPOL_KPOLCTL_VERB_H
#define KPOL_KPOLCTL_VERB_H

#include <stdbool.h>

/* Exit codes, the same for all verbs. */
enum {
	KPOLCTL_OK = 0, /* done, yes, no difference */
	KPOLCTL_NO = 1, /* the answer is no: differs, invalid, would be denied */
	KPOLCTL_USAGE = 2,
	KPOLCTL_DOWN = 3, /* kpold or the module is not there */
	KPOLCTL_DENIED = 4, /* not permitted */
	KPOLCTL_TROUBLE = 5,
	KPOLCTL_CHANGES = 6, /* plan, diff of two files: something changes */
	KPOLCTL_HIGH_RISK = 7, /* the same with --fail-on high: at high risk */
};

/* The last two are for test reports only. */
enum kpolctl_output {
	KPOLCTL_TABLE,
	KPOLCTL_WIDE,
	KPOLCTL_JSON,
	KPOLCTL_NAME,
	KPOLCTL_JUNIT,
	KPOLCTL_TAP,
};

/**
 * struct kpolctl_verb - one row of the verb table
 * @name: "load". @args: "FILE". @purpose: one line.
 * @options: lines "--dry-run[=kernel]\twhat it does", NULL-terminated array; may be NULL.
 * @example: one command line.
 * @reports: it also has -o junit and -o tap.
 * @run: argv[0] is the verb; options -o/--output, -q and -h are already taken out.
 */
struct kpolctl_verb {
	const char *name;
	const char *args;
	const char *purpose;
	const char *const *options;
	const char *example;
	bool reports;
	int (*run)(int argc, char **argv);
};

/* Set by main() before a verb runs. */
extern enum kpolctl_output kpolctl_output;
extern bool kpolctl_quiet;

extern const struct kpolctl_verb verb_bind, verb_compile, verb_completion, verb_convert, verb_diff,
	verb_events, verb_explain, verb_fmt, verb_get, verb_help, verb_lint, verb_load, verb_mode,
	verb_lock, verb_panic, verb_plan, verb_resume, verb_rollback, verb_schema, verb_status,
	verb_test, verb_unbind, verb_version;

#endif /* KPOL_KPOLCTL_VERB_H */
