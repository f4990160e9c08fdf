// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy that reports all that a namespace does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "compile/compile.h"

#define VISIBILITY_NAME "kpol-visibility"
#define VISIBILITY_MESSAGE "the namespace's kubearmor-visibility asks for it"

/* Everything of a class. */
static const struct {
	const char *word;
	struct kpol_item all;
	bool has_paths;
} classes[] = {
	{ "process",
	  { .class = KPOL_CLASS_PROCESS, .match = KPOL_MATCH_DIR, .ops = KPOL_OP_EXEC },
	  true },
	{ "file",
	  { .class = KPOL_CLASS_FILE, .match = KPOL_MATCH_DIR, .ops = KPOL_OPS_FILE },
	  true },
	{ "network",
	  { .class = KPOL_CLASS_NETWORK, .match = KPOL_MATCH_PEER, .ops = KPOL_OPS_NETWORK },
	  false },
	{ "capabilities",
	  { .class = KPOL_CLASS_CAPABILITY, .match = KPOL_MATCH_ANY, .ops = KPOL_OPS_CAPABILITY },
	  false },
};

static int add_item(struct kpol_policy *policy, size_t which)
{
	struct kpol_item *item = kpol_append(&policy->items, &policy->n_items, sizeof(*item));

	if (!item)
		return -ENOMEM;
	*item = classes[which].all;
	item->action = KPOL_ACTION_AUDIT;
	item->severity = 1;
	if (!classes[which].has_paths)
		return 0;
	item->recursive = true;
	item->object = strdup("");
	return item->object ? 0 : -ENOMEM;
}

uint32_t kpol_visibility_read(const char *words)
{
	uint32_t visible = 0;

	for (; *words; words += strspn(words, ", ")) {
		size_t len = strcspn(words, ", ");

		for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
			if (strlen(classes[i].word) == len &&
			    strncmp(classes[i].word, words, len) == 0)
				visible |= 1U << classes[i].all.class;
		words += len;
	}
	return visible;
}

int kpol_visibility_add(struct kpol_bundle *bundle, const char *namespace, uint32_t visible)
{
	struct kpol_policy *policy;
	int r = 0;

	if (!visible)
		return 0;
	policy = kpol_append(&bundle->policies, &bundle->n_policies, sizeof(*policy));
	if (!policy)
		return -ENOMEM;
	*policy = (struct kpol_policy){ .kind = KPOL_KIND_RUNTIME, .mode = KPOL_MODE_OBSERVE };
	policy->name = strdup(VISIBILITY_NAME);
	policy->namespace = strdup(namespace);
	policy->message = strdup(VISIBILITY_MESSAGE);
	if (!policy->name || !policy->namespace || !policy->message)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && r == 0; i++)
		if (visible & 1U << classes[i].all.class)
			r = add_item(policy, i);
	return r;
}
