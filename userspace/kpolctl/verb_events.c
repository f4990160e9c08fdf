// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl events: what was denied, and what would have been. */
#include <inttypes.h>
#include <stdio.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/output.h"
#include "kpolctl/record.h"

#define LAST_DEFAULT 10
#define LAST_MAX 100000

static const char *const options[] = {
	"-f, --follow\tkeep printing as events come; JSON one event per line",
	"--last N\tbegin with the newest N events (10)",
	NULL,
};

static const struct kpolctl_column wide_columns[] = {
	{ .title = "RECORD", .key = "record" },
	{ .title = "SEQ", .key = "seq" },
	{ .title = "TIME", .key = "time" },
	{ .title = "VERDICT", .key = "verdict", .paint = true },
	{ .title = "REASON", .key = "reason" },
	{ .title = "OP", .key = "op" },
	{ .title = "OBJECT", .key = "object" },
	{ .title = "ADDRESS", .key = "address" },
	{ .title = "PORT", .key = "port" },
	{ .title = "BY", .key = "source" },
	{ .title = "PID", .key = "pid" },
	{ .title = "COUNT", .key = "count" },
	{ .title = "CGROUP", .key = "cgroup" },
	{ .title = "SCOPE", .key = "scope" },
	{ .title = "POLICY", .key = "policy" },
	{ .title = "SOURCE", .text = kpolctl_cell_source },
};

static int print_line(struct json_object *parameters)
{
	_cleanup_free_ char *line = kpolctl_record_line(parameters);

	if (!line)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	puts(line);
	return 0;
}

static int print_record(struct json_object *parameters)
{
	const char *kind;
	struct json_object *record = kpolctl_record_read(parameters, &kind);

	if (!record)
		return 0;
	if (kpolctl_output == KPOLCTL_JSON)
		return kpolctl_object_print(kind, record, true) ? KPOLCTL_TROUBLE : 0;
	if (kpolctl_output != KPOLCTL_NAME)
		return print_line(parameters);
	if (kpolctl_field(record, "seq"))
		printf("%" PRIu64 "\n", kpolctl_field_number(record, "seq"));
	return 0;
}

static int show_record(struct json_object *parameters, void *context)
{
	int code = print_record(parameters);

	(void)context;
	/* A reader that went away (head) ends the stream. */
	return fflush(stdout) ? KPOLCTL_TROUBLE : code;
}

static int keep_record(struct json_object *parameters, void *context)
{
	const char *kind;
	struct json_object *record = kpolctl_record_read(parameters, &kind);

	if (!record)
		return 0;
	json_object_object_add(record, "record", json_object_new_string(kind));
	json_object_array_add(context, json_object_get(record));
	return 0;
}

/* JSON and wide rows are printed as a whole. */
static int list_events(const struct kpolctl_request *request)
{
	_cleanup_json_ struct json_object *items = json_object_new_array();
	struct kpolctl_table table = { .kind = "EventList",
				       .name = "seq",
				       .columns = wide_columns,
				       .n_columns = sizeof(wide_columns) / sizeof(wide_columns[0]),
				       .items = items };
	int code = kpolctl_stream(request, keep_record, items);

	if (code)
		return code;
	return kpolctl_table_print(&table) ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : 0;
}

static int run(int argc, char **argv)
{
	struct kpolctl_request request = { .method = "Events", .more = true };
	unsigned long last = LAST_DEFAULT;
	struct kpolctl_args args;
	int code = kpolctl_args_read(&verb_events, argc, argv, &args);
	bool follow;

	if (!code && kpolctl_args_option(&args, "--last"))
		code = kpolctl_number_read("--last", kpolctl_args_option(&args, "--last"), 0,
					   LAST_MAX, &last);
	if (code)
		return code;
	follow = kpolctl_args_option(&args, "--follow");
	request.parameters = json_object_new_object();
	json_object_object_add(request.parameters, "follow", json_object_new_boolean(follow));
	json_object_object_add(request.parameters, "last", json_object_new_int((int)last));
	if (!follow && (kpolctl_output == KPOLCTL_JSON || kpolctl_output == KPOLCTL_WIDE))
		return list_events(&request);
	return kpolctl_stream(&request, show_record, NULL);
}

const struct kpolctl_verb verb_events = {
	.name = "events",
	.purpose = "Show what was denied, and what would have been, with policy and line",
	.options = options,
	.example = "kpolctl events -f -o json",
	.run = run,
};
