// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl compile: the rules a bundle becomes. */
#include <stdio.h>

#include "base/words.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"

static const struct kpolctl_column columns[] = {
	{ .title = "RULE", .key = "id" },
	{ .title = "SCOPE", .key = "scope", .wide = true },
	{ .title = "POLICY", .key = "policy" },
	{ .title = "ACCESS", .text = kpolctl_rule_access },
	{ .title = "MATCH", .key = "match", .wide = true },
	{ .title = "OBJECT", .text = kpolctl_rule_object },
	{ .title = "BY", .key = "source", .wide = true },
	{ .title = "ACTION", .key = "action", .paint = true },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
};

static struct json_object *scope_policies(const struct kpol_ruleset *ruleset,
					  const struct kpol_scope_row *scope)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < scope->n_policies; i++)
		json_object_array_add(
			array,
			json_object_new_string(ruleset->policies[scope->policies[i] - 1].name));
	return array;
}

static struct json_object *scopes_new(const struct kpol_ruleset *ruleset)
{
	struct json_object *array = json_object_new_array(), *item;

	for (size_t i = 0; i < ruleset->n_scopes; i++) {
		item = json_object_new_object();
		json_object_object_add(item, "name",
				       json_object_new_string(ruleset->scopes[i].name));
		json_object_object_add(item, "policies",
				       scope_policies(ruleset, &ruleset->scopes[i]));
		json_object_array_add(array, item);
	}
	return array;
}

static struct json_object *bindings_new(const struct kpol_ruleset *ruleset)
{
	struct json_object *array = json_object_new_array(), *item;

	for (size_t i = 0; i < ruleset->n_bindings; i++) {
		const struct kpol_binding_row *row = &ruleset->bindings[i];

		item = json_object_new_object();
		json_object_object_add(
			item, "kind",
			json_object_new_string(kpol_word(KPOL_WORDS_BIND, row->kind)));
		json_object_object_add(item, "path", json_object_new_string(row->path));
		json_object_object_add(
			item, "scope",
			json_object_new_string(ruleset->scopes[row->scope - 1].name));
		json_object_array_add(array, item);
	}
	return array;
}

static int digest_text(const struct kpol_ruleset *ruleset, char text[2 * KPOL_DIGEST_LEN + 1])
{
	uint8_t digest[KPOL_DIGEST_LEN];

	if (kpol_ruleset_digest(ruleset, digest) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot compute a SHA-256 digest");
	for (size_t i = 0; i < KPOL_DIGEST_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return KPOLCTL_OK;
}

static int print_ruleset(const struct kpolctl_offline *offline)
{
	_cleanup_json_ struct json_object *items = kpolctl_offline_rules(offline);
	_cleanup_json_ struct json_object *top = json_object_new_object();
	struct kpolctl_table table = { .kind = "Ruleset",
				       .name = "id",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items,
				       .top = top };
	char digest[2 * KPOL_DIGEST_LEN + 1];
	int code = items ? digest_text(offline->ruleset, digest)
			 : kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");

	if (code)
		return code;
	json_object_object_add(top, "digest", json_object_new_string(digest));
	json_object_object_add(top, "scopes", scopes_new(offline->ruleset));
	json_object_object_add(top, "bindings", bindings_new(offline->ruleset));
	if (kpolctl_table_print(&table) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	kpolctl_note("%zu rules in %zu scopes, %zu bindings, digest %s", offline->ruleset->n_rules,
		     offline->ruleset->n_scopes, offline->ruleset->n_bindings, digest);
	return KPOLCTL_OK;
}

static int run(int argc, char **argv)
{
	_cleanup_(kpolctl_offline_clear) struct kpolctl_offline offline = { 0 };
	struct kpolctl_args args;
	int r, code = kpolctl_args_read(&verb_compile, argc, argv, &args);

	if (code)
		return code;
	r = kpolctl_offline_open(kpolctl_args_word(&args, 0), NULL, &offline);
	if (r < 0)
		return kpolctl_offline_fail(&offline, r);
	kpolctl_findings_tell(&offline.diags);
	return print_ruleset(&offline);
}

const struct kpolctl_verb verb_compile = {
	.name = "compile",
	.args = "FILE|-",
	.purpose = "Show the rules a bundle becomes, without daemon or module",
	.example = "kpolctl compile payments.yaml -o wide",
	.run = run,
};
