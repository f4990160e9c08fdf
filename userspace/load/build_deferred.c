// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of sections that the kernel module has no class for yet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "load/build.h"

/* A list of rules: in which section, under which keys, and which key names the object. The walk has
 * reported each object as not enforced. */
static const struct list {
	enum kpol_section section;
	const char *within;
	const char *rules;
	const char *object;
} lists[] = {
	{ KPOL_SECTION_SYSCALLS, "syscalls", "matchSyscalls", "syscall" },
	{ KPOL_SECTION_SYSCALLS, "syscalls", "matchPaths", "syscall" },
	{ KPOL_SECTION_PRESETS, NULL, "presets", "name" },
	{ KPOL_SECTION_DEVICE, "device", "matchDevice", "class" },
	{ KPOL_SECTION_DNS, "network", "matchDNSQueries", "domain" },
};

#define N_LISTS (sizeof(lists) / sizeof(lists[0]))

static struct kpol_deferred *deferred_new(struct kpol_policy *policy, enum kpol_section section,
					  const struct kpol_inherited *inherited,
					  const struct kpol_node *place)
{
	struct kpol_deferred *d = kpol_append(&policy->deferred, &policy->n_deferred, sizeof(*d));

	if (!d)
		return NULL;
	d->section = section;
	d->action = section == KPOL_SECTION_SYSCALLS ? KPOL_ACTION_AUDIT : inherited->action;
	d->severity = inherited->severity;
	d->place = (struct kpol_place){ place->line, place->column };
	if (kpol_build_strings(inherited->tags, &d->tags) < 0)
		return NULL;
	if (!inherited->message)
		return d;
	d->message = strdup(inherited->message->text);
	return d->message ? d : NULL;
}

static int add_objects(const struct kpol_node *object, struct kpol_deferred *d)
{
	if (object->kind == KPOL_NODE_LIST)
		return kpol_build_strings(object, &d->objects);
	return kpol_strv_add(&d->objects, object->text, object->len);
}

static int add_sources(const struct kpol_node *rule, struct kpol_deferred *d)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");

	kpol_for_each_node(source, sources)
	{
		const char *path = kpol_node_text(source, "path");

		path = path ? path : kpol_node_text(source, "dir");
		if (path && kpol_strv_add(&d->sources, path, strlen(path)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_rule(const struct list *list, const struct kpol_node *rule,
		    const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *object = kpol_node_get(rule, list->object);
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	struct kpol_deferred *d = deferred_new(policy, list->section, &inherited, object);

	if (!d)
		return -ENOMEM;
	d->recursive = kpol_node_true(rule, "recursive");
	if (list->section == KPOL_SECTION_SYSCALLS && kpol_build_string(rule, "path", &d->path) < 0)
		return -ENOMEM;
	return add_objects(object, d) < 0 || add_sources(rule, d) < 0 ? -ENOMEM : 0;
}

static int add_list(const struct list *list, const struct kpol_node *spec,
		    const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *section = list->within ? kpol_node_get(spec, list->within) : spec;
	const struct kpol_node *rules = kpol_node_get(section, list->rules);
	struct kpol_inherited inherited = *outer;

	if (!section)
		return 0;
	if (list->within)
		inherited = kpol_inherit(outer, section);
	kpol_for_each_node(rule,
			   rules) if (add_rule(list, rule, &inherited, policy) < 0) return -ENOMEM;
	return 0;
}

int kpol_build_deferred(const struct kpol_node *spec, const struct kpol_inherited *outer,
			struct kpol_policy *policy)
{
	for (size_t i = 0; i < N_LISTS; i++)
		if (add_list(&lists[i], spec, outer, policy) < 0)
			return -ENOMEM;
	return 0;
}
