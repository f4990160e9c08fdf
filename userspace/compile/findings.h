/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every finding there is, by its stable code. */
#ifndef KPOL_COMPILE_FINDINGS_H
#define KPOL_COMPILE_FINDINGS_H

#include "base/diag.h"

/**
 * struct kpol_finding - a kind of finding; docs/lint.md explains each, a test compares
 * @severity: of those that are found by this code.
 * @fixed: it cannot be silenced.
 * @needs_files: found only where the workload's files are at hand.
 */
struct kpol_finding {
	const char *code;
	enum kpol_severity severity;
	bool fixed;
	bool needs_files;
};

/** kpol_findings - all of them, in the order of their codes, ended by one without a code. */
extern const struct kpol_finding kpol_findings[];

/** kpol_finding_get() - by code; NULL if there is none. */
const struct kpol_finding *kpol_finding_get(const char *code);

#endif /* KPOL_COMPILE_FINDINGS_H */
