// SPDX-License-Identifier: GPL-2.0-or-later
/* The methods of the control socket, as docs/control.md has them. */
#include "kpold/method.h"

#include <string.h>

static const struct kpold_method methods[] = {
	{ "io.kpol.Load", kpold_method_load },
	{ "io.kpol.Diff", kpold_method_diff },
	{ "io.kpol.Plan", kpold_method_plan },
	{ "io.kpol.Rollback", kpold_method_rollback },
	{ "io.kpol.Status", kpold_method_status },
	{ "io.kpol.Get", kpold_method_get },
	{ "io.kpol.SetMode", kpold_method_set_mode },
	{ "io.kpol.SetGlobalMode", kpold_method_set_global_mode },
	{ "io.kpol.NoteLock", kpold_method_note_lock },
	{ "io.kpol.Explain", kpold_method_explain },
	{ "io.kpol.Events", kpold_method_events },
	{ "io.kpol.Bind", kpold_method_bind },
	{ "io.kpol.Unbind", kpold_method_unbind },
};

const struct kpold_method *kpold_method_find(const char *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}
