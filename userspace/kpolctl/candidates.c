// SPDX-License-Identifier: GPL-2.0-or-later
/* The candidates of "explain": every rule that the access meets, with its rank and its say. */
#include "kpolctl/candidates.h"

#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"

static const struct kpolctl_column columns[] = {
	{ .title = "DECIDES", .key = "decides" },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
	{ .title = "ACTION", .key = "action", .paint = true },
	{ .title = "ACCESS", .text = kpolctl_rule_access },
	{ .title = "OBJECT", .text = kpolctl_rule_object },
	{ .title = "BY", .key = "source" },
	{ .title = "POLICY", .key = "policy", .wide = true },
	{ .title = "MODE", .key = "mode" },
	{ .title = "RANK", .key = "rank" },
	{ .title = "WHY", .key = "why" },
};

static void add_string(struct json_object *object, const char *key, const char *value)
{
	if (value)
		json_object_object_add(object, key, json_object_new_string(value));
}

static void add_buffer(struct json_object *object, const char *key, struct kpol_buffer *buffer)
{
	_cleanup_free_ char *text = kpol_buffer_take(buffer);

	add_string(object, key, text);
}

static struct json_object *candidate_new(const struct kpolctl_offline *offline,
					 const struct kpol_candidates *list, size_t index)
{
	const struct kpol_candidate *c = &list->items[index];
	struct json_object *object = kpolctl_offline_rule(offline, c->rule->id);
	uint8_t mode = offline->ruleset->policies[c->rule->policy - 1].mode;
	struct kpol_buffer rank = { 0 }, why = { 0 };

	add_string(object, "mode", kpol_word(KPOL_WORDS_MODE, mode));
	add_string(object, "decides", kpol_candidate_say(list, index));
	kpol_candidate_rank(c, &rank);
	add_buffer(object, "rank", &rank);
	kpol_candidate_why(list, index, &why);
	add_buffer(object, "why", &why);
	return object;
}

struct json_object *kpolctl_candidates(const struct kpolctl_offline *offline,
				       const struct kpol_table *table,
				       const struct kpol_access *access)
{
	_cleanup_(kpol_candidates_clear) struct kpol_candidates list = { 0 };
	struct json_object *array;

	if (kpol_candidates_find(offline->ruleset, table, access, &list) < 0)
		return NULL;
	array = json_object_new_array();
	for (size_t i = 0; i < list.n; i++)
		json_object_array_add(array, candidate_new(offline, &list, i));
	return array;
}

int kpolctl_candidates_print(struct json_object *candidates)
{
	struct kpolctl_table table = { .kind = "CandidateList",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = candidates };

	return kpolctl_table_print(&table);
}
