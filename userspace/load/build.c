// SPDX-License-Identifier: GPL-2.0-or-later
/* Small steps that all builders share, and the item they all make. */
#include "load/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/words.h"

bool kpol_node_true(const struct kpol_node *map, const char *key)
{
	const char *text = kpol_node_text(map, key);

	return text && !strcmp(text, "true");
}

int kpol_build_string(const struct kpol_node *map, const char *key, char **ret)
{
	const char *text = kpol_node_text(map, key);

	if (!text)
		return 0;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

int kpol_build_strings(const struct kpol_node *list, struct kpol_strv *strv)
{
	int r;

	kpol_for_each_node(entry, list)
	{
		r = kpol_strv_add(strv, entry->text, entry->len);
		if (r < 0)
			return r;
	}
	return 0;
}

int kpol_build_label(const struct kpol_node *value, struct kpol_label **labels, size_t *n)
{
	struct kpol_label *label = kpol_append(labels, n, sizeof(*label));

	if (!label)
		return -ENOMEM;
	label->key = strdup(value->key->text);
	label->value =
		strdup(kpol_node_is_null(value) ? "" : value->text); /* as Kubernetes has it */
	return label->key && label->value ? 0 : -ENOMEM;
}

struct kpol_inherited kpol_inherit(const struct kpol_inherited *outer, const struct kpol_node *map)
{
	const char *action = kpol_node_text(map, "action");
	const char *severity = kpol_node_text(map, "severity");
	const struct kpol_node *tags = kpol_node_get(map, "tags");
	const struct kpol_node *message = kpol_node_get(map, "message");

	return (struct kpol_inherited){
		.action = action ? (uint8_t)kpol_word_value(KPOL_WORDS_ACTION, action)
				 : outer->action,
		.severity = severity ? (unsigned int)atoi(severity) : outer->severity,
		.tags = tags ? tags : outer->tags,
		.message = message ? message : outer->message,
	};
}

struct kpol_item *kpol_item_new(struct kpol_policy *policy, const struct kpol_inherited *inherited,
				const struct kpol_node *place)
{
	struct kpol_item *item = kpol_append(&policy->items, &policy->n_items, sizeof(*item));

	if (!item)
		return NULL;
	item->action = inherited->action;
	item->severity = inherited->severity;
	item->place = (struct kpol_place){ place->line, place->column };
	if (kpol_build_strings(inherited->tags, &item->tags) < 0)
		return NULL;
	if (!inherited->message)
		return item;
	item->message = strdup(inherited->message->text);
	return item->message ? item : NULL;
}

int kpol_item_leave_out(const struct kpol_input *in, struct kpol_item *item, const char *code,
			const struct kpol_node *at, const char *what)
{
	item->left_out = true;
	return kpol_input_gap(
		in, code, at, "%s: this %s rule is left out%s", what,
		kpol_word(KPOL_WORDS_ACTION, item->action),
		item->action == KPOL_ACTION_ALLOW ? ", what it would allow stays denied" : "");
}

bool kpol_item_has_no_terminal(const struct kpol_node *rule, const struct kpol_item *item)
{
	const char *pts = kpol_node_text(rule, "pts");

	return pts && !strcmp(pts, "false") && item->action != KPOL_ACTION_BLOCK;
}

static uint32_t read_ops(const struct kpol_node *map, uint32_t all)
{
	const struct kpol_node *list = kpol_node_get(map, "ops");
	uint32_t ops = 0;

	kpol_for_each_node(entry, list) ops |= kpol_word_value(KPOL_WORDS_OP, entry->text);
	return ops ? ops : all;
}

static int add_sources(const struct kpol_node *map, struct kpol_item *item)
{
	const struct kpol_node *sources = kpol_node_get(map, "fromSource");

	kpol_for_each_node(source, sources)
	{
		const struct kpol_node *path = kpol_node_get(source, "path");

		if (kpol_strv_add(&item->sources, path->text, path->len) < 0)
			return -ENOMEM;
	}
	return 0;
}

int kpol_build_ptrace(const struct kpol_node *spec, const struct kpol_inherited *outer,
		      struct kpol_policy *policy)
{
	const struct kpol_node *section = kpol_node_get(spec, "ptrace");
	struct kpol_inherited inherited = kpol_inherit(outer, section);
	struct kpol_item *item;

	if (!section)
		return 0;
	item = kpol_item_new(policy, &inherited, section->key);
	if (!item)
		return -ENOMEM;
	item->class = KPOL_CLASS_PTRACE;
	item->match = KPOL_MATCH_ANY;
	item->ops = read_ops(section, KPOL_OPS_PTRACE);
	return add_sources(section, item);
}
