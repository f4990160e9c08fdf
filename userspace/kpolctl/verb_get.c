// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl get: list what is live. */
#include <inttypes.h>
#include <string.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"
#include "kpolctl/rule.h"

static const struct kpolctl_column policy_columns[] = {
	{ .title = "POLICY", .key = "name" },
	{ .title = "MODE", .key = "mode", .paint = true },
	{ .title = "RULES", .key = "rules" },
	{ .title = "BUNDLE", .key = "bundle" },
	{ .title = "OWNER", .key = "owner", .wide = true },
	{ .title = "SEVERITY", .key = "severity", .wide = true },
	{ .title = "RISK", .key = "risk", .wide = true },
	{ .title = "FRAMEWORKS", .key = "frameworks", .wide = true },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
};

static const struct kpolctl_column rule_columns[] = {
	{ .title = "RULE", .key = "id" },
	{ .title = "SCOPE", .key = "scope" },
	{ .title = "POLICY", .key = "policy" },
	{ .title = "ACCESS", .text = kpolctl_rule_access },
	{ .title = "MATCH", .key = "match", .wide = true },
	{ .title = "OBJECT", .text = kpolctl_rule_object },
	{ .title = "BY", .key = "source", .wide = true },
	{ .title = "ACTION", .key = "action", .paint = true },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
};

static const struct kpolctl_column scope_columns[] = {
	{ .title = "SCOPE", .key = "name" },
	{ .title = "ALLOWLISTS", .key = "allowlists" },
	{ .title = "POLICIES", .key = "policies" },
	{ .title = "FLAGS", .key = "flags", .wide = true },
};

static const struct kpolctl_column bundle_columns[] = {
	{ .title = "BUNDLE", .key = "name" },
	{ .title = "VERSION", .key = "version" },
	{ .title = "STATE", .key = "state", .paint = true },
	{ .title = "GENERATION", .key = "generation", .wide = true },
	{ .title = "LOADED", .key = "loadedAt" },
	{ .title = "UID", .key = "loadedBy" },
	{ .title = "FILE", .key = "file" },
};

/* Where a binding points: its path, or the number of a cgroup that is gone. */
static char *binding_target(struct json_object *item)
{
	struct json_object *path = kpolctl_field(item, "path");
	struct json_object *target = path ? path : kpolctl_field(item, "cgroup");

	return target ? strdup(json_object_get_string(target)) : NULL;
}

static const struct kpolctl_column binding_columns[] = {
	{ .title = "KIND", .key = "kind" },
	{ .title = "TARGET", .text = binding_target },
	{ .title = "CGROUP", .key = "cgroup", .wide = true },
	{ .title = "SCOPE", .key = "scope" },
};

static const struct kpolctl_column hook_columns[] = {
	{ .title = "HOOK", .key = "name" },
	{ .title = "STATE", .key = "state", .paint = true },
	{ .title = "CLASS", .key = "class" },
	{ .title = "OPERATIONS", .key = "ops" },
};

static const struct kpolctl_column gap_columns[] = {
	{ .title = "POLICY", .key = "policy" },
	{ .title = "CODE", .key = "code" },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
	{ .title = "WHAT IS NOT ENFORCED", .key = "message" },
};

static const struct kpolctl_column pod_columns[] = {
	{ .title = "NAMESPACE", .key = "namespace" },
	{ .title = "POD", .key = "name" },
	{ .title = "STATE", .key = "state", .paint = true },
	{ .title = "MODE", .key = "mode", .paint = true },
	{ .title = "POLICIES", .key = "policies" },
	{ .title = "SCOPE", .key = "scope", .wide = true },
	{ .title = "BOUND SINCE", .key = "boundSince" },
	{ .title = "LAST VIOLATION", .key = "lastViolation" },
	{ .title = "AT", .key = "lastViolationAt", .wide = true },
	{ .title = "UID", .key = "uid", .wide = true },
};

#define COLUMNS(c) .columns = c, .n_columns = sizeof(c) / sizeof((c)[0])

static const struct {
	const char *what;
	struct kpolctl_table table;
} lists[] = {
	{ "policies", { .kind = "PolicyList", .name = "name", COLUMNS(policy_columns) } },
	{ "rules", { .kind = "RuleList", .name = "id", COLUMNS(rule_columns) } },
	{ "scopes", { .kind = "ScopeList", .name = "name", COLUMNS(scope_columns) } },
	{ "bundles", { .kind = "BundleList", .name = "name", COLUMNS(bundle_columns) } },
	{ "bindings", { .kind = "BindingList", .name = "path", COLUMNS(binding_columns) } },
	{ "hooks", { .kind = "HookList", .name = "name", COLUMNS(hook_columns) } },
	{ "unenforced", { .kind = "GapList", .name = "policy", COLUMNS(gap_columns) } },
	{ "pods", { .kind = "PodList", .name = "name", COLUMNS(pod_columns) } },
};

static int print_list(const char *what, struct json_object *items)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct kpolctl_table table = lists[i].table;

		table.items = items;
		if (!strcmp(lists[i].what, what))
			return kpolctl_table_print(&table)
				       ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory")
				       : KPOLCTL_OK;
	}
	return KPOLCTL_USAGE;
}

/* A list of rules is not all that the bundle says. */
static void note_gaps(struct json_object *reply)
{
	uint64_t n = kpolctl_field_number(reply, "unenforced");

	if (n)
		kpolctl_note("%" PRIu64 " more %s not enforced: kpolctl get unenforced", n,
			     n == 1 ? "is accepted, but" : "are accepted, but");
}

static int run(int argc, char **argv)
{
	struct kpolctl_request request = { .method = "Get" };
	_cleanup_json_ struct json_object *reply = NULL;
	struct kpolctl_args args;
	const char *what;
	int code = kpolctl_args_read(&verb_get, argc, argv, &args);

	if (code)
		return code;
	what = kpolctl_args_word(&args, 0);
	request.parameters = json_object_new_object();
	json_object_object_add(request.parameters, "what", json_object_new_string(what));
	code = kpolctl_call(&request, &reply);
	if (!code)
		code = print_list(what, kpolctl_field_array(reply, "items"));
	if (!code)
		note_gaps(reply);
	return code;
}

const struct kpolctl_verb verb_get = {
	.name = "get",
	.args = "policies|rules|scopes|bundles|bindings|hooks|unenforced|pods",
	.purpose = "List what is live",
	.example = "kpolctl get rules -o wide",
	.run = run,
};
