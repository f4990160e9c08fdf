// SPDX-License-Identifier: GPL-2.0-or-later
/* What a change of bundles changes for the workloads, shown with its risk. */
#include "kpolctl/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"

static struct json_object *rule_of(struct json_object *item)
{
	struct json_object *rule = kpolctl_field(item, "new");

	return rule ? rule : kpolctl_field(item, "old");
}

static char *cell_what(struct json_object *item)
{
	struct json_object *rule = rule_of(item);
	_cleanup_free_ char *access = NULL, *object = NULL;
	const char *by = kpolctl_field_string(rule, "source", NULL);
	char *text = NULL;
	int r;

	if (!rule) {
		const char *class = kpolctl_field_string(item, "class", NULL);

		r = class ? asprintf(&text, "default of %s", class)
			  : asprintf(&text, "mode of %s",
				     kpolctl_field_string(item, "policy", "?"));
		return r < 0 ? NULL : text;
	}
	access = kpolctl_rule_access(rule);
	object = kpolctl_rule_object(rule);
	r = asprintf(&text, "%s %s %s%s%s", kpolctl_field_string(rule, "action", "?"),
		     access ? access : "?", object ? object : "?", by ? " by " : "", by ? by : "");
	return r < 0 ? NULL : text;
}

/* "read /etc/x: denied → allowed", or that nothing changes. */
static char *cell_effect(struct json_object *item)
{
	const char *sample = kpolctl_field_string(item, "sample", NULL);
	const char *before = kpolctl_field_string(item, "before", "?");
	const char *after = kpolctl_field_string(item, "after", "?");
	char *text = NULL;
	int r;

	if (strcmp(before, after))
		r = asprintf(&text, "%s%s%s, then %s", sample ? sample : "", sample ? ": " : "",
			     before, after);
	else
		r = asprintf(&text, "%s%s%s as before", sample ? sample : "", sample ? ": " : "",
			     after);
	return r < 0 ? NULL : text;
}

static char *cell_places(struct json_object *item)
{
	_cleanup_free_ char *old = kpolctl_cell_source(kpolctl_field(item, "old"));
	_cleanup_free_ char *new = kpolctl_cell_source(kpolctl_field(item, "new"));
	char *text = NULL;

	if (!old || !new)
		return old || new ? strdup(new ? new : old) : NULL;
	return asprintf(&text, "%s, %s", old, new) < 0 ? NULL : text;
}

static const struct kpolctl_column columns[] = {
	{ .title = "RISK", .key = "risk", .paint = true },
	{ .title = "CHANGE", .key = "change" },
	{ .title = "WHAT", .text = cell_what },
	{ .title = "SCOPE", .key = "scope" },
	{ .title = "EFFECT", .text = cell_effect },
	{ .title = "WHY", .key = "reason" },
	{ .title = "POLICY", .key = "policy", .wide = true },
	{ .title = "SOURCE", .text = cell_places },
};

int kpolctl_plan_fail_on(const struct kpolctl_args *args, bool *ret)
{
	static const char *const words[] = { "high", NULL };
	const char *value = kpolctl_args_option(args, "--fail-on");

	*ret = value != NULL;
	if (!value || !strcmp(value, "high"))
		return 0;
	return kpolctl_fail_unknown("--fail-on", value, kpol_nearest(words, value));
}

int kpolctl_plan_report(struct json_object *reply, bool fail_on_high)
{
	_cleanup_json_ struct json_object *top = json_object_new_object();
	uint64_t high = kpolctl_field_number(reply, "highRisk");
	struct json_object *items = kpolctl_field_array(reply, "items");
	struct kpolctl_table table = { .kind = "Plan",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items,
				       .top = top };
	size_t n = items ? json_object_array_length(items) : 0;

	json_object_object_add(top, "highRisk", json_object_new_int64((int64_t)high));
	kpolctl_diagnostics(kpolctl_field_array(reply, "diagnostics"));
	if (kpolctl_table_print(&table) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	kpolctl_note("%zu change%s, %zu of high risk", n, n == 1 ? "" : "s", (size_t)high);
	if (!n)
		return KPOLCTL_OK;
	return fail_on_high && high ? KPOLCTL_HIGH_RISK : KPOLCTL_CHANGES;
}
