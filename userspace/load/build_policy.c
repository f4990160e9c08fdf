// SPDX-License-Identifier: GPL-2.0-or-later
/* One policy document: its name, mode and owner around selector and items. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/words.h"
#include "load/build.h"

static uint8_t read_mode(const struct kpol_node *spec, uint8_t otherwise)
{
	const char *mode = kpol_node_text(spec, "mode");

	return mode ? (uint8_t)kpol_word_value(KPOL_WORDS_MODE, mode) : otherwise;
}

static void read_postures(const struct kpol_node *spec, struct kpol_bundle *bundle)
{
	const struct kpol_node *map = kpol_node_get(spec, "posture");
	struct kpol_postures said = { 0 };

	if (!map)
		return;
	kpol_for_each_node(entry, map) * kpol_posture_slot(&said, entry->key->text) =
		(uint8_t)kpol_posture_find(entry->text);
	kpol_postures_fill(&bundle->postures, &said);
	bundle->postures_place = (struct kpol_place){ map->key->line, map->key->column };
}

int kpol_build_header(const struct kpol_node *doc, struct kpol_bundle *bundle, uint8_t *ret_mode)
{
	const struct kpol_node *metadata = kpol_node_get(doc, "metadata");
	const struct kpol_node *spec = kpol_node_get(doc, "spec");

	*ret_mode = read_mode(spec, KPOL_MODE_ENFORCE);
	read_postures(spec, bundle);
	bundle->empty = kpol_node_true(spec, "empty");
	free(bundle->name);
	bundle->name = NULL;
	if (kpol_build_string(metadata, "name", &bundle->name) < 0 ||
	    kpol_build_string(metadata, "version", &bundle->version) < 0 ||
	    kpol_build_string(metadata, "owner", &bundle->owner) < 0 ||
	    kpol_build_string(metadata, "contact", &bundle->contact) < 0 ||
	    kpol_build_string(metadata, "change", &bundle->change) < 0 ||
	    kpol_build_silences(doc, &bundle->silences) < 0)
		return -ENOMEM;
	return kpol_build_strings(kpol_node_get(spec, "frameworks"), &bundle->frameworks);
}

static int fill_names(enum kpol_policy_kind kind, const struct kpol_node *doc,
		      const struct kpol_bundle *bundle, struct kpol_policy *policy)
{
	const struct kpol_node *metadata = kpol_node_get(doc, "metadata");
	const struct kpol_node *name = kpol_node_get(metadata, "name");
	const char *namespace = kpol_node_text(metadata, "namespace");

	policy->kind = kind;
	policy->place = (struct kpol_place){ name->line, name->column };
	policy->name = strdup(name->text);
	if (kpol_build_string(kpol_node_get(doc, "spec"), "owner", &policy->owner) < 0)
		return -ENOMEM;
	if (!policy->owner && bundle->owner) {
		policy->owner = strdup(bundle->owner);
		if (!policy->owner)
			return -ENOMEM;
	}
	if (policy->selector.host || kind == KPOL_KIND_KUBEARMOR_CLUSTER ||
	    kind == KPOL_KIND_KUBEARMOR_NETWORK)
		return policy->name ? 0 : -ENOMEM;
	policy->namespace = strdup(namespace ? namespace : "default");
	return policy->name && policy->namespace ? 0 : -ENOMEM;
}

static int fill_inherited(const struct kpol_inherited *inherited, struct kpol_policy *policy)
{
	policy->severity = inherited->severity;
	if (kpol_build_strings(inherited->tags, &policy->tags) < 0)
		return -ENOMEM;
	if (!inherited->message)
		return 0;
	policy->message = strdup(inherited->message->text);
	return policy->message ? 0 : -ENOMEM;
}

static enum kpol_risk read_risk(const struct kpol_node *spec)
{
	const char *word = kpol_node_text(spec, "risk");

	for (int risk = KPOL_RISK_LOW; word && risk <= KPOL_RISK_CRITICAL; risk++)
		if (!strcmp(kpol_risk_word((enum kpol_risk)risk), word))
			return (enum kpol_risk)risk;
	return KPOL_RISK_UNKNOWN;
}

static int check_name_length(const struct kpol_input *in, const struct kpol_policy *policy)
{
	struct kpol_node place = { .line = policy->place.line, .column = policy->place.column };

	if (!policy->namespace ||
	    strlen(policy->namespace) + 1 + strlen(policy->name) <= KPOL_NAME_MAX)
		return 0;
	return kpol_input_error(in, KPOL_CODE_LIMIT, &place,
				"namespace and name together are longer than %d characters",
				KPOL_NAME_MAX);
}

int kpol_build_policy(const struct kpol_input *in, enum kpol_policy_kind kind, uint8_t mode,
		      const struct kpol_node *doc, struct kpol_bundle *bundle)
{
	static const struct kpol_inherited defaults = { .action = KPOL_ACTION_BLOCK };
	const struct kpol_node *spec = kpol_node_get(doc, "spec");
	struct kpol_inherited inherited = kpol_inherit(&defaults, spec);
	struct kpol_policy *policy;

	policy = kpol_append(&bundle->policies, &bundle->n_policies, sizeof(*policy));
	if (!policy)
		return -ENOMEM;
	policy->mode = read_mode(spec, mode);
	policy->postures = bundle->postures;
	policy->risk = read_risk(spec);
	if (kpol_build_strings(kpol_node_get(spec, "frameworks"), &policy->frameworks) < 0 ||
	    kpol_build_selector(in, kind, spec, &policy->selector) < 0 ||
	    fill_names(kind, doc, bundle, policy) < 0 || fill_inherited(&inherited, policy) < 0 ||
	    kpol_build_silences(doc, &policy->silences) < 0)
		return -ENOMEM;
	if (kpol_build_paths(in, spec, &inherited, policy) < 0 ||
	    kpol_build_network(in, spec, &inherited, policy) < 0 ||
	    kpol_build_traffic(in, spec, &inherited, policy) < 0 ||
	    kpol_build_ptrace(spec, &inherited, policy) < 0 ||
	    kpol_build_surfaces(in, spec, &inherited, policy) < 0 ||
	    kpol_build_deferred(spec, &inherited, policy) < 0)
		return -ENOMEM;
	return check_name_length(in, policy);
}
