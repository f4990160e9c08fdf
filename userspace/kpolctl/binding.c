// SPDX-License-Identifier: GPL-2.0-or-later
/* A binding made or taken back by hand. */
#include "kpolctl/binding.h"

#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"
#include "kpolctl/verb.h"

static const struct kpolctl_column columns[] = {
	{ .title = "TARGET", .key = "target" },
	{ .title = "CGROUP", .key = "cgroup" },
	{ .title = "SCOPE", .key = "scope" },
};

static bool has_suffix(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);

	return n > m && !strcmp(text + n - m, suffix);
}

/* Return: the long form of a target, to be freed; NULL if it is none. */
static char *full_target(const char *target)
{
	const char *prefix = NULL;
	char *text;

	if (!strncmp(target, "unit:", 5) || !strncmp(target, "cgroup:/", 8))
		prefix = "";
	else if (target[0] == '/')
		prefix = "cgroup:";
	else if (has_suffix(target, ".service") || has_suffix(target, ".slice") ||
		 has_suffix(target, ".scope"))
		prefix = "unit:";
	return prefix && asprintf(&text, "%s%s", prefix, target) >= 0 ? text : NULL;
}

static int print_binding(const char *target, struct json_object *reply)
{
	_cleanup_json_ struct json_object *items = json_object_new_array();
	struct kpolctl_table table = { .kind = "BindingList",
				       .name = "target",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items };

	json_object_object_add(reply, "target", json_object_new_string(target));
	json_object_array_add(items, json_object_get(reply));
	return kpolctl_table_print(&table) ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : 0;
}

int kpolctl_binding_call(const char *method, const char *target, const char *scope)
{
	struct kpolctl_request request = { .method = method };
	_cleanup_json_ struct json_object *reply = NULL;
	_cleanup_free_ char *full = full_target(target);
	int code;

	if (!full)
		return kpolctl_fail(KPOLCTL_USAGE,
				    "target \"%s\" is neither unit:NAME nor cgroup:/PATH", target);
	request.parameters = json_object_new_object();
	json_object_object_add(request.parameters, "target", json_object_new_string(full));
	if (scope)
		json_object_object_add(request.parameters, "scope", json_object_new_string(scope));
	code = kpolctl_call(&request, &reply);
	return code ? code : print_binding(full, reply);
}
