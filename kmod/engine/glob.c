// SPDX-License-Identifier: GPL-2.0-only
/* Path patterns: check, split, match. */
#include "glob.h"
#include <linux/kpol.h>

/* The matcher's states are offsets into the pattern, one bit each; the last is "all matched". */
#define STATE_WORDS (KPOL_GLOB_MAX / 64 + 1)

/* Steps that the quick matcher may take per byte of path and pattern before the thorough one takes over. */
#define STEPS_PER_BYTE 4

struct states {
	u64 word[STATE_WORDS];
};

/**
 * struct matcher - a pattern being matched
 * @end: offset at which the pattern counts as matched.
 * @steps: how many more may be taken for this access, by all its patterns.
 */
struct matcher {
	const char *pattern;
	u32 end;
	u32 *steps;
};

/* False: they are used up, now and for every pattern after this one. */
static bool spend(const struct matcher *m, u32 steps)
{
	bool enough = *m->steps >= steps;

	*m->steps = enough ? *m->steps - steps : 0;
	return enough;
}

static bool is_special(char c)
{
	return c == '*' || c == '?' || c == '[' || c == '\\';
}

/* Offset behind the set that begins at @at with '[', or 0 if it has no end. "]" first is literal. */
static u32 set_end(const char *pattern, u32 len, u32 at)
{
	u32 i = at + 1;

	if (i < len && pattern[i] == '!')
		i++;
	if (i < len && pattern[i] == ']')
		i++;
	while (i < len && pattern[i] != ']')
		i++;
	return i < len ? i + 1 : 0;
}

/* Length of the token at @at: one literal, an escape, a wildcard or a set. */
static u32 token_len(const char *pattern, u32 len, u32 at)
{
	switch (pattern[at]) {
	case '*':
		return at + 1 < len && pattern[at + 1] == '*' ? 2 : 1;
	case '\\':
		return 2;
	case '[':
		return set_end(pattern, len, at) - at;
	default:
		return 1;
	}
}

int kpol_glob_check(const char *pattern, u32 len, const char **ret_reason)
{
	u32 at;

	if (!len || pattern[0] != '/') {
		*ret_reason = "has a pattern that does not begin with a slash";
		return -EINVAL;
	}
	if (len > KPOL_GLOB_MAX - 1) {
		*ret_reason = "has a pattern that is too long";
		return -EINVAL;
	}
	for (at = 0; at < len; at += token_len(pattern, len, at)) {
		if (pattern[at] == '[' && !set_end(pattern, len, at)) {
			*ret_reason = "has a pattern with a '[' that is never closed";
			return -EINVAL;
		}
		if (pattern[at] == '[' && token_len(pattern, len, at) > KPOL_GLOB_SET_MAX) {
			*ret_reason = "has a pattern with a '[' and more than 64 bytes to its ']'";
			return -EINVAL;
		}
		if (pattern[at] == '\\' && at + 1 == len) {
			*ret_reason = "has a pattern that ends in a backslash";
			return -EINVAL;
		}
	}
	return 0;
}

/*
 * Literal head [0, *ret_head) and literal tail [*ret_tail, len). The middle between them keeps the slash
 * behind a last "**", because "/" + "**" + "/" also matches a single slash.
 */
static u32 find_middle(const char *pattern, u32 len, u32 *ret_head, u32 *ret_tail)
{
	u32 at = 0, head = len, tail = 0, step, literals = 0;

	while (at < len) {
		step = token_len(pattern, len, at);
		if (!is_special(pattern[at])) {
			literals++;
		} else {
			if (head == len)
				head = at;
			tail = at + step;
			if (pattern[at] == '*' && step == 2 && tail < len && pattern[tail] == '/')
				tail++;
			literals += pattern[at] == '\\';
		}
		at += step;
	}
	*ret_head = head;
	*ret_tail = head == len ? len : tail;
	return literals;
}

/* Offset of the last component, or @len where a wildcard is in it or nothing. */
static u32 find_base(const char *pattern, u32 len, u32 tail)
{
	u32 at = len;

	while (at > tail && pattern[at - 1] != '/')
		at--;
	return at && pattern[at - 1] == '/' ? at : len;
}

static u32 find_ext(const char *pattern, u32 len, u32 tail)
{
	u32 at = len;

	while (at > tail && pattern[at - 1] != '.')
		at--;
	return at > tail ? at - 1 : len;
}

void kpol_glob_split(const char *pattern, u32 len, struct kpol_glob_parts *ret)
{
	u32 slash;

	ret->literals = find_middle(pattern, len, &ret->head, &ret->tail);
	for (slash = ret->head; slash && pattern[slash - 1] != '/'; slash--)
		;
	ret->dir = slash ? slash - 1 : 0;
	ret->base = find_base(pattern, len, ret->head == len ? 0 : ret->tail);
	ret->ext = ret->base < len ? len : find_ext(pattern, len, ret->tail);
}

u32 kpol_glob_component(const char *pattern, u32 len, u32 *at)
{
	u32 i = *at, start = 0;

	for (; i < len; i += token_len(pattern, len, i)) {
		if (is_special(pattern[i])) {
			start = 0;
		} else if (pattern[i] == '/') {
			if (start && i > start) {
				*at = start;
				return i - start;
			}
			start = i + 1;
		}
	}
	return 0;
}

static bool set_has(const char *pattern, u32 at, u32 end, char c)
{
	bool negate = pattern[at + 1] == '!';
	u32 i = at + 1 + negate, first = i;
	bool found = false;

	for (; i < end - 1; i++) {
		if (pattern[i] == ']' && i > first)
			break;
		if (i + 2 < end - 1 && pattern[i + 1] == '-') {
			found |= (u8)c >= (u8)pattern[i] && (u8)c <= (u8)pattern[i + 2];
			i += 2;
		} else {
			found |= c == pattern[i];
		}
	}
	return found != negate;
}

/* Add state @at and what it reaches without a character: each star may match nothing. */
static void add_state(const struct matcher *m, struct states *states, u32 at)
{
	const char *p = m->pattern;

	for (;;) {
		if (states->word[at / 64] & (1ULL << (at % 64)))
			return;
		states->word[at / 64] |= 1ULL << (at % 64);
		if (at >= m->end || p[at] != '*')
			return;
		if (at + 1 < m->end && p[at + 1] == '*') {
			at += 2;
			if (p[at - 3] == '/' && at < m->end && p[at] == '/') {
				/* The slash is a literal: its own chain ends with it. */
				states->word[at / 64] |= 1ULL << (at % 64);
				at++;
			}
		} else {
			at++;
		}
	}
}

/*
 * A star that has taken a character may take more, or end. Unlike on arrival, a slash behind it must now be
 * there. Arrivals of the same step come from states before this one and are already in.
 */
static void stay_in_star(const struct matcher *m, struct states *next, u32 at, u32 width)
{
	next->word[at / 64] |= 1ULL << (at % 64);
	add_state(m, next, at + width);
}

/* Length of the token at @at if it takes @c as its one character, else 0. Not for stars. */
static u32 take_one(const struct matcher *m, u32 at, char c)
{
	const char *p = m->pattern;
	u32 end;

	switch (p[at]) {
	case '?':
		return c != '/';
	case '[':
		end = set_end(p, m->end, at);
		return c != '/' && set_has(p, at, end, c) ? end - at : 0;
	case '\\':
		return c == p[at + 1] ? 2 : 0;
	default:
		return c == p[at];
	}
}

static void step_state(const struct matcher *m, struct states *next, u32 at, char c)
{
	const char *p = m->pattern;
	u32 taken;

	if (at >= m->end)
		return;
	if (p[at] != '*') {
		taken = take_one(m, at, c);
		if (taken)
			add_state(m, next, at + taken);
	} else if (at + 1 < m->end && p[at + 1] == '*') {
		stay_in_star(m, next, at, 2);
	} else if (c != '/') {
		stay_in_star(m, next, at, 1);
	}
}

/* All states take the character @c; returns how many there were. */
static u32 step_states(const struct matcher *m, struct states *now, char c)
{
	struct states next = {};
	u32 w, steps = 0;
	u64 bits;

	for (w = 0; w <= m->end / 64; w++)
		for (bits = now->word[w]; bits; bits &= bits - 1, steps++)
			step_state(m, &next, w * 64 + __builtin_ctzll(bits), c);
	*now = next;
	return steps;
}

/* All states at once, so that no pattern makes it backtrack: O(pattern × path). */
static enum kpol_glob_verdict match_states(const struct matcher *m, u32 from, const char *path,
					   u32 len)
{
	struct states now = {};
	u32 i, live;

	add_state(m, &now, from);
	for (i = 0; i < len; i++) {
		live = step_states(m, &now, path[i]);
		if (!live)
			return KPOL_GLOB_NO;
		if (!spend(m, live + STATE_WORDS))
			return KPOL_GLOB_UNKNOWN;
	}
	return now.word[m->end / 64] & (1ULL << (m->end % 64)) ? KPOL_GLOB_YES : KPOL_GLOB_NO;
}

/**
 * struct retry - the last star: where to go on when what stands behind it does not match
 * @at: offset behind it in the pattern, 0: no star yet.
 * @i: offset in the path up to which it has taken.
 * @whole: it is "**" + "/" behind a slash: what follows begins a component.
 */
struct retry {
	u32 at;
	u32 i;
	bool whole;
};

/* Let the star take more. False: it cannot. */
static bool take_more(struct retry *star, const char *path, u32 len)
{
	if (!star->at || star->i == len)
		return false;
	if (!star->whole) {
		star->i++;
		return true;
	}
	while (star->i < len)
		if (path[star->i++] == '/')
			return true;
	return false;
}

static u32 enter_star(const struct matcher *m, u32 at, u32 i, struct retry *star,
		      struct retry *deep)
{
	const char *p = m->pattern;
	bool whole;

	star->at = 0;
	if (at + 1 == m->end || p[at + 1] != '*') {
		*star = (struct retry){ at + 1, i, false };
		return at + 1;
	}
	whole = p[at - 1] == '/' && at + 2 < m->end && p[at + 2] == '/';
	*deep = (struct retry){ at + 2 + whole, i, whole };
	return deep->at;
}

/*
 * Each star takes as little as it can. Only the last "*" and the last "**" ever need to take more: what an
 * earlier one could leave to them they can take themselves. For most patterns that is one walk along the
 * path; where it becomes many, give up.
 */
static enum kpol_glob_verdict walk(const struct matcher *m, u32 at, const char *path, u32 len,
				   u32 *steps)
{
	struct retry star = {}, deep = {};
	u32 i = 0, taken;

	for (; *steps; --*steps) {
		if (at == m->end && i == len)
			return KPOL_GLOB_YES;
		if (at < m->end && m->pattern[at] == '*') {
			at = enter_star(m, at, i, &star, &deep);
			continue;
		}
		taken = at < m->end && i < len ? take_one(m, at, path[i]) : 0;
		if (taken) {
			at += taken;
			i++;
		} else if (star.at && star.i < len && path[star.i] != '/') {
			i = ++star.i;
			at = star.at;
		} else {
			star.at = 0;
			if (!take_more(&deep, path, len))
				return KPOL_GLOB_NO;
			i = deep.i;
			at = deep.at;
		}
	}
	return KPOL_GLOB_UNKNOWN;
}

static enum kpol_glob_verdict match_greedy(const struct matcher *m, u32 at, const char *path,
					   u32 len)
{
	u32 most = STEPS_PER_BYTE * (len + m->end - at + 1);
	u32 granted = *m->steps < most ? *m->steps : most, left = granted;
	enum kpol_glob_verdict verdict = walk(m, at, path, len, &left);

	*m->steps -= granted - left;
	return verdict;
}

static enum kpol_glob_verdict match_middle(const struct matcher *m, u32 from, const char *path,
					   u32 len)
{
	enum kpol_glob_verdict verdict = match_greedy(m, from, path, len);

	return verdict == KPOL_GLOB_UNKNOWN && *m->steps ? match_states(m, from, path, len)
							 : verdict;
}

static enum kpol_glob_verdict verdict_of(bool matches)
{
	return matches ? KPOL_GLOB_YES : KPOL_GLOB_NO;
}

enum kpol_glob_verdict kpol_glob_match_split(const char *pattern, u32 pattern_len, u32 head,
					     u32 tail, const char *path, u32 path_len, u32 *steps)
{
	struct matcher m = { .pattern = pattern, .end = tail, .steps = steps };
	u32 tail_len = pattern_len - tail, mid_len;
	const char *mid;

	if (path_len < head + tail_len || memcmp(path, pattern, head) ||
	    memcmp(path + path_len - tail_len, pattern + tail, tail_len))
		return KPOL_GLOB_NO;
	mid = path + head;
	mid_len = path_len - head - tail_len;
	if (head == pattern_len)
		return verdict_of(!mid_len);
	if (tail - head == 2 && pattern[head] == '*' && pattern[head + 1] == '*')
		return KPOL_GLOB_YES;
	if (tail - head == 1 && pattern[head] == '*')
		return verdict_of(!memchr(mid, '/', mid_len));
	if (tail - head == 3 && !memcmp(pattern + head, "**/", 3))
		return verdict_of(mid_len ? mid[mid_len - 1] == '/' : pattern[head - 1] == '/');
	return match_middle(&m, head, mid, mid_len);
}

bool kpol_glob_match(const char *pattern, u32 pattern_len, const char *path, u32 path_len)
{
	u32 head, tail, steps = ~0U;

	find_middle(pattern, pattern_len, &head, &tail);
	return kpol_glob_match_split(pattern, pattern_len, head, tail, path, path_len, &steps) ==
	       KPOL_GLOB_YES;
}
