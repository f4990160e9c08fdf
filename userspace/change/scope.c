// SPDX-License-Identifier: GPL-2.0-or-later
/* Which scope of another ruleset is for the same workloads. */
#include "change/scope.h"

#include <string.h>

#define JOINT " + "

static size_t part_length(const char *name)
{
	const char *end = strstr(name, JOINT);

	return end ? (size_t)(end - name) : strlen(name);
}

static const char *next_part(const char *part)
{
	part += part_length(part);
	return *part ? part + strlen(JOINT) : part;
}

static bool has_part(const char *name, const char *part, size_t len)
{
	for (; *name; name = next_part(name))
		if (part_length(name) == len && !memcmp(name, part, len))
			return true;
	return false;
}

/* Return: how many parts they share, if one has all parts of the other; else 0. */
static size_t shared_parts(const char *a, const char *b)
{
	size_t n_a = 0, n_b = 0, shared = 0;

	for (const char *part = a; *part; part = next_part(part), n_a++)
		shared += has_part(b, part, part_length(part));
	for (const char *part = b; *part; part = next_part(part))
		n_b++;
	return shared == n_a || shared == n_b ? shared : 0;
}

uint32_t kpol_scope_like(const char *name, const struct kpol_ruleset *ruleset)
{
	size_t best = 0, shared;
	uint32_t found = 0;

	for (size_t i = 0; ruleset && i < ruleset->n_scopes; i++) {
		if (!strcmp(ruleset->scopes[i].name, name))
			return (uint32_t)i + 1;
		shared = shared_parts(name, ruleset->scopes[i].name);
		if (shared > best) {
			best = shared;
			found = (uint32_t)i + 1;
		}
	}
	return found;
}
