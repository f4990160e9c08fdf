// SPDX-License-Identifier: GPL-2.0-or-later
/* What is meant by a workload of which a person says only the one thing that matters. */
#include "cases/workload.h"

#include <errno.h>
#include <string.h>

#include "base/buffer.h"

/* "a-b.slice" is inside "a.slice": systemd.slice(5). */
static void add_slices(struct kpol_buffer *out, const char *slice)
{
	const char *end = strrchr(slice, '.');

	for (const char *dash = slice; (dash = strchr(dash, '-')) && dash < end; dash++)
		kpol_buffer_printf(out, "/%.*s.slice", (int)(dash - slice), slice);
	kpol_buffer_printf(out, "/%s", slice);
}

/* Where systemd puts a unit unless it is told otherwise. */
static char *unit_cgroup(const char *unit)
{
	const char *suffix = strrchr(unit, '.');
	struct kpol_buffer path = { 0 };

	if (suffix && !strcmp(suffix, ".slice"))
		add_slices(&path, unit);
	else
		kpol_buffer_printf(&path, "/system.slice/%s", unit);
	return kpol_buffer_take(&path);
}

int kpol_workload_complete(struct kpol_workload *w)
{
	if (w->n_labels && !w->namespace) {
		w->namespace = strdup("default");
		if (!w->namespace)
			return -ENOMEM;
	}
	if (w->cgroup || w->container || w->namespace)
		return 0;
	w->cgroup = w->unit ? unit_cgroup(w->unit) : strdup("/");
	return w->cgroup ? 0 : -ENOMEM;
}
