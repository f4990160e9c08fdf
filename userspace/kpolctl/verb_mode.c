// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl mode: switch a policy between observe and enforce. */
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"

static const struct kpolctl_column columns[] = {
	{ .title = "POLICY", .key = "name" },
	{ .title = "MODE", .key = "mode", .paint = true },
	{ .title = "PREVIOUS", .key = "previous" },
};

static struct json_object *list_policies(struct json_object *reply, const char *mode)
{
	struct json_object *names = kpolctl_field_array(reply, "policies");
	struct json_object *items = json_object_new_array();
	size_t n = names ? json_object_array_length(names) : 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_new_object();
		const char *name = json_object_get_string(json_object_array_get_idx(names, i));

		json_object_object_add(item, "name", json_object_new_string(name));
		json_object_object_add(item, "mode", json_object_new_string(mode));
		json_object_object_add(item, "previous",
				       json_object_get(kpolctl_field(reply, "previous")));
		json_object_array_add(items, item);
	}
	return items;
}

static int set_mode(const char *policy, const char *mode)
{
	struct kpolctl_request request = { .method = "SetMode",
					   .parameters = json_object_new_object() };
	_cleanup_json_ struct json_object *reply = NULL, *items = NULL;
	struct kpolctl_table table = { .kind = "PolicyModeList",
				       .name = "name",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]) };
	int code;

	json_object_object_add(request.parameters, "policy", json_object_new_string(policy));
	json_object_object_add(request.parameters, "mode", json_object_new_string(mode));
	code = kpolctl_call(&request, &reply);
	if (code)
		return code;
	table.items = items = list_policies(reply, mode);
	return kpolctl_table_print(&table) ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_mode, argc, argv, &args);

	return code ? code : set_mode(kpolctl_args_word(&args, 0), kpolctl_args_word(&args, 1));
}

const struct kpolctl_verb verb_mode = {
	.name = "mode",
	.args = "POLICY observe|enforce",
	.purpose = "Switch a policy between reporting and denying, without a reload",
	.example = "kpolctl mode payments/payments-process observe",
	.run = run,
};
