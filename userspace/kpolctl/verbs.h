/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of verbs, in the order help shows them. */
#ifndef KPOL_KPOLCTL_VERBS_H
#define KPOL_KPOLCTL_VERBS_H

#include "kpolctl/verb.h"

/* NULL-terminated. */
extern const struct kpolctl_verb *const kpolctl_verbs[];

/** kpolctl_verb_find() - the row for a name, NULL if there is none. */
const struct kpolctl_verb *kpolctl_verb_find(const char *name);

/** kpolctl_verb_nearest() - the verb a person may have meant, NULL if none is near. */
const char *kpolctl_verb_nearest(const char *name);

#endif /* KPOL_KPOLCTL_VERBS_H */
