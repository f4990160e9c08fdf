// SPDX-License-Identifier: GPL-2.0-or-later
/* What a load, a rollback or a diff changes, rule by rule. */
#include "kpolctl/change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"
#include "kpolctl/verb.h"

static const struct {
	const char *key, *sign;
} lists[] = { { "added", "+" }, { "modified", "~" }, { "removed", "-" } };

static const struct kpolctl_column columns[] = {
	{ .title = "", .key = "change", .paint = true },
	{ .title = "POLICY", .key = "policy" },
	{ .title = "ACCESS", .text = kpolctl_rule_access },
	{ .title = "OBJECT", .text = kpolctl_rule_object },
	{ .title = "BY", .key = "source", .wide = true },
	{ .title = "SCOPE", .key = "scope", .wide = true },
	{ .title = "ACTION", .key = "action", .paint = true },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
};

static void add_changes(struct json_object *items, struct json_object *rules, const char *sign)
{
	size_t n = rules ? json_object_array_length(rules) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);

		json_object_object_add(rule, "change", json_object_new_string(sign));
		json_object_array_add(items, json_object_get(rule));
	}
}

int kpolctl_change_print(struct json_object *reply)
{
	_cleanup_json_ struct json_object *items = json_object_new_array();
	struct kpolctl_table table = { .kind = "RuleChangeList",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items,
				       .top = reply,
				       .no_headers = true };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		add_changes(items, kpolctl_field_array(reply, lists[i].key), lists[i].sign);
		json_object_object_del(reply, lists[i].key);
	}
	if (kpolctl_field_number(reply, "unlisted"))
		kpolctl_note("%" PRIu64 " more rules differ, too many to list",
			     kpolctl_field_number(reply, "unlisted"));
	return kpolctl_table_print(&table);
}

int kpolctl_change_report(struct json_object *reply)
{
	uint64_t generation = kpolctl_field_number(reply, "generation");
	bool changed = kpolctl_field_true(reply, "changed");

	kpolctl_diagnostics(kpolctl_field_array(reply, "diagnostics"));
	if (kpolctl_change_print(reply))
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	if (kpolctl_output == KPOLCTL_JSON)
		return KPOLCTL_OK;
	if (changed)
		printf("generation %" PRIu64 "\n", generation);
	else
		printf("unchanged (generation %" PRIu64 ")\n", generation);
	return KPOLCTL_OK;
}
