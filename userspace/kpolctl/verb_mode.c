// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl mode: switch a policy between observe and enforce. */
#include <fnmatch.h>
#include <string.h>

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

static void add_changed(struct json_object *items, struct json_object *reply, const char *mode)
{
	struct json_object *names = kpolctl_field_array(reply, "policies");
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
}

static int set_mode(const char *policy, const char *mode, struct json_object *items)
{
	struct kpolctl_request request = { .method = "SetMode",
					   .parameters = json_object_new_object() };
	_cleanup_json_ struct json_object *reply = NULL;
	int code;

	json_object_object_add(request.parameters, "policy", json_object_new_string(policy));
	json_object_object_add(request.parameters, "mode", json_object_new_string(mode));
	code = kpolctl_call(&request, &reply);
	if (!code)
		add_changed(items, reply, mode);
	return code;
}

/* A pattern is resolved here: the daemon switches one policy at a time, and so do we. */
static int set_modes(const char *pattern, const char *mode, struct json_object *items)
{
	struct kpolctl_request request = { .method = "Get",
					   .parameters = json_object_new_object() };
	_cleanup_json_ struct json_object *reply = NULL;
	struct json_object *policies;
	bool found = false;
	int code;

	json_object_object_add(request.parameters, "what", json_object_new_string("policies"));
	code = kpolctl_call(&request, &reply);
	policies = kpolctl_field_array(reply, "items");
	for (size_t i = 0; !code && policies && i < json_object_array_length(policies); i++) {
		const char *name =
			kpolctl_field_string(json_object_array_get_idx(policies, i), "name", "");

		if (fnmatch(pattern, name, 0))
			continue;
		found = true;
		code = set_mode(name, mode, items);
	}
	return code || found ? code : kpolctl_fail(KPOLCTL_NO, "no policy matches \"%s\"", pattern);
}

static int print_modes(struct json_object *items)
{
	struct kpolctl_table table = { .kind = "PolicyModeList",
				       .name = "name",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items };

	return kpolctl_table_print(&table) ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	_cleanup_json_ struct json_object *items = json_object_new_array();
	const char *policy, *mode;
	struct kpolctl_args args;
	int printed, code = kpolctl_args_read(&verb_mode, argc, argv, &args);

	if (code)
		return code;
	policy = kpolctl_args_word(&args, 0);
	mode = kpolctl_args_word(&args, 1);
	code = strpbrk(policy, "*?[") ? set_modes(policy, mode, items)
				      : set_mode(policy, mode, items);
	/* What was switched before something failed is said all the same. */
	printed = json_object_array_length(items) ? print_modes(items) : KPOLCTL_OK;
	return code ? code : printed;
}

const struct kpolctl_verb verb_mode = {
	.name = "mode",
	.args = "POLICY observe|enforce",
	.purpose =
		"Switch a policy (or 'payments/*') between reporting and denying, without a reload",
	.example = "kpolctl mode payments/payments-process observe",
	.run = run,
};
