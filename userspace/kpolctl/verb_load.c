// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl load: make a bundle the live one. */
#include <string.h>

#include "base/words.h"
#include "kpolctl/args.h"
#include "kpolctl/bundle_file.h"
#include "kpolctl/change.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/message.h"

static const char *const dry_runs[] = { "no", "yes", "kernel", NULL };

static const char *const options[] = {
	"--dry-run[=kernel]\tshow what would change; with =kernel the module checks it too",
	NULL,
};

static const char *const notes[] = { [1] = "dry run: nothing was changed",
				     [2] = "dry run: the kernel accepts it; nothing was changed" };

/* Return: index into dry_runs, -1 for an unknown word. */
static int find_dry_run(const char *value)
{
	if (!value)
		return 0;
	for (int i = 0; dry_runs[i]; i++)
		if (!strcmp(value, dry_runs[i]))
			return i;
	return *value ? -1 : 1;
}

static int load_bundle(const char *file, int dry_run)
{
	struct kpolctl_request request = { .method = "Load" };
	_cleanup_json_ struct json_object *reply = NULL;
	int code = kpolctl_bundle_read(file, &request.parameters);

	if (code)
		return code;
	json_object_object_add(request.parameters, "dryRun",
			       json_object_new_string(dry_runs[dry_run]));
	code = kpolctl_call(&request, &reply);
	if (code)
		return code;
	code = kpolctl_change_report(reply);
	if (dry_run && kpolctl_output != KPOLCTL_JSON)
		kpolctl_note("%s", notes[dry_run]);
	return code;
}

static int run(int argc, char **argv)
{
	struct kpolctl_args args;
	int dry_run, r = kpolctl_args_read(&verb_load, argc, argv, &args);
	const char *value;

	if (r)
		return r;
	value = kpolctl_args_option(&args, "--dry-run");
	dry_run = find_dry_run(value);
	if (dry_run < 0)
		return kpolctl_fail_unknown("--dry-run", value, kpol_nearest(dry_runs, value));
	return load_bundle(kpolctl_args_word(&args, 0), dry_run);
}

const struct kpolctl_verb verb_load = {
	.name = "load",
	.args = "FILE|-",
	.purpose = "Make a bundle the live one; show what changed",
	.options = options,
	.example = "kpolctl load --dry-run=kernel payments.yaml",
	.run = run,
};
