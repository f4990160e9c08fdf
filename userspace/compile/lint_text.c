// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of what is written as a path: patterns no path can match, regular expressions, command lines. */
#include "compile/lint.h"

#include <string.h>

/* Why no path can look like this pattern; NULL: one can. */
static const char *pattern_fault(const char *pattern)
{
	size_t len = strlen(pattern);

	if (len > 1 && pattern[len - 1] == '/')
		return "ends in \"/\"";
	if (strstr(pattern, "//"))
		return "has an empty part (\"//\")";
	for (const char *at = pattern; (at = strchr(at, '/')); at++) {
		size_t part = strcspn(at + 1, "/");

		if (part == 1 && at[1] == '.')
			return "has a part \".\"";
		if (part == 2 && at[1] == '.' && at[2] == '.')
			return "has a part \"..\"";
	}
	return NULL;
}

static int check_pattern(const struct kpol_lint *lint, const struct kpol_item *item)
{
	const char *fault = item->match == KPOL_MATCH_GLOB ? pattern_fault(item->object) : NULL;

	if (!fault)
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_NEVER, item->place,
			     "pattern \"%s\" %s: the kernel never sees such a path, so it matches "
			     "nothing",
			     item->object, fault);
}

/* What only a regular expression means something by; as a pattern it asks for these very characters. NULL: nothing. */
static const char *find_regex(const char *pattern)
{
	static const char *const signs[] = { ".+", "[^", "\\w", "\\d", "\\s", "(?:", "|" };
	size_t len = strlen(pattern);

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(pattern, signs[i]))
			return signs[i];
	return len > 1 && pattern[len - 1] == '$' ? "$" : NULL;
}

static int check_regex(const struct kpol_lint *lint, const struct kpol_item *item)
{
	const char *sign = item->match == KPOL_MATCH_GLOB ? find_regex(item->object) : NULL;

	if (!sign)
		return 0;
	return kpol_lint_add(
		lint, KPOL_WARNING, KPOL_LINT_REGEX, item->place,
		"pattern \"%s\" looks like a regular expression (\"%s\"): patterns are "
		"globs",
		item->object, sign);
}

/* A blank may be part of a name. What follows it here is an option, a second path or a redirection. */
static const char *find_arguments(const char *text)
{
	for (const char *at = text; (at = strchr(at, ' ')); at++)
		if (at > text && at[-1] != '\\' && at[1] && strchr("-/*.$|&<>;\"'", at[1]))
			return at;
	return NULL;
}

static int check_command_line(const struct kpol_lint *lint, const struct kpol_item *item)
{
	const char *arguments = NULL;

	if (item->class == KPOL_CLASS_PROCESS && item->object)
		arguments = find_arguments(item->object);
	if (!arguments)
		return 0;
	return kpol_lint_add(lint, KPOL_WARNING, KPOL_LINT_COMMAND_LINE, item->place,
			     "\"%s\" looks like a command line: the kernel compares the program's "
			     "path alone (did you mean \"%.*s\"?)",
			     item->object, (int)(arguments - item->object), item->object);
}

int kpol_lint_text(const struct kpol_lint *lint, const struct kpol_policy *policy)
{
	int r = 0;

	for (size_t i = 0; i < policy->n_items && r == 0; i++) {
		r = check_pattern(lint, &policy->items[i]);
		if (r == 0)
			r = check_regex(lint, &policy->items[i]);
		if (r == 0)
			r = check_command_line(lint, &policy->items[i]);
	}
	return r;
}
