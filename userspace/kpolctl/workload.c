// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload as a person describes it on the command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kpolctl/explanation.h"
#include "kpolctl/message.h"

/* "a-b.slice" is inside "a.slice": systemd.slice(5). */
static void add_slices(FILE *out, const char *slice)
{
	const char *end = strrchr(slice, '.');

	for (const char *dash = slice; (dash = strchr(dash, '-')) && dash < end; dash++)
		fprintf(out, "/%.*s.slice", (int)(dash - slice), slice);
	fprintf(out, "/%s", slice);
}

/* Where systemd puts a unit unless it is told otherwise. */
static char *unit_cgroup(const char *unit)
{
	const char *suffix = strrchr(unit, '.');
	char *path = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&path, &len);

	if (!out)
		return NULL;
	if (suffix && !strcmp(suffix, ".slice"))
		add_slices(out, unit);
	else
		fprintf(out, "/system.slice/%s", unit);
	fclose(out);
	return path;
}

static int add_label(const char *text, size_t len, struct kpol_workload *workload)
{
	const char *equals = memchr(text, '=', len);
	struct kpol_label *label;

	if (!equals || equals == text)
		return kpolctl_fail(KPOLCTL_USAGE, "--label \"%.*s\" is not KEY=VALUE", (int)len,
				    text);
	label = kpol_append(&workload->labels, &workload->n_labels, sizeof(*label));
	if (!label)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	label->key = strndup(text, (size_t)(equals - text));
	label->value = strndup(equals + 1, len - (size_t)(equals + 1 - text));
	return label->key && label->value ? KPOLCTL_OK
					  : kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
}

static int add_labels(const char *list, struct kpol_workload *workload)
{
	int code = KPOLCTL_OK;
	size_t len;

	for (; list && *list && !code; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		code = add_label(list, len, workload);
	}
	return code;
}

static int copy_option(const struct kpolctl_args *args, const char *name, char **ret)
{
	const char *value = kpolctl_args_option(args, name);

	if (!value)
		return 0;
	*ret = strdup(value);
	return *ret ? 0 : -ENOMEM;
}

/* Labels without a namespace are those of a pod in "default". */
static int fill_defaults(const struct kpolctl_args *args, struct kpol_workload *w)
{
	if (kpolctl_args_option(args, "--label") && !w->namespace) {
		w->namespace = strdup("default");
		if (!w->namespace)
			return -ENOMEM;
	}
	if (w->cgroup || w->container || w->namespace)
		return 0;
	w->cgroup = w->unit ? unit_cgroup(w->unit) : strdup("/");
	return w->cgroup ? 0 : -ENOMEM;
}

int kpolctl_workload_read(const struct kpolctl_args *args, struct kpol_workload *ret)
{
	if (copy_option(args, "--unit", &ret->unit) < 0 ||
	    copy_option(args, "--cgroup", &ret->cgroup) < 0 ||
	    copy_option(args, "--container", &ret->container) < 0 ||
	    copy_option(args, "--namespace", &ret->namespace) < 0 || fill_defaults(args, ret) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	if (ret->cgroup && ret->cgroup[0] != '/')
		return kpolctl_fail(KPOLCTL_USAGE,
				    "--cgroup \"%s\" does not begin with \"/\" (it is a path below "
				    "/sys/fs/cgroup)",
				    ret->cgroup);
	return add_labels(kpolctl_args_option(args, "--label"), ret);
}
