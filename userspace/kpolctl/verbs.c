// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of verbs. */
#include "kpolctl/verbs.h"

#include <stddef.h>
#include <string.h>

#include "base/words.h"

const struct kpolctl_verb *const kpolctl_verbs[] = {
	&verb_load,    &verb_lint,   &verb_fmt,	     &verb_convert, &verb_test,	      &verb_schema,
	&verb_compile, &verb_diff,   &verb_plan,     &verb_explain, &verb_status,     &verb_get,
	&verb_events,  &verb_mode,   &verb_rollback, &verb_panic,   &verb_resume,     &verb_lock,
	&verb_bind,    &verb_unbind, &verb_version,  &verb_help,    &verb_completion, NULL,
};

#define N_VERBS (sizeof(kpolctl_verbs) / sizeof(kpolctl_verbs[0]) - 1)

const struct kpolctl_verb *kpolctl_verb_find(const char *name)
{
	for (size_t i = 0; kpolctl_verbs[i]; i++)
		if (!strcmp(kpolctl_verbs[i]->name, name))
			return kpolctl_verbs[i];
	return NULL;
}

const char *kpolctl_verb_nearest(const char *name)
{
	const char *names[N_VERBS + 1] = { NULL };

	for (size_t i = 0; i < N_VERBS; i++)
		names[i] = kpolctl_verbs[i]->name;
	return kpol_nearest(names, name);
}
