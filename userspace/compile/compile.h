/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From policies and workloads to a ruleset. */
#ifndef KPOL_COMPILE_COMPILE_H
#define KPOL_COMPILE_COMPILE_H

#include "base/diag.h"
#include "compile/ruleset.h"
#include "model/bundle.h"

/**
 * enum kpol_role - what a workload is to policies
 * @KPOL_ROLE_ORDINARY: what its names and labels make it.
 * @KPOL_ROLE_PENDING: it belongs to a pod that nothing is known of yet: see kpol_pending_add().
 * @KPOL_ROLE_RUNTIME: the container runtime's own, such as a pod's sandbox: no policy is for it.
 */
enum kpol_role {
	KPOL_ROLE_ORDINARY,
	KPOL_ROLE_PENDING,
	KPOL_ROLE_RUNTIME,
};

/**
 * struct kpol_workload - something that runs in a cgroup of its own
 * @role: enum kpol_role.
 * @cgroup: path below the cgroup2 root, "/" for the host itself; NULL when asked about offline.
 * @cgroup_id: inode number of that directory; 0: unknown.
 * @unit: last component when it is a systemd unit or slice, else NULL.
 * @pod: name of the pod, else NULL.
 * @container: container name, else NULL. @namespace: Kubernetes', else NULL.
 */
struct kpol_workload {
	uint8_t role;
	char *cgroup;
	uint64_t cgroup_id;
	char *unit;
	char *pod;
	char *container;
	char *namespace;
	struct kpol_label *labels;
	size_t n_labels;
};

void kpol_workload_clear(struct kpol_workload *workload);

/**
 * kpol_selector_matches() - is this workload one that the policy is for?
 *
 * A unit or cgroup that is named covers everything below it, so ancestors count. Host policies are
 * for whatever is no container.
 */
bool kpol_selector_matches(const struct kpol_policy *policy, const struct kpol_workload *workload);

/**
 * kpol_pending_add() - add the policy of pods, or of other containers, that nothing is known of yet
 * @roots: cgroups, or patterns of cgroups, below which all pods are; or those of the containers themselves.
 * @mode: enforce: such a pod executes nothing; observe: each execution is reported; off: nothing is asked of it.
 *
 * It is bound to the roots themselves, so that the kernel goes by it for each new pod while no daemon runs, and that a
 * runtime that sets up a container from inside is entering it, however late the daemon binds it.
 * For containers nothing is added where no policy is for any, nor a root that some policy's own pattern may match: that
 * one holds from the beginning.
 * Return: 0 or -ENOMEM.
 */
int kpol_pending_add(struct kpol_bundle *bundle, enum kpol_pending whom,
		     const struct kpol_strv *roots, enum kpol_mode mode);

/** kpol_visibility_read() - "process,file" of an annotation. Other words say nothing. Return: 1 << enum kpol_class for each. */
uint32_t kpol_visibility_read(const char *words);

/**
 * kpol_visibility_add() - add the policy that reports what the pods of a namespace do, and changes no verdict
 * @visible: from kpol_visibility_read(); 0: nothing is added.
 *
 * Return: 0 or -ENOMEM.
 */
int kpol_visibility_add(struct kpol_bundle *bundle, const char *namespace, uint32_t visible);

/**
 * kpol_compile() - compile a bundle for the workloads known now
 * @bundle: checked model.
 * @workloads: found on this machine; may be none (offline).
 * @diags: errors and warnings, each at the YAML line of its item.
 * @ret_ruleset: free with kpol_ruleset_free().
 *
 * Scopes: one for each distinct set of policies that share a workload. Policies with equal
 * selectors share one even when no workload is known. A selector of units, cgroups or hosts alone
 * also gets pattern bindings (BIND_UNIT, BIND_PATH, BIND_GLOB; host: BIND_PATH "/"), so that the
 * kernel confines such a cgroup from the moment it exists, with no daemon alive. A workload whose
 * set of policies differs from what its pattern binding would give it, its ancestors' policies
 * included, gets a BIND_ID binding to the scope with the right set, or to the free scope if no policy is for it.
 * Host policies are part of every scope that is no container's.
 *
 * Return: 0; -EINVAL with errors in @diags; -ENOMEM.
 */
int kpol_compile(const struct kpol_bundle *bundle, const struct kpol_workload *workloads,
		 size_t n_workloads, struct kpol_diags *diags, struct kpol_ruleset **ret_ruleset);

/**
 * kpol_compile_scope() - the scope of a ruleset that has exactly the policies this workload should
 * have
 * @bundle: what @ruleset was compiled from.
 * @host: the workload "/" with the node's labels; NULL: unknown, every host policy counts.
 *
 * For a cgroup that appeared after the compilation: bind it to this scope, or compile again if
 * there is none. Return: a scope id; 0: no such scope; @ret_needed is false if no policy is for the
 * workload: then it is the free scope, if the ruleset has one.
 */
uint32_t kpol_compile_scope(const struct kpol_bundle *bundle, const struct kpol_ruleset *ruleset,
			    const struct kpol_workload *workload, const struct kpol_workload *host,
			    bool *ret_needed);

#endif /* KPOL_COMPILE_COMPILE_H */
