// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer to "is it ready?". */
#include "kpolctl/ready.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"

static void add_reason(struct json_object *reasons, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_reason(struct json_object *reasons, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_object_array_add(reasons, json_object_new_string(text));
}

static void judge_module(struct json_object *reasons, struct json_object *module,
			 const char *daemon)
{
	const char *version = kpolctl_field_string(module, "version", "?");

	if (!kpolctl_field_number(module, "hooks"))
		add_reason(reasons, "the module is attached to nothing");
	if (kpolctl_field_number(module, "hooksLost"))
		add_reason(reasons, "hooks of the module do not fire any more");
	if (strcmp(version, daemon))
		add_reason(reasons, "the module is %s and kpold %s", version, daemon);
}

static void judge_ruleset(struct json_object *reasons, struct json_object *status)
{
	if (!kpolctl_field_number(kpolctl_field(status, "module"), "generation")) {
		if (kpolctl_field(status, "bundle"))
			add_reason(reasons, "the module has no ruleset, and kpold has one");
	} else if (!kpolctl_field_true(status, "digestMatches")) {
		add_reason(reasons, "the module's ruleset is not what kpold loaded");
	}
}

/* A kind that the cluster does not have is known to the last of them. */
static void judge_watch(struct json_object *reasons, struct json_object *watch)
{
	const char *error = kpolctl_field_string(watch, "error", "");

	if (kpolctl_field_true(watch, "synced") ||
	    !strcmp(kpolctl_field_string(watch, "state", ""), "absent"))
		return;
	add_reason(reasons, "no list of %s has come from the API server%s%s",
		   kpolctl_field_string(watch, "resource", "?"), *error ? ": " : "", error);
}

struct json_object *kpolctl_ready_reasons(struct json_object *status)
{
	struct json_object *daemon = kpolctl_field(status, "daemon");
	struct json_object *module = kpolctl_field(status, "module");
	struct json_object *watches =
		kpolctl_field_array(kpolctl_field(status, "kubernetes"), "watches");
	struct json_object *reasons = json_object_new_array();

	if (module) {
		judge_module(reasons, module, kpolctl_field_string(daemon, "version", "?"));
		judge_ruleset(reasons, status);
	} else {
		add_reason(reasons, "the module is not loaded");
	}
	for (size_t i = 0; watches && i < json_object_array_length(watches); i++)
		judge_watch(reasons, json_object_array_get_idx(watches, i));
	return reasons;
}
