// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy of pods that nothing is known of yet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "compile/compile.h"

#define PENDING_NAME "kpol-pending"
#define PENDING_MESSAGE "nothing is known of this pod yet"

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

int kpol_pending_add(struct kpol_bundle *bundle, const struct kpol_strv *roots, enum kpol_mode mode)
{
	struct kpol_policy *policy =
		kpol_append(&bundle->policies, &bundle->n_policies, sizeof(*policy));

	if (!policy)
		return -ENOMEM;
	*policy = (struct kpol_policy){
		.kind = KPOL_KIND_RUNTIME,
		.mode = mode == KPOL_MODE_ENFORCE ? KPOL_MODE_ENFORCE : KPOL_MODE_OBSERVE,
		.selector.pending = true,
	};
	policy->name = strdup(PENDING_NAME);
	policy->message = strdup(PENDING_MESSAGE);
	if (!policy->name || !policy->message ||
	    kpol_strv_copy(&policy->selector.cgroups, roots) < 0)
		return -ENOMEM;
	return mode == KPOL_MODE_OFF ? 0 : add_item(policy);
}
