// SPDX-License-Identifier: GPL-2.0-or-later
/* The policies of pods and containers that nothing is known of yet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "compile/compile.h"
#include "compile/selector.h"

static const struct {
	const char *name, *message;
} pending[] = {
	[KPOL_PENDING_PODS] = { "kpol-pending", "nothing is known of this pod yet" },
	[KPOL_PENDING_CONTAINERS] = { "kpol-pending-containers",
				      "nothing is known of this container yet" },
};

/* Whatever it is: what runs in such a pod already goes on, but nothing new begins. */
static int add_item(struct kpol_policy *policy)
{
	struct kpol_item *item = kpol_append(&policy->items, &policy->n_items, sizeof(*item));

	if (!item)
		return -ENOMEM;
	*item = (struct kpol_item){ .class = KPOL_CLASS_PROCESS,
				    .match = KPOL_MATCH_DIR,
				    .action = KPOL_ACTION_BLOCK,
				    .recursive = true,
				    .ops = KPOL_OP_EXEC };
	item->object = strdup("");
	return item->object ? 0 : -ENOMEM;
}

static int add_policy(struct kpol_bundle *bundle, enum kpol_pending whom,
		      const struct kpol_strv *roots, enum kpol_mode mode)
{
	struct kpol_policy *policy =
		kpol_append(&bundle->policies, &bundle->n_policies, sizeof(*policy));

	if (!policy)
		return -ENOMEM;
	*policy = (struct kpol_policy){
		.kind = KPOL_KIND_RUNTIME,
		.mode = mode == KPOL_MODE_ENFORCE ? KPOL_MODE_ENFORCE : KPOL_MODE_OBSERVE,
		.selector.pending = (uint8_t)whom,
	};
	policy->name = strdup(pending[whom].name);
	policy->message = strdup(pending[whom].message);
	if (!policy->name || !policy->message ||
	    kpol_strv_copy(&policy->selector.cgroups, roots) < 0)
		return -ENOMEM;
	return mode == KPOL_MODE_OFF ? 0 : add_item(policy);
}

static bool selects_containers(const struct kpol_bundle *bundle)
{
	for (size_t i = 0; i < bundle->n_policies; i++)
		if (kpol_selector_selects(&bundle->policies[i]) == KPOL_SELECTS_CONTAINERS)
			return true;
	return false;
}

/* May both match one cgroup, or the one a cgroup around what the other matches? No, where they begin differently. */
static bool may_meet(const char *a, const char *b)
{
	size_t n = strcspn(a, "*?[\\"), m = strcspn(b, "*?[\\");

	return strncmp(a, b, n < m ? n : m) == 0;
}

static bool is_claimed(const struct kpol_bundle *bundle, const char *root)
{
	for (size_t i = 0; i < bundle->n_policies; i++) {
		const struct kpol_strv *cgroups = &bundle->policies[i].selector.cgroups;

		for (size_t j = 0; j < cgroups->n; j++)
			if (kpol_cgroup_is_pattern(cgroups->items[j]) &&
			    may_meet(cgroups->items[j], root))
				return true;
	}
	return false;
}

static int add_containers(struct kpol_bundle *bundle, const struct kpol_strv *roots,
			  enum kpol_mode mode)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv free_roots = { 0 };
	int r = 0;

	if (!selects_containers(bundle))
		return 0;
	for (size_t i = 0; i < roots->n && r == 0; i++)
		if (!is_claimed(bundle, roots->items[i]))
			r = kpol_strv_add(&free_roots, roots->items[i], strlen(roots->items[i]));
	if (r < 0 || free_roots.n == 0)
		return r;
	return add_policy(bundle, KPOL_PENDING_CONTAINERS, &free_roots, mode);
}

int kpol_pending_add(struct kpol_bundle *bundle, enum kpol_pending whom,
		     const struct kpol_strv *roots, enum kpol_mode mode)
{
	if (whom == KPOL_PENDING_CONTAINERS)
		return add_containers(bundle, roots, mode);
	return add_policy(bundle, whom, roots, mode);
}
