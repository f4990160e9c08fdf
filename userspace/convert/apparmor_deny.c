// SPDX-License-Identifier: GPL-2.0-or-later
/* In AppArmor a deny rule wins always, here the more specific rule does. */
#include "convert/apparmor_deny.h"

#include <errno.h>
#include <string.h>

#include "base/brace.h"
#include "base/cleanup.h"
#include "convert/convert.h"
#include "engine/glob.h"

#define WILD "*?[{\\"

static bool is_literal(const char *path)
{
	return !strpbrk(path, WILD);
}

/* Does the pattern match this literal path? Return: 0, 1 or -ENOMEM. */
static int matches(const char *pattern, const char *path)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv all = { 0 };
	int r = kpol_brace_expand(pattern, &all);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < all.n; i++)
		if (kpol_glob_match(all.items[i], (u32)strlen(all.items[i]), path,
				    (u32)strlen(path)))
			return 1;
	return 0;
}

/* Up to their first wildcards one begins like the other: they may meet. */
static bool may_meet(const char *a, const char *b)
{
	size_t x = strcspn(a, WILD), y = strcspn(b, WILD);

	return !strncmp(a, b, x < y ? x : y);
}

static bool is_more_specific(const char *a, const char *b)
{
	return strcspn(a, WILD) > strcspn(b, WILD) || strlen(a) > strlen(b);
}

static int apply(const char *file, const struct kpol_aa_file *deny, struct kpol_aa_file *allow,
		 struct kpol_diags *diags)
{
	unsigned int both = deny->perms & allow->perms;
	bool whole = !strcmp(deny->path, allow->path);
	int r = whole;

	/* Who may write may append. */
	if (deny->perms & KPOL_AA_WRITE)
		both |= allow->perms & KPOL_AA_APPEND;
	if (!both)
		return 0;
	if (!whole && is_literal(allow->path))
		r = matches(deny->path, allow->path);
	if (r < 0)
		return r;
	if (r > 0 && !deny->owner) {
		allow->perms &= ~both;
		return 0;
	}
	if (is_literal(allow->path) && r == 0)
		return 0;
	if (!deny->owner && (is_literal(deny->path) || !may_meet(deny->path, allow->path) ||
			     !is_more_specific(allow->path, deny->path)))
		return 0;
	return kpol_diag_add(
		diags, KPOL_WARNING, KPOL_CODE_CONVERT, file, deny->line, 0,
		"deny %s: here the more specific rule wins, so what line %u allows (%s) "
		"stays allowed",
		deny->path, allow->line, allow->path);
}

int kpol_aa_apply_denials(const char *file, struct kpol_aa_profile *profile,
			  struct kpol_diags *diags)
{
	int r = 0;

	for (size_t i = 0; i < profile->n_files; i++)
		for (size_t k = 0; k < profile->n_files && r == 0; k++)
			if (profile->files[i].deny && !profile->files[k].deny)
				r = apply(file, &profile->files[i], &profile->files[k], diags);
	return r;
}
