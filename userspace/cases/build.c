// SPDX-License-Identifier: GPL-2.0-or-later
/* From a checked PolicyTest document to cases. */
#include <errno.h>
#include <search.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/words.h"
#include "cases/access.h"
#include "cases/suite.h"
#include "cases/workload.h"

/** struct known - a workload by everything it says. */
struct known {
	const char *key;
	uint32_t index;
};

static int compare_entries(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static int copy_text(const struct kpol_node *map, const char *key, char **ret)
{
	const char *text = kpol_node_text(map, key);

	if (!text)
		return 0;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static int copy_labels(const struct kpol_node *map, struct kpol_label **labels, size_t *n)
{
	kpol_for_each_node(value, map)
	{
		struct kpol_label *label = kpol_append(labels, n, sizeof(*label));

		if (!label)
			return -ENOMEM;
		label->key = strdup(value->key->text);
		label->value = strdup(value->text);
		if (!label->key || !label->value)
			return -ENOMEM;
	}
	return 0;
}

static int read_workload(const struct kpol_node *map, struct kpol_suite_workload *ret)
{
	struct kpol_workload *w = &ret->workload;

	if (copy_text(map, "unit", &w->unit) < 0 || copy_text(map, "cgroup", &w->cgroup) < 0 ||
	    copy_text(map, "container", &w->container) < 0 ||
	    copy_text(map, "namespace", &w->namespace) < 0 ||
	    copy_labels(kpol_node_get(map, "labels"), &w->labels, &w->n_labels) < 0 ||
	    copy_labels(kpol_node_get(map, "nodeLabels"), &ret->node, &ret->n_node) < 0)
		return -ENOMEM;
	return kpol_workload_complete(w);
}

static void add_key(struct kpol_buffer *key, const struct kpol_node *map)
{
	kpol_for_each_node(value, map)
	{
		kpol_buffer_printf(key, "%s\n%c%s\n", value->key->text, '0' + value->kind,
				   value->text);
		if (value->kind == KPOL_NODE_MAP)
			add_key(key, value);
		kpol_buffer_putc(key, '\n');
	}
}

/* The text of a map, so that workloads that are written alike are one. */
static const char *key_of(const struct kpol_node *map, struct kpol_suite *suite)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer key = { 0 };

	kpol_buffer_puts(&key, "");
	add_key(&key, map);
	return key.failed ? NULL : kpol_arena_text(&suite->arena, key.text, key.len);
}

static int find_workload(const struct kpol_node *map, struct kpol_suite *suite, uint32_t *ret)
{
	struct known *entry = kpol_arena_alloc(&suite->arena, sizeof(*entry)), **found;
	struct kpol_suite_workload *slot;

	if (!entry || !(entry->key = key_of(map, suite)))
		return -ENOMEM;
	found = tsearch(entry, &suite->tree, compare_entries);
	if (!found)
		return -ENOMEM;
	*ret = (*found)->index;
	if (*found != entry)
		return 0;
	*ret = entry->index = (uint32_t)suite->n_workloads;
	slot = kpol_append(&suite->workloads, &suite->n_workloads, sizeof(*slot));
	return slot ? read_workload(map, slot) : -ENOMEM;
}

static const char *copy_arena(const struct kpol_node *map, const char *key,
			      struct kpol_suite *suite, bool *failed)
{
	const struct kpol_node *node = kpol_node_get(map, key);
	const char *copy = node ? kpol_arena_text(&suite->arena, node->text, node->len) : NULL;

	*failed |= node && !copy;
	return copy;
}

static bool is_true(const struct kpol_node *map, const char *key)
{
	const char *text = kpol_node_text(map, key);

	return text && !strcmp(text, "true");
}

static unsigned int read_number(const struct kpol_node *map, const char *key)
{
	const char *text = kpol_node_text(map, key);

	return text ? (unsigned int)atoi(text) : 0;
}

static void read_network(const struct kpol_node *map, struct kpol_access *access)
{
	const char *name = kpol_node_text(map, "protocol");
	const char *address = kpol_node_text(map, "address");
	const struct kpol_transport *transport = kpol_transport_find(name ? name : "tcp");

	access->family = AF_INET;
	access->socktype = transport->socktype;
	access->protocol = transport->protocol;
	access->port = (u16)read_number(map, "port");
	if (address)
		kpol_access_address(address, access);
}

/* The arguments, each with its NUL. */
static int read_args(const struct kpol_node *list, struct kpol_suite *suite,
		     struct kpol_facts *facts)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer args = { 0 };

	kpol_buffer_puts(&args, "");
	kpol_for_each_node(arg, list)
	{
		kpol_buffer_puts(&args, arg->text);
		kpol_buffer_putc(&args, '\0');
	}
	if (args.failed)
		return -ENOMEM;
	facts->args = kpol_arena_text(&suite->arena, args.text, args.len);
	facts->args_len = (u32)args.len;
	return facts->args ? 0 : -ENOMEM;
}

/* A program of which no arguments are named has none; what it holds is not known unless it is said. */
static int read_facts(const struct kpol_node *map, struct kpol_suite *suite,
		      struct kpol_access *access)
{
	struct kpol_facts *facts = kpol_arena_alloc(&suite->arena, sizeof(*facts));
	const char *sha256 = kpol_node_text(map, "sha256");
	const char *verity = kpol_node_text(map, "fsVerity");

	if (!facts)
		return -ENOMEM;
	access->facts = facts;
	facts->known = KPOL_FACT_ARGS;
	if (sha256)
		kpol_facts_set_sha256(facts, sha256);
	if (verity)
		kpol_facts_set_verity(facts, verity);
	return read_args(kpol_node_get(map, "args"), suite, facts);
}

static int read_peer(const struct kpol_node *map, struct kpol_suite *suite, struct kpol_case *c)
{
	const struct kpol_node *labels = kpol_node_get(map, "labels");
	struct kpol_case_peer *peer;
	bool failed = false;
	size_t n = 0;

	if (!map)
		return 0;
	peer = kpol_arena_alloc(&suite->arena, sizeof(*peer));
	if (!peer)
		return -ENOMEM;
	kpol_for_each_node(value, labels) n += value != NULL;
	peer->namespace = copy_arena(map, "namespace", suite, &failed);
	peer->labels = kpol_arena_alloc(&suite->arena, (n + 1) * sizeof(*peer->labels));
	if (failed || !peer->labels)
		return -ENOMEM;
	kpol_for_each_node(value, labels)
	{
		struct kpol_label *label = &peer->labels[peer->n_labels++];

		label->key = kpol_arena_text(&suite->arena, value->key->text, value->key->len);
		label->value = kpol_arena_text(&suite->arena, value->text, value->len);
		if (!label->key || !label->value)
			return -ENOMEM;
	}
	c->peer = peer;
	return 0;
}

static int read_access(const struct kpol_node *map, struct kpol_suite *suite,
		       struct kpol_access *access)
{
	bool failed = false;

	access->op = kpol_op_find(kpol_node_text(map, "op"));
	access->class = kpol_op_class(access->op);
	access->object = copy_arena(map, "object", suite, &failed);
	access->object_len = access->object ? (u16)strlen(access->object) : 0;
	access->source = copy_arena(map, "source", suite, &failed);
	access->source_len = access->source ? (u16)strlen(access->source) : 0;
	access->owner =
		kpol_node_get(map, "uid") && read_number(map, "uid") == read_number(map, "owner");
	access->terminal = is_true(map, "terminal");
	if (access->class == KPOL_CLASS_NETWORK)
		read_network(map, access);
	if (access->class == KPOL_CLASS_PROCESS)
		failed |= read_facts(map, suite, access) < 0;
	return failed ? -ENOMEM : 0;
}

static void add_words(const struct kpol_node *map, struct kpol_buffer *text)
{
	static const struct {
		const char *key, *before;
	} words[] = { { "op", "" },	  { "object", " " }, { "protocol", " " },
		      { "address", " " }, { "port", ":" },   { "source", " by " } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (kpol_node_text(map, words[i].key))
			kpol_buffer_printf(text, "%s%s", words[i].before,
					   kpol_node_text(map, words[i].key));
}

/* " (app=web of shop)" */
static void add_peer(const struct kpol_node *map, struct kpol_buffer *text)
{
	const struct kpol_node *labels = kpol_node_get(map, "labels");
	const char *namespace = kpol_node_text(map, "namespace");
	const char *before = " (";

	if (!map)
		return;
	if (!labels || !labels->n)
		kpol_buffer_puts(text, " (a pod");
	kpol_for_each_node(value, labels)
	{
		kpol_buffer_printf(text, "%s%s=%s", before, value->key->text, value->text);
		before = ",";
	}
	kpol_buffer_printf(text, "%s%s)", namespace ? " of " : "", namespace ? namespace : "");
}

static const char *access_text(const struct kpol_node *map, struct kpol_suite *suite)
{
	_cleanup_(kpol_buffer_clear) struct kpol_buffer text = { 0 };
	const struct kpol_node *args = kpol_node_get(map, "args");

	add_words(map, &text);
	add_peer(kpol_node_get(map, "peer"), &text);
	kpol_for_each_node(arg, args) kpol_buffer_printf(&text, " %s", arg->text);
	return text.failed ? NULL : kpol_arena_text(&suite->arena, text.text, text.len);
}

static int read_rule(const struct kpol_node *map, struct kpol_suite *suite,
		     struct kpol_expected_rule *rule)
{
	const char *reason = kpol_node_text(map, "reason");
	bool failed = false;

	if (!map)
		return 0;
	rule->place = (struct kpol_place){ map->line, map->column };
	rule->by_rule = reason && !strcmp(reason, "rule");
	rule->by_default = reason && !strcmp(reason, "default");
	rule->by_seal = reason && !strcmp(reason, "sealed");
	rule->policy = copy_arena(map, "policy", suite, &failed);
	rule->object = copy_arena(map, "object", suite, &failed);
	rule->line = read_number(map, "line");
	return failed ? -ENOMEM : 0;
}

static uint8_t read_verdict(const char *word)
{
	uint8_t verdict = 1;

	while (strcmp(kpol_suite_verdict(verdict), word))
		verdict++;
	return verdict;
}

static int add_case(const struct kpol_node *map, const struct kpol_node *otherwise,
		    struct kpol_suite *suite)
{
	struct kpol_case *c = kpol_append(&suite->cases, &suite->n_cases, sizeof(*c));
	const struct kpol_node *workload = kpol_node_get(map, "workload");
	const struct kpol_node *access = kpol_node_get(map, "access");
	bool failed = false;

	if (!c)
		return -ENOMEM;
	c->place = (struct kpol_place){ map->line, map->column };
	c->name = copy_arena(map, "name", suite, &failed);
	c->text = access_text(access, suite);
	c->verdict = read_verdict(kpol_node_text(map, "expect"));
	if (failed || !c->text ||
	    find_workload(workload ? workload : otherwise, suite, &c->workload) < 0 ||
	    read_access(access, suite, &c->access) < 0 ||
	    read_peer(kpol_node_get(access, "peer"), suite, c) < 0)
		return -ENOMEM;
	return read_rule(kpol_node_get(map, "rule"), suite, &c->rule);
}

int kpol_suite_build(const struct kpol_node *doc, struct kpol_suite *suite)
{
	const struct kpol_node *spec = kpol_node_get(doc, "spec");
	const struct kpol_node *cases = kpol_node_get(spec, "cases");
	const char *mode = kpol_node_text(spec, "mode");
	int r;

	if (mode)
		suite->mode = (uint8_t)kpol_word_value(KPOL_WORDS_MODE, mode);
	kpol_for_each_node(map, cases)
	{
		r = add_case(map, kpol_node_get(spec, "workload"), suite);
		if (r < 0)
			return r;
	}
	return 0;
}
