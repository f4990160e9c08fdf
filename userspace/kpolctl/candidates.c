// SPDX-License-Identifier: GPL-2.0-or-later
/* The candidates of "explain": every rule that the access meets, with its rank and its say. */
#include "kpolctl/candidates.h"

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

int kpolctl_candidates_print(struct json_object *candidates)
{
	struct kpolctl_table table = { .kind = "CandidateList",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = candidates };

	return kpolctl_table_print(&table);
}
