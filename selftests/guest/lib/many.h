/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ruleset of any size, of the shapes that real policies have. */
#ifndef KPOL_GUEST_MANY_H
#define KPOL_GUEST_MANY_H

#include <stdbool.h>
#include <stddef.h>

#include "compile/ruleset.h"

/* The first rules of every such ruleset, which a workload needs to run. */
#define MANY_LEAST 10

/**
 * struct many - what to make
 * @program: path that may be executed, and that acts.
 * @cgroup: path below the cgroup2 root that the only scope is bound to.
 * @n: rules, at least MANY_LEAST.
 * @patterns: what is beyond the first are patterns for files, and nothing else.
 * @sources: every other rule beyond the first is about a named program, and so is one that lets
 * @program work.
 */
struct many {
	const char *program;
	const char *cgroup;
	size_t n;
	bool sources;
	bool patterns;
};

/**
 * many_ruleset() - make it: an enforced allowlist of programs, files and network
 *
 * All may read and write below /tmp and /dev, run /bin/busybox and talk UDP to 127.0.0.0/8. Out of
 * ten further rules five are exact paths, two directories and one a pattern, for files and
 * programs; two are networks.
 *
 * Return: the ruleset, to be freed with kpol_ruleset_free(); ends the program without memory.
 */
struct kpol_ruleset *many_ruleset(const struct many *what);

#endif /* KPOL_GUEST_MANY_H */
