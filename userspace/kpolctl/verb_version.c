// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl version: of the three programs, as far as they are there. */
#include <stdio.h>
#include <string.h>

#include <linux/kpol.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"

#define MODULE_VERSION_FILE "/sys/module/kpol/version"
#define TIMEOUT_S 2

static const struct kpolctl_column columns[] = {
	{ .title = "PROGRAM", .key = "name" },
	{ .title = "VERSION", .key = "version" },
};

static void add_version(struct json_object *items, const char *name, const char *version)
{
	struct json_object *item = json_object_new_object();

	json_object_object_add(item, "name", json_object_new_string(name));
	json_object_object_add(item, "version", version ? json_object_new_string(version) : NULL);
	json_object_array_add(items, item);
}

static void add_daemon(struct json_object *items)
{
	struct kpolctl_request request = { .method = "Status", .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *reply = NULL;

	kpolctl_try(&request, &reply);
	add_version(items, "kpold",
		    kpolctl_field_string(kpolctl_field(reply, "daemon"), "version", NULL));
}

static void add_module(struct json_object *items)
{
	_cleanup_fclose_ FILE *file = fopen(MODULE_VERSION_FILE, "re");
	char version[64] = "";

	if (file && fgets(version, sizeof(version), file))
		version[strcspn(version, "\n")] = '\0';
	add_version(items, "kpol.ko", *version ? version : NULL);
}

static int run(int argc, char **argv)
{
	_cleanup_json_ struct json_object *items = json_object_new_array();
	struct kpolctl_table table = { .kind = "VersionList",
				       .name = "version",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = items,
				       .no_headers = true };
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_version, argc, argv, &args);

	if (code)
		return code;
	add_version(items, "kpolctl", KPOL_VERSION);
	add_daemon(items);
	add_module(items);
	return kpolctl_table_print(&table) ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : 0;
}

const struct kpolctl_verb verb_version = {
	.name = "version",
	.purpose = "Show the versions of kpolctl, kpold and the module",
	.example = "kpolctl version",
	.run = run,
};
