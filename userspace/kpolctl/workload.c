// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload as a person describes it on the command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cases/workload.h"
#include "kpolctl/explanation.h"
#include "kpolctl/message.h"

static int add_label(const char *option, const char *text, size_t len,
		     struct kpol_workload *workload)
{
	const char *equals = memchr(text, '=', len);
	struct kpol_label *label;

	if (!equals || equals == text)
		return kpolctl_fail(KPOLCTL_USAGE, "%s \"%.*s\" is not KEY=VALUE", option, (int)len,
				    text);
	label = kpol_append(&workload->labels, &workload->n_labels, sizeof(*label));
	if (!label)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	label->key = strndup(text, (size_t)(equals - text));
	label->value = strndup(equals + 1, len - (size_t)(equals + 1 - text));
	return label->key && label->value ? KPOLCTL_OK
					  : kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
}

static int add_labels(const struct kpolctl_args *args, const char *option,
		      struct kpol_workload *workload)
{
	const char *list = kpolctl_args_option(args, option);
	int code = KPOLCTL_OK;
	size_t len;

	for (; list && *list && !code; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		code = add_label(option, list, len, workload);
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

int kpolctl_workload_read(const struct kpolctl_args *args, struct kpol_workload *ret)
{
	int code;

	if (copy_option(args, "--unit", &ret->unit) < 0 ||
	    copy_option(args, "--cgroup", &ret->cgroup) < 0 ||
	    copy_option(args, "--container", &ret->container) < 0 ||
	    copy_option(args, "--namespace", &ret->namespace) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	code = add_labels(args, "--label", ret);
	if (code)
		return code;
	if (kpol_workload_complete(ret) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	if (ret->cgroup && ret->cgroup[0] != '/')
		return kpolctl_fail(KPOLCTL_USAGE,
				    "--cgroup \"%s\" does not begin with \"/\" (it is a path below "
				    "/sys/fs/cgroup)",
				    ret->cgroup);
	return KPOLCTL_OK;
}

int kpolctl_peer_read(const struct kpolctl_args *args, struct kpol_workload *ret, bool *ret_given)
{
	*ret_given = kpolctl_args_option(args, "--peer-label") ||
		     kpolctl_args_option(args, "--peer-namespace");
	if (copy_option(args, "--peer-namespace", &ret->namespace) < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	return add_labels(args, "--peer-label", ret);
}
