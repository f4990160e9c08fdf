/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A suite: accesses with the verdicts that their author expects, read from a PolicyTest document. */
#ifndef KPOL_CASES_SUITE_H
#define KPOL_CASES_SUITE_H

#include "base/arena.h"
#include "base/diag.h"
#include "compile/compile.h"
#include "engine/decide.h"
#include "load/schema.h"

#define KPOL_SUITE_KIND "PolicyTest"

/**
 * struct kpol_expected_rule - who must have decided; what is NULL or 0 may be anything
 * @policy: "name" or "namespace/name". @object: as the rule has it, a directory without its slash.
 * @by_rule: some rule, whichever. @by_default: none, but the default deny of an allowlist.
 * @by_seal: none, but the seal of a scope.
 */
struct kpol_expected_rule {
	const char *policy;
	const char *object;
	unsigned int line;
	bool by_rule;
	bool by_default;
	bool by_seal;
	struct kpol_place place;
};

/**
 * struct kpol_case_peer - the pod at the other end
 * @namespace: NULL: that of the workload, or "default".
 */
struct kpol_case_peer {
	const char *namespace;
	struct kpol_label *labels;
	size_t n_labels;
};

/**
 * struct kpol_case - one access and what is expected of it
 * @name: of its author, or NULL.
 * @text: the access in words: "exec /bin/sh by /usr/bin/payd".
 * @workload: index into the suite's workloads.
 * @peer: of a network access; NULL: it is no pod.
 * @verdict: enum kpol_verdict.
 */
struct kpol_case {
	const char *name;
	const char *text;
	uint32_t workload;
	struct kpol_access access;
	const struct kpol_case_peer *peer;
	uint8_t verdict;
	struct kpol_expected_rule rule;
	struct kpol_place place;
};

/**
 * struct kpol_suite_workload - a workload and the machine it runs on
 * @workload: strings belong to the suite.
 * @node: labels of the machine; none: unknown, so every host policy counts.
 */
struct kpol_suite_workload {
	struct kpol_workload workload;
	struct kpol_label *node;
	size_t n_node;
};

/**
 * struct kpol_suite - zero-initialise, end with kpol_suite_clear()
 * @mode: enum kpol_mode: judge as if every policy were in it; 0: as the policies say.
 * @workloads: no two alike. @tree finds one by its key.
 */
struct kpol_suite {
	char *file;
	uint8_t mode;
	struct kpol_case *cases;
	size_t n_cases;
	struct kpol_suite_workload *workloads;
	size_t n_workloads;
	struct kpol_arena arena;
	void *tree;
};

/* The schema of the document, as fmt needs it too. */
extern const struct kpol_schema kpol_suite_schema;

/**
 * kpol_suite_parse() - read a test file's text
 *
 * Return: 0; -EINVAL: there are errors in @diags; -ENOMEM.
 */
int kpol_suite_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		     struct kpol_suite *ret);

/** kpol_suite_load() - the same from a file. Return: also the errno of reading, in @diags too. */
int kpol_suite_load(const char *file, struct kpol_diags *diags, struct kpol_suite *ret);

/** kpol_suite_build() - add the cases of a document that has passed the walk. Return: 0 or -ENOMEM.
 */
int kpol_suite_build(const struct kpol_node *doc, struct kpol_suite *suite);

/** kpol_suite_verdict() - "allow", "deny", "audit", "would-deny" for an enum kpol_verdict. */
const char *kpol_suite_verdict(uint8_t verdict);

void kpol_suite_clear(struct kpol_suite *suite);

#endif /* KPOL_CASES_SUITE_H */
