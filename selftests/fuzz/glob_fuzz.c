// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patterns against a path: the table finds a pattern by its literal part exactly when the matcher, tried alone,
 * says that it matches, and the matcher agrees with a plain table of answers.
 *
 * Input: a path and patterns, one per line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/decide.h"
#include "engine/glob.h"

#define MAX_PATTERNS 8
#define MAX_INPUT 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

/* Is @c in the set that begins at @at (behind the bracket)? @ret_end: behind the closing bracket. */
static int in_set(const char *at, unsigned char c, const char **ret_end)
{
	int negate = *at == '!', found = 0;
	const char *set = at + negate, *end = strchr(set + 1, ']');

	for (; set < end; set++) {
		if (set[1] == '-' && set + 2 < end) {
			found |= (unsigned char)set[0] <= c && c <= (unsigned char)set[2];
			set += 2;
		} else {
			found |= (unsigned char)*set == c;
		}
	}
	*ret_end = end + 1;
	return c != '/' && found != negate;
}

/*
 * The answers for every rest of the path, from the end of the pattern to its beginning: @match[i] says whether
 * what stands at @pattern matches @path from i on.
 */
static void plain(const char *pattern, const char *path, size_t n, int slash, char *match)
{
	char *rest = malloc(2 * (n + 1)), *none = rest + n + 1;
	const char *next = pattern + 1;

	if (!*pattern) {
		for (size_t i = 0; i <= n; i++)
			match[i] = i == n;
	} else if (pattern[0] == '*' && pattern[1] == '*') {
		plain(pattern + 2, path, n, 0, rest);
		for (size_t i = n + 1; i-- > 0;)
			match[i] = rest[i] || (i < n && match[i + 1]);
		if (slash && pattern[2] == '/') {
			plain(pattern + 3, path, n, 1, none);
			for (size_t i = 0; i <= n; i++)
				match[i] |= none[i];
		}
	} else if (pattern[0] == '*') {
		plain(next, path, n, 0, rest);
		for (size_t i = n + 1; i-- > 0;)
			match[i] = rest[i] || (i < n && path[i] != '/' && match[i + 1]);
	} else {
		int set = pattern[0] == '[', any = pattern[0] == '?', is;
		char literal = pattern[0] == '\\' ? pattern[1] : pattern[0];

		next += pattern[0] == '\\';
		if (set)
			in_set(pattern + 1, 0, &next);
		plain(next, path, n, !set && !any && literal == '/', rest);
		for (size_t i = 0; i <= n; i++) {
			const char *unused;

			is = i < n && (set   ? in_set(pattern + 1, (unsigned char)path[i], &unused)
				       : any ? path[i] != '/'
					     : path[i] == literal);
			match[i] = is && rest[i + 1];
		}
	}
	free(rest);
}

static int plain_match(const char *pattern, const char *path, size_t n)
{
	char *match = malloc(n + 1);
	int matches;

	plain(pattern, path, n, 0, match);
	matches = match[0];
	free(match);
	return matches;
}

static void make_rule(struct kpol_rule *rule, uint32_t id, char *pattern)
{
	*rule = (struct kpol_rule){ .id = id,
				    .scope = 1,
				    .policy = 1,
				    .class = KPOL_CLASS_FILE,
				    .match = KPOL_MATCH_GLOB,
				    .ops = KPOL_OP_READ,
				    .action = KPOL_ACTION_BLOCK,
				    .object = pattern,
				    .object_len = (uint16_t)strlen(pattern) };
}

static void decide(const struct kpol_rule *rules, uint32_t n, const char *path, int matches)
{
	static const uint8_t mode = KPOL_MODE_ENFORCE;
	struct kpol_table_input input = { .rules = rules,
					  .n_rules = n,
					  .policy_modes = &mode,
					  .n_policies = 1,
					  .n_scopes = 1,
					  .seed = 0x6b706f6c };
	struct kpol_access access = { .scope = 1,
				      .class = KPOL_CLASS_FILE,
				      .op = KPOL_OP_READ,
				      .object = path,
				      .object_len = (uint16_t)strlen(path) };
	struct kpol_table_error error;
	struct kpol_table *table;
	struct kpol_decision decision;

	if (kpol_table_new(&input, &error, &table))
		return;
	kpol_decide(table, &access, &decision);
	check(decision.deny == !!matches && !decision.rule == !matches);
	kpol_table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[MAX_INPUT + 1];
	struct kpol_rule rules[MAX_PATTERNS];
	size_t n = size < MAX_INPUT ? size : MAX_INPUT;
	const char *reason;
	char *rest = text, *path, *pattern;
	uint32_t n_rules = 0;
	int matches = 0;

	memcpy(text, data, n);
	text[n] = 0;
	path = strsep(&rest, "\n");
	/* The kernel never reports a path with a slash at its end, but for the root. */
	n = strlen(path);
	if (path[0] != '/' || n > KPOL_PATH_MAX || (n > 1 && path[n - 1] == '/'))
		return 0;
	while (n_rules < MAX_PATTERNS && (pattern = strsep(&rest, "\n"))) {
		uint32_t len = (uint32_t)strlen(pattern);
		int match;

		if (len > KPOL_GLOB_MAX || kpol_glob_check(pattern, len, &reason))
			continue;
		match = kpol_glob_match(pattern, len, path, (uint32_t)strlen(path));
		if (len < 128)
			check(match == plain_match(pattern, path, strlen(path)));
		make_rule(&rules[n_rules], n_rules + 1, pattern);
		if (kpol_rule_check(&rules[n_rules], &reason))
			continue;
		matches |= match;
		n_rules++;
	}
	if (n_rules)
		decide(rules, n_rules, path, matches);
	return 0;
}
