// SPDX-License-Identifier: GPL-2.0-or-later
/* The YNL spec and the uapi header say the same: every command, attribute, enum value, limit and
 * type. */
#include "kselftest_harness.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include <linux/kpol.h>

#include "base/cleanup.h"

#define HEADER TEST_TOP "/include/uapi/linux/kpol.h"
#define SPEC TEST_TOP "/include/netlink/kpol.yaml"

/**
 * struct constant - a name of the contract
 * @type: of an attribute, as the header's comment begins and the spec's type says; "" for all else
 *and where the comment does not say.
 */
struct constant {
	char name[64];
	long value;
	char type[16];
	bool multi;
};

struct constants {
	struct constant items[512];
	size_t n;
};

static struct constant *add(struct constants *set, const char *name, long value)
{
	struct constant *c = &set->items[set->n++];

	if (set->n == sizeof(set->items) / sizeof(set->items[0]))
		abort();
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->value = value;
	return c;
}

static const struct constant *find(const struct constants *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (!strcmp(set->items[i].name, name))
			return &set->items[i];
	return NULL;
}

/* The header, read as text: the compiler knows the values, but not which names there are. */

static void read_type(const char *line, struct constant *c)
{
	static const char *const types[] = { "u32", "u64", "string", "binary", "nest", "flag" };
	const char *comment = strstr(line, "/* ");

	for (size_t i = 0; comment && i < sizeof(types) / sizeof(types[0]); i++) {
		size_t len = strlen(types[i]);

		if (!strncmp(comment + 3, types[i], len) &&
		    !isalnum((unsigned char)comment[3 + len])) {
			strcpy(c->type, types[i]);
			c->multi = !strncmp(comment + 3 + len, ", multi", 7);
		}
	}
	if (!strcmp(c->name + strlen(c->name) - 4, "_PAD"))
		strcpy(c->type, "pad");
}

/* "	NAME," or "	NAME = 1,": a number one higher than before, or the one that is given. */
static void read_enumerator(const char *line, long *value, struct constants *set)
{
	char name[64];
	int n = sscanf(line, " %63[A-Z0-9_] = %ld", name, value);

	if (n < 1 || !strncmp(name, "__", 2))
		return;
	if (n == 1)
		++*value;
	read_type(line, add(set, name, *value));
}

/* Numbers and single bits. Masks of several and maxima follow from the others. */
static void read_define(const char *line, struct constants *set)
{
	char name[64], rest[8] = "";
	long value, shift;
	size_t len;

	if (sscanf(line, "#define %63[A-Z0-9_] %7[1U(]", name, rest) < 1)
		return;
	len = strlen(name);
	if (len > 4 && !strcmp(name + len - 4, "_MAX") && strstr(line, "__KPOL"))
		return;
	if (sscanf(line, "#define %*s (1U << %ld)", &shift) == 1 ||
	    sscanf(line, "#define %*s (1 << %ld)", &shift) == 1) {
		if (!strchr(line, '|'))
			add(set, name, 1L << shift);
	} else if (sscanf(line, "#define %*s %ld", &value) == 1) {
		add(set, name, value);
	}
}

static void read_header(struct constants *set)
{
	_cleanup_fclose_ FILE *f = fopen(HEADER, "re");
	char line[512];
	bool inside = false;
	long value = 0;

	if (!f)
		abort();
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "enum ", 5)) {
			inside = true;
			value = 0;
		} else if (*line == '}') {
			inside = false;
		} else if (inside) {
			read_enumerator(line, &value, set);
		} else {
			read_define(line, set);
		}
	}
}

/* The spec, by YNL's rules for names: "kpol" "-a-" set "-" attribute, in capitals. */

struct spec {
	yaml_document_t doc;
};

static yaml_node_t *child(struct spec *spec, yaml_node_t *map, const char *key)
{
	yaml_node_pair_t *pair;

	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++)
		if (!strcmp((char *)yaml_document_get_node(&spec->doc, pair->key)
				    ->data.scalar.value,
			    key))
			return yaml_document_get_node(&spec->doc, pair->value);
	return NULL;
}

static const char *text(struct spec *spec, yaml_node_t *map, const char *key)
{
	yaml_node_t *node = child(spec, map, key);

	return node && node->type == YAML_SCALAR_NODE ? (char *)node->data.scalar.value : NULL;
}

static long number(struct spec *spec, yaml_node_t *map, const char *key, long otherwise)
{
	const char *value = text(spec, map, key);

	return value ? strtol(value, NULL, 0) : otherwise;
}

static yaml_node_t *item(struct spec *spec, yaml_node_t *list, size_t i)
{
	if (!list || list->type != YAML_SEQUENCE_NODE ||
	    list->data.sequence.items.start + i >= list->data.sequence.items.top)
		return NULL;
	return yaml_document_get_node(&spec->doc, list->data.sequence.items.start[i]);
}

static yaml_node_t *root(struct spec *spec)
{
	return yaml_document_get_root_node(&spec->doc);
}

static struct constant *add_spec(struct constants *set, const char *prefix, const char *name,
				 long value)
{
	char constant[64];

	snprintf(constant, sizeof(constant), "%s%s", prefix, name);
	for (char *c = constant; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return add(set, constant, value);
}

static void read_definition(struct spec *spec, yaml_node_t *definition, struct constants *set)
{
	const char *type = text(spec, definition, "type"), *name = text(spec, definition, "name");
	const char *given = text(spec, definition, "name-prefix");
	yaml_node_t *entries = child(spec, definition, "entries"), *entry;
	long value = number(spec, definition, "value-start", 0);
	char prefix[64];

	if (!strcmp(type, "const")) {
		add_spec(set, "kpol-", name, number(spec, definition, "value", -1));
		return;
	}
	snprintf(prefix, sizeof(prefix), "kpol-%s-", name);
	for (size_t i = 0; (entry = item(spec, entries, i)); i++) {
		value = number(spec, entry, "value", value);
		add_spec(set, given ? given : prefix, text(spec, entry, "name"),
			 strcmp(type, "flags") ? value : 1L << value);
		value++;
	}
}

static void read_attributes(struct spec *spec, yaml_node_t *attribute_set, struct constants *set)
{
	yaml_node_t *attributes = child(spec, attribute_set, "attributes"), *attribute;
	char prefix[64];
	long value = 1;

	snprintf(prefix, sizeof(prefix), "kpol-a-%s-", text(spec, attribute_set, "name"));
	for (size_t i = 0; (attribute = item(spec, attributes, i)); i++) {
		struct constant *c;

		value = number(spec, attribute, "value", value);
		c = add_spec(set, prefix, text(spec, attribute, "name"), value++);
		snprintf(c->type, sizeof(c->type), "%s", text(spec, attribute, "type"));
		c->multi = text(spec, attribute, "multi-attr");
	}
}

static void read_spec(struct spec *spec, struct constants *set)
{
	yaml_node_t *list, *node;
	long value = 1;

	list = child(spec, root(spec), "definitions");
	for (size_t i = 0; (node = item(spec, list, i)); i++)
		read_definition(spec, node, set);
	list = child(spec, root(spec), "attribute-sets");
	for (size_t i = 0; (node = item(spec, list, i)); i++)
		read_attributes(spec, node, set);
	list = child(spec, child(spec, root(spec), "operations"), "list");
	for (size_t i = 0; (node = item(spec, list, i)); i++) {
		value = number(spec, node, "value", value);
		add_spec(set, "kpol-cmd-", text(spec, node, "name"), value++);
	}
}

FIXTURE(spec)
{
	struct spec spec;
	struct constants header, yaml;
};

FIXTURE_SETUP(spec)
{
	FILE *f = fopen(SPEC, "re");
	yaml_parser_t parser;

	ASSERT_NE(NULL, f);
	yaml_parser_initialize(&parser);
	yaml_parser_set_input_file(&parser, f);
	ASSERT_EQ(1, yaml_parser_load(&parser, &self->spec.doc)) TH_LOG("%s", parser.problem);
	yaml_parser_delete(&parser);
	fclose(f);
	read_header(&self->header);
	read_spec(&self->spec, &self->yaml);
}

FIXTURE_TEARDOWN(spec)
{
	yaml_document_delete(&self->spec.doc);
}

TEST_F(spec, is_read_whole)
{
	/* Guards the readers above: one that finds nothing would agree with everything. */
	EXPECT_LT(200, self->header.n);
	EXPECT_EQ(KPOL_A_RULE_PORT_LAST, find(&self->header, "KPOL_A_RULE_PORT_LAST")->value);
	EXPECT_EQ(KPOL_A_DECIDE_AUDIT_RULE, find(&self->header, "KPOL_A_DECIDE_AUDIT_RULE")->value);
	EXPECT_EQ(KPOL_CMD_DECIDE, find(&self->header, "KPOL_CMD_DECIDE")->value);
	EXPECT_EQ(KPOL_CMD_MAX, find(&self->header, "KPOL_CMD_ADDRESS_SET")->value);
	EXPECT_EQ(KPOL_OP_TRACEME, find(&self->header, "KPOL_OP_TRACEME")->value);
	EXPECT_EQ(KPOL_RULES_MAX, find(&self->header, "KPOL_RULES_MAX")->value);
	EXPECT_EQ(KPOL_PATH_MAX, find(&self->header, "KPOL_PATH_MAX")->value);
}

/* What a YNL spec of this level has no place for. */
static bool is_header_only(const char *name)
{
	return !strcmp(name, "KPOL_FAMILY_VERSION");
}

TEST_F(spec, has_every_name_of_the_header_with_its_value)
{
	for (size_t i = 0; i < self->header.n; i++) {
		const struct constant *want = &self->header.items[i];
		const struct constant *got = find(&self->yaml, want->name);

		if (is_header_only(want->name))
			continue;
		EXPECT_NE(NULL, got) TH_LOG("%s is not in the spec", want->name);
		if (!got)
			continue;
		EXPECT_EQ(want->value, got->value) TH_LOG("%s", want->name);
		if (*want->type) {
			EXPECT_STREQ(want->type, got->type) TH_LOG("%s", want->name);
			EXPECT_EQ(want->multi, got->multi) TH_LOG("%s", want->name);
		}
	}
}

TEST_F(spec, has_no_name_that_the_header_lacks)
{
	for (size_t i = 0; i < self->yaml.n; i++) {
		EXPECT_NE(NULL, find(&self->header, self->yaml.items[i].name))
		TH_LOG("%s is not in the header", self->yaml.items[i].name);
	}
}

TEST_F(spec, names_family_and_groups)
{
	yaml_node_t *groups =
		child(&self->spec, child(&self->spec, root(&self->spec), "mcast-groups"), "list");

	EXPECT_STREQ(KPOL_FAMILY_NAME, text(&self->spec, root(&self->spec), "name"));
	EXPECT_STREQ("genetlink", text(&self->spec, root(&self->spec), "protocol"));
	EXPECT_STREQ("linux/kpol.h", text(&self->spec, root(&self->spec), "uapi-header"));
	EXPECT_STREQ(KPOL_MCGRP_STATUS, text(&self->spec, item(&self->spec, groups, 0), "name"));
	EXPECT_STREQ(KPOL_MCGRP_CGROUP, text(&self->spec, item(&self->spec, groups, 1), "name"));
	EXPECT_STREQ(KPOL_MCGRP_EVENT, text(&self->spec, item(&self->spec, groups, 2), "name"));
	EXPECT_EQ(NULL, item(&self->spec, groups, 3));
	EXPECT_EQ(1, KPOL_FAMILY_VERSION); /* what a spec without a version means */
}

static yaml_node_t *find_named(struct spec *spec, const char *list_name, const char *name)
{
	yaml_node_t *list = child(spec, root(spec), list_name), *node;

	for (size_t i = 0; (node = item(spec, list, i)); i++)
		if (!strcmp(text(spec, node, "name"), name))
			return node;
	return NULL;
}

static bool set_has(struct spec *spec, const char *set, const char *attribute)
{
	yaml_node_t *attributes =
			    child(spec, find_named(spec, "attribute-sets", set), "attributes"),
		    *node;

	for (size_t i = 0; (node = item(spec, attributes, i)); i++)
		if (!strcmp(text(spec, node, "name"), attribute))
			return true;
	return false;
}

/* A request or a reply lists attributes of the operation's set only. */
static void check_message(struct __test_metadata *_metadata, struct spec *spec,
			  yaml_node_t *operation, yaml_node_t *message)
{
	yaml_node_t *list = child(spec, message, "attributes"), *node;

	for (size_t i = 0; (node = item(spec, list, i)); i++) {
		EXPECT_EQ(true, set_has(spec, text(spec, operation, "attribute-set"),
					(char *)node->data.scalar.value))
		TH_LOG("%s: %s", text(spec, operation, "name"), node->data.scalar.value);
	}
}

TEST_F(spec, refers_only_to_what_it_has)
{
	struct spec *spec = &self->spec;
	yaml_node_t *list = child(spec, child(spec, root(spec), "operations"), "list"), *node;

	for (size_t i = 0; (node = item(spec, list, i)); i++) {
		yaml_node_t *operation_do = child(spec, node, "do"),
			    *dump = child(spec, node, "dump");

		check_message(_metadata, spec, node, child(spec, operation_do, "request"));
		check_message(_metadata, spec, node, child(spec, operation_do, "reply"));
		check_message(_metadata, spec, node, child(spec, dump, "reply"));
		check_message(_metadata, spec, node, child(spec, node, "event"));
		if (operation_do || dump) {
			/* GENL_ADMIN_PERM on every command, see kmod/netlink.c. */
			EXPECT_NE(NULL, item(spec, child(spec, node, "flags"), 0))
			TH_LOG("%s has no flags", text(spec, node, "name"));
		}
	}
	list = child(spec, root(spec), "attribute-sets");
	for (size_t i = 0; (node = item(spec, list, i)); i++) {
		yaml_node_t *attributes = child(spec, node, "attributes"), *attribute;

		for (size_t k = 0; (attribute = item(spec, attributes, k)); k++) {
			const char *nested = text(spec, attribute, "nested-attributes");
			const char *words = text(spec, attribute, "enum");

			EXPECT_EQ(!strcmp(text(spec, attribute, "type"), "nest"), !!nested);
			EXPECT_EQ(true, !nested || find_named(spec, "attribute-sets", nested))
			TH_LOG("no set %s", nested);
			EXPECT_EQ(true, !words || find_named(spec, "definitions", words))
			TH_LOG("no enum %s", words);
		}
	}
}

TEST_HARNESS_MAIN
