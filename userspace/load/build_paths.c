// SPDX-License-Identifier: GPL-2.0-or-later
/* The items of process, file and libraries: what is found by a path. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "load/build.h"

struct section {
	const char *key;
	uint8_t class;
	uint32_t ops;
};

static const struct section sections[] = {
	{ "process", KPOL_CLASS_PROCESS, KPOL_OPS_PROCESS },
	{ "libraries", KPOL_CLASS_LIBRARY, KPOL_OPS_LIBRARY },
	{ "file", KPOL_CLASS_FILE, KPOL_OPS_FILE },
};

/* Under which key a list names its object; the first key that is there counts. */
static const struct list {
	const char *key;
	const char *object;
	uint8_t match;
} lists[] = {
	{ "matchPaths", "path", KPOL_MATCH_PATH },
	{ "matchPaths", "execname", KPOL_MATCH_NAME },
	{ "matchDirectories", "dir", KPOL_MATCH_DIR },
	{ "matchPatterns", "pattern", KPOL_MATCH_GLOB },
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static char *object_new(const struct kpol_node *object, uint8_t match)
{
	size_t len = object->len;

	while (match == KPOL_MATCH_DIR && len && object->text[len - 1] == '/')
		len--;
	return strndup(object->text, len);
}

static uint32_t read_ops(const struct kpol_node *rule, uint32_t all)
{
	const struct kpol_node *list = kpol_node_get(rule, "ops");
	uint32_t ops = 0;

	kpol_for_each_node(entry, list) ops |= kpol_word_value(KPOL_WORDS_OP, entry->text);
	return ops ? ops : all;
}

static int add_sources(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");
	int r;

	kpol_for_each_node(source, sources)
	{
		const struct kpol_node *path = kpol_node_get(source, "path");

		r = kpol_strv_add(&item->sources, path->text, path->len);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_digests(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *sha256 = kpol_node_get(rule, "sha256");
	const struct kpol_node *verity = kpol_node_get(rule, "fsVerity");

	if (sha256)
		item->digest = KPOL_DIGEST_SHA256;
	else if (verity)
		item->digest = KPOL_DIGEST_FS_VERITY;
	return kpol_build_strings(sha256 ? sha256 : verity, &item->digests);
}

/* What a file holds is found out when it is executed, not when it is mapped. */
static int judge_digests(const struct kpol_input *in, const struct kpol_node *rule,
			 struct kpol_item *item)
{
	const char *key = item->digest == KPOL_DIGEST_SHA256 ? "sha256" : "fsVerity";
	char what[64];

	snprintf(what, sizeof(what), "%s is not enforced by this version for libraries", key);
	return kpol_item_leave_out(in, item, KPOL_CODE_UNENFORCED, kpol_node_get(rule, key), what);
}

static int warn_literal(const struct kpol_input *in, const struct kpol_node *object, uint8_t match)
{
	if (match == KPOL_MATCH_GLOB || !strchr(object->text, '*'))
		return 0;
	return kpol_input_warn(in, KPOL_CODE_LITERAL, object,
			       "\"*\" is taken as it stands here: wildcards belong in "
			       "matchPatterns");
}

static int add_item(const struct kpol_input *in, const struct section *section,
		    const struct list *list, const struct kpol_node *rule,
		    const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	const struct kpol_node *object = kpol_node_get(rule, list->object);
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	struct kpol_item *item;

	if (!object)
		return 0;
	item = kpol_item_new(policy, &inherited, object);
	if (!item)
		return -ENOMEM;
	item->class = section->class;
	item->match = list->match;
	item->recursive = kpol_node_true(rule, "recursive");
	item->owner_only = kpol_node_true(rule, "ownerOnly");
	item->no_terminal = kpol_item_has_no_terminal(rule, item);
	item->read_only = kpol_node_true(rule, "readOnly");
	item->ops = read_ops(rule, section->ops);
	item->object = object_new(object, list->match);
	if (!item->object || add_sources(rule, item) < 0 || add_digests(rule, item) < 0 ||
	    kpol_build_strings(kpol_node_get(rule, "allowedArgs"), &item->args) < 0 ||
	    warn_literal(in, object, list->match) < 0)
		return -ENOMEM;
	if (item->digest && item->class != KPOL_CLASS_PROCESS)
		return judge_digests(in, rule, item);
	return 0;
}

/* matchMemory: what no file holds has no path. */
static int add_memory(const struct kpol_node *rule, const struct kpol_inherited *outer,
		      struct kpol_policy *policy)
{
	struct kpol_inherited inherited = kpol_inherit(outer, rule);
	struct kpol_item *item = kpol_item_new(policy, &inherited, rule);

	if (!item)
		return -ENOMEM;
	item->class = KPOL_CLASS_LIBRARY;
	item->match = KPOL_MATCH_ANY;
	item->ops = KPOL_OP_PROTECT;
	return add_sources(rule, item);
}

static int add_section(const struct kpol_input *in, const struct section *section,
		       const struct kpol_node *node, const struct kpol_inherited *outer,
		       struct kpol_policy *policy)
{
	const struct kpol_node *memory = kpol_node_get(node, "matchMemory");
	struct kpol_inherited inherited = kpol_inherit(outer, node);
	int r;

	kpol_for_each_node(rule, memory)
	{
		r = add_memory(rule, &inherited, policy);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < N_OF(lists); i++) {
		const struct kpol_node *rules = kpol_node_get(node, lists[i].key);

		kpol_for_each_node(rule, rules)
		{
			r = add_item(in, section, &lists[i], rule, &inherited, policy);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

int kpol_build_paths(const struct kpol_input *in, const struct kpol_node *spec,
		     const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	int r;

	for (size_t i = 0; i < N_OF(sections); i++) {
		const struct kpol_node *node = kpol_node_get(spec, sections[i].key);

		r = node ? add_section(in, &sections[i], node, outer, policy) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}
