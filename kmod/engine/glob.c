// SPDX-License-Identifier: GPL-2.0-only
/* Path patterns: check, split, match. */
#include "glob.h"
#include <linux/kpol.h>

/* The matcher's states are offsets into the pattern, one bit each; the last is "all matched". */
#define STATE_WORDS (KPOL_GLOB_MAX / 64 + 1)

struct states {
	u64 word[STATE_WORDS];
};

struct matcher {
	const char *pattern;
	u32 end; /* offset at which the pattern counts as matched */
};

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

void kpol_glob_split(const char *pattern, u32 len, struct kpol_glob_split *ret)
{
	u32 head, tail, slash, dot;

	ret->literals = find_middle(pattern, len, &head, &tail);
	/* The tail's own last component, complete if a slash stands before it. */
	for (slash = len; slash > tail && pattern[slash - 1] != '/'; slash--)
		;
	if (slash < len &&
	    (slash > tail || (slash && slash == tail && pattern[slash - 1] == '/'))) {
		*ret = (struct kpol_glob_split){ KPOL_GLOB_TAIL, pattern + slash, len - slash,
						 ret->literals };
		return;
	}
	for (slash = head; slash && pattern[slash - 1] != '/'; slash--)
		;
	if (slash > 1) { /* the directory before the first wildcard, without its slash */
		*ret = (struct kpol_glob_split){ KPOL_GLOB_HEAD, pattern, slash - 1,
						 ret->literals };
		return;
	}
	for (dot = len; dot > tail && pattern[dot - 1] != '.'; dot--)
		;
	if (dot > tail && dot <= len) {
		*ret = (struct kpol_glob_split){ KPOL_GLOB_EXT, pattern + dot - 1, len - dot + 1,
						 ret->literals };
		return;
	}
	*ret = (struct kpol_glob_split){ KPOL_GLOB_HEAD, pattern, 0, ret->literals };
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

static void step_state(const struct matcher *m, struct states *next, u32 at, char c)
{
	const char *p = m->pattern;
	u32 end;

	if (at >= m->end)
		return;
	switch (p[at]) {
	case '*':
		if (at + 1 < m->end && p[at + 1] == '*')
			stay_in_star(m, next, at, 2);
		else if (c != '/')
			stay_in_star(m, next, at, 1);
		break;
	case '?':
		if (c != '/')
			add_state(m, next, at + 1);
		break;
	case '[':
		end = set_end(p, m->end, at);
		if (c != '/' && set_has(p, at, end, c))
			add_state(m, next, end);
		break;
	case '\\':
		if (c == p[at + 1])
			add_state(m, next, at + 2);
		break;
	default:
		if (c == p[at])
			add_state(m, next, at + 1);
	}
}

/* All states at once, so that no pattern makes it backtrack: O(pattern × path). */
static bool match_states(const char *pattern, u32 from, u32 end, const char *path, u32 len)
{
	struct matcher m = { .pattern = pattern, .end = end };
	struct states now = {}, next;
	u32 i, w, words = end / 64 + 1;
	u64 live, bits;

	add_state(&m, &now, from);
	for (i = 0; i < len; i++) {
		memset(next.word, 0, words * sizeof(next.word[0]));
		for (w = 0, live = 0; w < words; w++)
			for (bits = now.word[w]; bits; bits &= bits - 1)
				step_state(&m, &next, w * 64 + __builtin_ctzll(bits), path[i]);
		for (w = 0; w < words; w++) {
			now.word[w] = next.word[w];
			live |= now.word[w];
		}
		if (!live)
			return false;
	}
	return now.word[end / 64] & (1ULL << (end % 64));
}

bool kpol_glob_match(const char *pattern, u32 pattern_len, const char *path, u32 path_len)
{
	u32 head, tail, tail_len, mid_len;
	const char *mid;

	find_middle(pattern, pattern_len, &head, &tail);
	tail_len = pattern_len - tail;
	if (path_len < head + tail_len || memcmp(path, pattern, head) ||
	    memcmp(path + path_len - tail_len, pattern + tail, tail_len))
		return false;
	mid = path + head;
	mid_len = path_len - head - tail_len;
	if (head == pattern_len)
		return !mid_len;
	if (tail - head == 2 && pattern[head] == '*' && pattern[head + 1] == '*')
		return true;
	if (tail - head == 1 && pattern[head] == '*')
		return !memchr(mid, '/', mid_len);
	if (tail - head == 3 && !memcmp(pattern + head, "**/", 3))
		return mid_len ? mid[mid_len - 1] == '/' : pattern[head - 1] == '/';
	return match_states(pattern, head, tail, mid, mid_len);
}
