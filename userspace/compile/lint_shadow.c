// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint of rules that never decide: whatever they match, a rule of a better rank matches too. */
#include "compile/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compile/rows.h"
#include "engine/decide.h"

struct shadows {
	const struct kpol_rule *const *sorted;
	size_t n;
	int (*report)(void *userdata, const struct kpol_rule *loser,
		      const struct kpol_rule *winner);
	void *userdata;
};

/* The first of the rules with this key; @n if there is none. */
static size_t find_first(const struct shadows *s, const struct kpol_rule *key)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (kpol_rule_compare_key(s->sorted[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->n && !kpol_rule_compare_key(s->sorted[low], key) ? low : s->n;
}

/* Rules of one key that together are about every operation of the loser. */
static const struct kpol_rule *find_winner(const struct shadows *s, const struct kpol_rule *loser,
					   const struct kpol_rule *key, bool only_block)
{
	const struct kpol_rule *winner = NULL;
	u32 left = loser->ops;

	for (size_t i = find_first(s, key);
	     left && i < s->n && !kpol_rule_compare_key(s->sorted[i], key); i++) {
		const struct kpol_rule *rule = s->sorted[i];

		if (rule->action == KPOL_ACTION_AUDIT || rule == loser || !(rule->ops & left) ||
		    (only_block &&
		     (rule->action != KPOL_ACTION_BLOCK || kpol_rule_is_static(rule))))
			continue;
		left &= ~rule->ops;
		if (!winner || rule->action != loser->action)
			winner = rule;
	}
	return left ? NULL : winner;
}

/* The same class and source, another object. */
static struct kpol_rule other_key(const struct kpol_rule *rule, u8 match, const char *object)
{
	return (struct kpol_rule){
		.class = rule->class, .match = match, .object = object, .source = rule->source
	};
}

static int try_key(const struct shadows *s, const struct kpol_rule *loser, u8 match,
		   const char *object, bool only_block, bool *ret_found)
{
	struct kpol_rule key = other_key(loser, match, object);
	const struct kpol_rule *winner = find_winner(s, loser, &key, only_block);

	*ret_found = winner != NULL;
	return winner ? s->report(s->userdata, loser, winner) : 0;
}

/* Patterns rank above directories: "/srv/" + "**" decides for /srv/www, however long that is. */
static int check_dir(const struct shadows *s, const struct kpol_rule *rule)
{
	_cleanup_free_ char *pattern = malloc((size_t)rule->object_len + sizeof("/**"));
	bool found = false;
	int r = 0;

	if (!pattern)
		return -ENOMEM;
	memcpy(pattern, rule->object, rule->object_len);
	for (size_t len = rule->object_len; r == 0 && !found; len--) {
		if (len == rule->object_len || rule->object[len] == '/') {
			strcpy(pattern + len, "/**");
			r = try_key(s, rule, KPOL_MATCH_GLOB, pattern, false, &found);
		}
		if (!len)
			break;
	}
	if (r < 0 || found || rule->flags & KPOL_RULE_RECURSIVE)
		return r;
	memcpy(pattern, rule->object, rule->object_len);
	strcpy(pattern + rule->object_len, "/*");
	return try_key(s, rule, KPOL_MATCH_GLOB, pattern, false, &found);
}

/* The part behind the last slash, if it has no wildcard; "" else. */
static const char *literal_name(const char *pattern)
{
	const char *name = strrchr(pattern, '/') + 1;

	return strpbrk(name, "*?[\\") ? "" : name;
}

/* Names rank above patterns; among patterns of equal rank Block wins. */
static int check_glob(const struct shadows *s, const struct kpol_rule *rule)
{
	_cleanup_free_ char *wider = NULL;
	size_t len = strlen(rule->object);
	const char *name = literal_name(rule->object);
	bool found = false;
	int r = 0;

	if (!strpbrk(rule->object, "*?[\\"))
		return try_key(s, rule, KPOL_MATCH_PATH, rule->object, false, &found);
	if (*name)
		return try_key(s, rule, KPOL_MATCH_NAME, name, false, &found);
	while (len && rule->object[len - 1] == '*')
		len--;
	if (rule->action != KPOL_ACTION_ALLOW || strcspn(rule->object, "*?[\\") != len)
		return r;
	wider = malloc(len + sizeof("**"));
	if (!wider)
		return -ENOMEM;
	memcpy(wider, rule->object, len);
	strcpy(wider + len, "**");
	if (!strcmp(wider, rule->object))
		return 0; /* equal keys are kpol_lint_rules() own */
	return try_key(s, rule, KPOL_MATCH_GLOB, wider, true, &found);
}

int kpol_lint_shadows(const struct kpol_rule *const *sorted, size_t n,
		      int (*report)(void *userdata, const struct kpol_rule *loser,
				    const struct kpol_rule *winner),
		      void *userdata)
{
	struct shadows s = { sorted, n, report, userdata };
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		if (sorted[i]->action == KPOL_ACTION_AUDIT)
			continue;
		if (sorted[i]->match == KPOL_MATCH_DIR)
			r = check_dir(&s, sorted[i]);
		else if (sorted[i]->match == KPOL_MATCH_GLOB)
			r = check_glob(&s, sorted[i]);
	}
	return r;
}
