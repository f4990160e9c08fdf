// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema of a PolicyTest document as data. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "cases/access.h"
#include "cases/suite.h"
#include "load/scalar.h"

#define REQUIRED KPOL_FIELD_REQUIRED

#define FIELD(k, s, ...)                                       \
	{                                                      \
		.key = k, .shape = KPOL_SHAPE_##s, __VA_ARGS__ \
	}
#define END                 \
	{                   \
		.key = NULL \
	}
#define SCHEMA(name, function, ...)                                                     \
	static const struct kpol_schema name = {                                        \
		.fields = (const struct kpol_field[]){ __VA_ARGS__ }, .check = function \
	}

static const char *path_fault(const struct kpol_node *node)
{
	return strcmp(node->text, "/") ? kpol_scalar_path.fault(node) : NULL;
}

static const char *port_fault(const struct kpol_node *node)
{
	if (!node->len || node->len > 5 || strspn(node->text, "0123456789") != node->len ||
	    atoi(node->text) > 65535)
		return "is no number from 0 to 65535";
	return NULL;
}

static const char *address_fault(const struct kpol_node *node)
{
	struct kpol_access access = { 0 };

	return kpol_access_address(node->text, &access) < 0
		       ? "is no address (10.0.0.1, \"2001:db8::1\", or \"*\" for one unknown)"
		       : NULL;
}

static const char *const verdict_words[] = { "allow", "deny", "audit", "would-deny", NULL };
static const char *const reason_words[] = { "rule", "default", "sealed", NULL };

static const struct kpol_scalar verdict = { .noun = "verdict", .words = verdict_words };
static const struct kpol_scalar reason = { .words = reason_words };
static const struct kpol_scalar op = { .noun = "operation", .words = kpol_op_words };
static const struct kpol_scalar transport = { .noun = "protocol", .words = kpol_transport_words };
static const struct kpol_scalar cgroup = { .fault = path_fault };
static const struct kpol_scalar port = { .fault = port_fault };
static const struct kpol_scalar address = { .fault = address_fault };

/* Keys that only an execution has. */
static const char *const program_keys[] = { "args", "sha256", "fsVerity", NULL };

/* Keys that only some classes of access have. */
static const char *const network_keys[] = { "protocol", "address", "port", "peer", NULL };
static const char *const path_keys[] = { "object", "unresolved", "uid", "owner", NULL };

/* Who is at the other end, where there is one. */
static const char *const peer_keys[] = { "peer", NULL };

static int refuse_keys(const struct kpol_input *in, const struct kpol_node *map,
		       const char *const *keys, const char *word)
{
	for (; *keys; keys++) {
		const struct kpol_node *node = kpol_node_get(map, *keys);

		if (node)
			return kpol_input_error(in, KPOL_CODE_KEY, node->key,
						"\"%s\" means nothing for \"%s\"", *keys, word);
	}
	return 0;
}

static int check_network(const struct kpol_input *in, const struct kpol_node *map,
			 const struct kpol_node *word)
{
	u32 bit = kpol_op_find(word->text);

	if (bit & KPOL_OPS_EGRESS && !kpol_node_get(map, "address") && !kpol_node_get(map, "peer"))
		return kpol_input_error(in, KPOL_CODE_MISSING, map,
					"\"address\" is missing: \"%s\" goes to one", word->text);
	if (!(bit & (KPOL_OPS_EGRESS | KPOL_OP_ACCEPT)) &&
	    refuse_keys(in, map, peer_keys, word->text) < 0)
		return -EINVAL;
	return refuse_keys(in, map, path_keys, word->text);
}

static int check_word(const struct kpol_input *in, const struct kpol_node *map,
		      const struct kpol_node *word)
{
	static const char *const keys[] = { "unresolved", "uid", "owner", NULL };
	const struct kpol_node *object = kpol_node_get(map, "object");
	int r = refuse_keys(in, map, network_keys, word->text);

	if (r == 0)
		r = refuse_keys(in, map, keys, word->text);
	if (r < 0)
		return r;
	if (!object)
		return kpol_input_error(in, KPOL_CODE_MISSING, map,
					"\"object\" is missing: \"%s\" is about a word",
					word->text);
	if (strchr(object->text, '/'))
		return kpol_input_error(in, KPOL_CODE_VALUE, object,
					"object \"%s\" is a path, but \"%s\" is about a word",
					object->text, word->text);
	return 0;
}

static int check_path_form(const struct kpol_input *in, const struct kpol_node *path)
{
	const char *fault = path ? path_fault(path) : NULL;

	return fault ? kpol_input_error(in, KPOL_CODE_VALUE, path, "%s \"%s\" %s", path->key->text,
					path->text, fault)
		     : 0;
}

static int check_path(const struct kpol_input *in, const struct kpol_node *map,
		      const struct kpol_node *word)
{
	const struct kpol_node *path = kpol_node_get(map, "object");
	const char *unresolved = kpol_node_text(map, "unresolved");
	const struct kpol_node *uid = kpol_node_get(map, "uid");
	const struct kpol_node *owner = kpol_node_get(map, "owner");
	int r = check_path_form(in, path);

	if (r < 0)
		return r;
	if (!path && !(unresolved && !strcmp(unresolved, "true")))
		return kpol_input_error(
			in, KPOL_CODE_MISSING, map,
			"\"object\" is missing (\"unresolved: true\": it has no path)");
	if (path && unresolved && !strcmp(unresolved, "true"))
		return kpol_input_error(in, KPOL_CODE_SHAPE, path,
					"\"object\" and \"unresolved\" exclude each other");
	if (!uid != !owner)
		return kpol_input_error(in, KPOL_CODE_MISSING, uid ? uid : owner,
					"\"uid\" (who acts) and \"owner\" (whose object it is) "
					"go together");
	return refuse_keys(in, map, network_keys, word->text);
}

static int check_access(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *word = kpol_node_get(map, "op");
	uint32_t tried = kpol_op_find(word->text);
	uint8_t class = kpol_op_class(tried);
	int r = class == KPOL_CLASS_PROCESS ? 0 : refuse_keys(in, map, program_keys, word->text);

	if (r < 0)
		return r;
	if (kpol_class_has_words(class))
		return check_word(in, map, word);
	if (class == KPOL_CLASS_NETWORK)
		return check_network(in, map, word);
	if (kpol_op_has_path(class, tried))
		return check_path(in, map, word);
	r = refuse_keys(in, map, network_keys, word->text);
	return r < 0 ? r : refuse_keys(in, map, path_keys, word->text);
}

static int check_rule(const struct kpol_input *in, const struct kpol_node *map)
{
	const char *why = kpol_node_text(map, "reason");
	const struct kpol_node *line = kpol_node_get(map, "line");
	const struct kpol_node *what = line ? line : kpol_node_get(map, "object");

	if (what && why && strcmp(why, "rule"))
		return kpol_input_error(in, KPOL_CODE_SHAPE, what,
					"\"%s\" names a rule, but \"reason: %s\" expects none",
					what->key->text, why);
	return 0;
}

SCHEMA(workload, NULL, FIELD("unit", SCALAR, .scalar = &kpol_scalar_unit),
       FIELD("cgroup", SCALAR, .scalar = &cgroup),
       FIELD("container", SCALAR, .scalar = &kpol_scalar_container),
       FIELD("namespace", SCALAR, .scalar = &kpol_scalar_name),
       FIELD("labels", LABELS, .scalar = &kpol_scalar_label),
       FIELD("nodeLabels", LABELS, .scalar = &kpol_scalar_label), END);
SCHEMA(peer_schema, NULL, FIELD("labels", LABELS, .scalar = &kpol_scalar_label),
       FIELD("namespace", SCALAR, .scalar = &kpol_scalar_name), END);
SCHEMA(access_schema, check_access, FIELD("op", SCALAR, .scalar = &op, .flags = REQUIRED),
       FIELD("object", SCALAR, .scalar = &kpol_scalar_text),
       FIELD("unresolved", SCALAR, .scalar = &kpol_scalar_bool),
       FIELD("source", SCALAR, .scalar = &kpol_scalar_path),
       FIELD("uid", SCALAR, .scalar = &kpol_scalar_number),
       FIELD("owner", SCALAR, .scalar = &kpol_scalar_number),
       FIELD("terminal", SCALAR, .scalar = &kpol_scalar_bool),
       FIELD("args", SCALARS, .scalar = &kpol_scalar_label),
       FIELD("sha256", SCALAR, .scalar = &kpol_scalar_sha256),
       FIELD("fsVerity", SCALAR, .scalar = &kpol_scalar_verity),
       FIELD("protocol", SCALAR, .scalar = &transport),
       FIELD("address", SCALAR, .scalar = &address), FIELD("port", SCALAR, .scalar = &port),
       FIELD("peer", MAP, .schema = &peer_schema), END);
SCHEMA(rule_schema, check_rule, FIELD("reason", SCALAR, .scalar = &reason),
       FIELD("policy", SCALAR, .scalar = &kpol_scalar_text),
       FIELD("line", SCALAR, .scalar = &kpol_scalar_number),
       FIELD("object", SCALAR, .scalar = &kpol_scalar_text), END);
SCHEMA(case_schema, NULL, FIELD("name", SCALAR, .scalar = &kpol_scalar_text),
       FIELD("workload", MAP, .schema = &workload),
       FIELD("access", MAP, .schema = &access_schema, .flags = REQUIRED),
       FIELD("expect", SCALAR, .scalar = &verdict, .flags = REQUIRED),
       FIELD("rule", MAP, .schema = &rule_schema), END);
SCHEMA(spec, NULL, FIELD("mode", SCALAR, .scalar = &kpol_scalar_mode),
       FIELD("workload", MAP, .schema = &workload),
       FIELD("cases", MAPS, .schema = &case_schema, .flags = REQUIRED), END);
SCHEMA(metadata, NULL, FIELD("name", SCALAR, .scalar = &kpol_scalar_name, .flags = REQUIRED), END);

const struct kpol_schema kpol_suite_schema = {
	.fields =
		(const struct kpol_field[]){
			FIELD("apiVersion", SCALAR, .scalar = &kpol_scalar_text, .flags = REQUIRED),
			FIELD("kind", SCALAR, .scalar = &kpol_scalar_text, .flags = REQUIRED),
			FIELD("metadata", MAP, .schema = &metadata),
			FIELD("spec", MAP, .schema = &spec, .flags = REQUIRED),
			END,
		},
};
