/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help for one verb and for all, from the rows. */
#ifndef KPOL_KPOLCTL_USAGE_H
#define KPOL_KPOLCTL_USAGE_H

#include "kpolctl/verb.h"

/** struct kpolctl_exit - one row of the table of exit codes; the last has no @meaning. */
struct kpolctl_exit {
	int code;
	const char *meaning;
};

extern const struct kpolctl_exit kpolctl_exits[];

/** kpolctl_usage_print() - synopsis, options, example and exit codes of a verb, to stdout. */
void kpolctl_usage_print(const struct kpolctl_verb *verb);

/** kpolctl_usage_print_all() - the verbs, one line each, to stdout. */
void kpolctl_usage_print_all(void);

#endif /* KPOL_KPOLCTL_USAGE_H */
