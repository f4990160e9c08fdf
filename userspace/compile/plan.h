/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: which scopes a bundle needs on this machine, and what is bound to them. */
#ifndef KPOL_COMPILE_PLAN_H
#define KPOL_COMPILE_PLAN_H

#include "compile/group.h"

/**
 * struct kpol_plan_scope - a set of groups that share workloads
 * @flags: KPOL_SCOPE_*. @number: its place in the plan, later its id - 1.
 */
struct kpol_plan_scope {
	struct kpol_set set;
	uint32_t flags;
	uint32_t number;
	char *name;
};

/** struct kpol_plan_binding - as kpol_binding_row, with the scope itself. @path is owned. */
struct kpol_plan_binding {
	uint8_t kind;
	uint64_t cgroup;
	char *path;
	struct kpol_plan_scope *scope;
};

/**
 * struct kpol_plan - zero-initialise with @groups and @host, end with kpol_plan_clear()
 * @host: the workload "/" if it is known, else NULL.
 * @tree: finds a scope by set and flags.
 */
struct kpol_plan {
	const struct kpol_groups *groups;
	const struct kpol_workload *host;
	struct kpol_plan_scope **scopes;
	size_t n_scopes;
	struct kpol_plan_binding *bindings;
	size_t n_bindings;
	void *tree;
};

/**
 * kpol_plan_scope_for() - the scope a workload belongs in, made if it is new
 * @ret: NULL if no policy is for it.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_plan_scope_for(struct kpol_plan *plan, const struct kpol_workload *workload,
			struct kpol_plan_scope **ret);

/** kpol_plan_scope_get() - the scope of a set, made if it is new. Takes over @set's memory. */
int kpol_plan_scope_get(struct kpol_plan *plan, struct kpol_set *set, uint32_t flags,
			struct kpol_plan_scope **ret);

/** kpol_plan_bind() - add a binding; @path is copied. Return: 0 or -ENOMEM. */
int kpol_plan_bind(struct kpol_plan *plan, uint8_t kind, const char *path, uint64_t cgroup,
		   struct kpol_plan_scope *scope);

/** kpol_plan_patterns() - scopes and bindings that need no workload to be known. Return: 0 or
 * -ENOMEM. */
int kpol_plan_patterns(struct kpol_plan *plan);

/** kpol_plan_workloads() - bindings for workloads that the patterns would put into the wrong scope.
 */
int kpol_plan_workloads(struct kpol_plan *plan, const struct kpol_workload *workloads, size_t n);

/** kpol_plan_sort_bindings() - by kind, path, id. */
void kpol_plan_sort_bindings(struct kpol_plan *plan);

/** kpol_plan_finish() - name and sort the scopes, sort the bindings. Return: 0 or -ENOMEM. */
int kpol_plan_finish(struct kpol_plan *plan);

void kpol_plan_clear(struct kpol_plan *plan);

#endif /* KPOL_COMPILE_PLAN_H */
