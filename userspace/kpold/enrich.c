// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for an event's numbers: policy, file, scope, unit, container. */
#include "kpold/enrich.h"

#include <stdio.h>
#include <string.h>

static const struct kpold_live *find_judge(const struct kpold_daemon *d, uint64_t generation)
{
	if (d->live.ruleset && d->live.generation == generation)
		return &d->live;
	if (d->previous.ruleset && d->previous.generation == generation)
		return &d->previous;
	return NULL;
}

/* Whole words only: half an id names something else. Return: @buf, NULL: there are none. */
static const char *join(const struct kpol_strv *words, char *buf, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < words->n; i++) {
		size_t more = strlen(words->items[i]) + !!len;

		if (len + more >= size)
			break;
		sprintf(buf + len, "%s%s", len ? "," : "", words->items[i]);
		len += more;
	}
	return len ? buf : NULL;
}

static void add_bundle(const struct kpold_live *judge, struct kpol_event *event)
{
	const struct kpol_bundle *bundle = judge->bundle;

	if (!bundle)
		return;
	event->bundle = bundle->name;
	event->bundle_version = bundle->version;
	event->file = bundle->file;
	event->owner = bundle->owner;
}

/* The nearest word counts: the item's, else its policy's, else the bundle's. */
static void add_words(const struct kpol_bundle *bundle, const struct kpol_policy *policy,
		      const struct kpol_item *item, struct kpold_enriched *out)
{
	struct kpol_event *event = &out->event;
	const struct kpol_strv *tags = item && item->tags.n ? &item->tags : &policy->tags;
	const struct kpol_strv *frameworks =
		policy->frameworks.n ? &policy->frameworks : &bundle->frameworks;

	event->message = item && item->message ? item->message : policy->message;
	event->severity = item && item->severity ? item->severity : policy->severity;
	if (policy->owner)
		event->owner = policy->owner;
	event->tags = join(tags, out->tags, sizeof(out->tags));
	event->frameworks = join(frameworks, out->frameworks, sizeof(out->frameworks));
	event->risk = kpol_risk_word(policy->risk);
	if (!event->line)
		event->line = policy->place.line;
}

static void add_policy(const struct kpold_live *judge, struct kpold_enriched *out)
{
	struct kpol_event *event = &out->event;
	const struct kpol_policy_row *row = kpold_live_policy(judge, event->policy_id);
	const struct kpol_scope_row *scope = kpold_live_scope(judge, event->scope_id);
	const struct kpol_policy *policy = kpold_live_source(judge, event->policy_id);

	if (row)
		event->policy = row->name;
	if (scope)
		event->scope = scope->name;
	if (policy)
		add_words(judge->bundle, policy, kpold_live_item(judge, event->rule), out);
}

static void add_workload(const struct kpold_daemon *d, struct kpol_event *event)
{
	const struct kpol_workload *workload = kpold_workloads_find(&d->workloads, event->cgroup);

	if (!workload)
		return;
	event->cgroup_path = workload->cgroup;
	event->unit = workload->unit;
	event->pod = workload->pod;
	event->container = workload->container;
	event->namespace = workload->namespace;
}

void kpold_enrich(const struct kpold_daemon *d, const struct kpol_event *event,
		  struct kpold_enriched *ret)
{
	const struct kpold_live *judge = find_judge(d, event->generation);

	ret->event = *event;
	add_workload(d, &ret->event);
	if (!judge)
		return;
	add_bundle(judge, &ret->event);
	add_policy(judge, ret);
}
