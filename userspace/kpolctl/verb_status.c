// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl status: one screen that says whether all is well. */
#include <errno.h>
#include <string.h>

#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/module.h"
#include "kpolctl/output.h"
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

static int run(int argc, char **argv)
{
	_cleanup_json_ struct json_object *status = NULL, *rows = NULL;
	struct kpolctl_args args;
	int trouble, code = kpolctl_args_read(&verb_status, argc, argv, &args);

	if (code)
		return code;
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
	.example = "kpolctl status",
	.run = run,
};
