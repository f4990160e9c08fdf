// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl status: one screen that says whether all is well. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/module.h"
#include "kpolctl/output.h"
#include "kpolctl/ready.h"
#include "kpolctl/status.h"

#define TIMEOUT_S 5

static const struct kpolctl_column columns[] = {
	{ .title = "", .key = "part" },
	{ .title = "", .key = "state", .paint = true },
	{ .title = "", .key = "text" },
};

static bool nobody_listens(int error)
{
	return error == -ENOENT || error == -ECONNREFUSED;
}

/* kpold's account of everything; without kpold the module's account of itself. */
static int get_status(struct json_object **ret)
{
	struct kpolctl_request request = { .method = "Status", .timeout_s = TIMEOUT_S };
	struct json_object *module = NULL;
	int error = kpolctl_try(&request, ret), r;

	if (!error)
		return KPOLCTL_OK;
	r = kpolctl_module_status(&module);
	if (r && r != -ENODEV)
		return kpolctl_module_fail(r);
	*ret = json_object_new_object();
	json_object_object_add(*ret, "module", module);
	if (nobody_listens(error))
		return KPOLCTL_OK;
	return kpolctl_fail(error == -EACCES ? KPOLCTL_DENIED : KPOLCTL_TROUBLE,
			    "kpold does not answer (%s): journalctl -u kpold", strerror(-error));
}

static int print_status(struct json_object *status, struct json_object *rows)
{
	struct kpolctl_table table = { .kind = "StatusList",
				       .name = "part",
				       .columns = columns,
				       .n_columns = sizeof(columns) / sizeof(columns[0]),
				       .items = rows,
				       .no_headers = true };
	int r = 0;

	if (kpolctl_output == KPOLCTL_JSON)
		r = kpolctl_object_print("Status", status, false);
	else if (!kpolctl_quiet)
		r = kpolctl_table_print(&table);
	return r ? kpolctl_fail(KPOLCTL_TROUBLE, "out of memory") : KPOLCTL_OK;
}

/* Whatever kpold says to it, who answers is alive. */
static int probe_live(void)
{
	struct kpolctl_request request = { .method = "Status", .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *status = NULL;
	int error = kpolctl_try(&request, &status);

	if (!error || error == -EPROTO)
		return KPOLCTL_OK;
	return kpolctl_fail(error == -EACCES ? KPOLCTL_DENIED : KPOLCTL_DOWN,
			    "kpold does not answer: %s", strerror(-error));
}

static void print_reason(struct json_object *reason)
{
	_cleanup_free_ char *safe = kpolctl_escape(json_object_get_string(reason));

	printf("not ready: %s\n", safe ? safe : "out of memory");
}

static int print_ready(struct json_object *reasons)
{
	_cleanup_json_ struct json_object *answer = json_object_new_object();
	size_t n = json_object_array_length(reasons);

	json_object_object_add(answer, "ready", json_object_new_boolean(!n));
	json_object_object_add(answer, "reasons", json_object_get(reasons));
	if (kpolctl_output == KPOLCTL_JSON)
		return kpolctl_object_print("Readiness", answer, false);
	for (size_t i = 0; i < n && !kpolctl_quiet; i++)
		print_reason(json_object_array_get_idx(reasons, i));
	return 0;
}

static int probe_ready(void)
{
	struct kpolctl_request request = { .method = "Status", .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *status = NULL, *reasons = NULL;
	int code = kpolctl_call(&request, &status);

	if (code)
		return code;
	reasons = kpolctl_ready_reasons(status);
	if (print_ready(reasons))
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return json_object_array_length(reasons) ? KPOLCTL_NO : KPOLCTL_OK;
}

static int run(int argc, char **argv)
{
	_cleanup_json_ struct json_object *status = NULL, *rows = NULL;
	struct kpolctl_args args;
	int trouble, code = kpolctl_args_read(&verb_status, argc, argv, &args);

	if (code)
		return code;
	if (kpolctl_args_option(&args, "--ready"))
		return probe_ready();
	if (kpolctl_args_option(&args, "--live"))
		return probe_live();
	trouble = get_status(&status);
	if (!status)
		return trouble;
	rows = kpolctl_status_rows(status);
	code = print_status(status, rows);
	if (code || trouble)
		return code ? code : trouble;
	if (!kpolctl_field(status, "daemon") || !kpolctl_field(status, "module"))
		return KPOLCTL_DOWN;
	return kpolctl_status_good(rows) ? KPOLCTL_OK : KPOLCTL_NO;
}

const struct kpolctl_verb verb_status = {
	.name = "status",
	.purpose = "Say on one screen whether all is well; exit 1 or 3 if not (-q: only that)",
	.options =
		(const char *const[]){
			"--ready\texit 0 if module and kpold do what they should, 1 if not: why",
			"--live\texit 0 if kpold answers, 3 if not",
			NULL,
		},
	.example = "kpolctl status",
	.run = run,
};
