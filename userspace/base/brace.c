// SPDX-License-Identifier: GPL-2.0-or-later
/* Alternatives in braces. */
#include "base/brace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"

/* One pair of braces: offsets of "{", of "}" and whether there is any. */
struct pair {
	size_t open;
	size_t close;
	bool found;
};

/* Behind an escaped character or a set; @at itself if neither begins there. */
static size_t skip_literal(const char *p, size_t at)
{
	size_t end;

	if (p[at] == '\\')
		return p[at + 1] ? at + 2 : at + 1;
	if (p[at] != '[')
		return at;
	end = at + 1;
	if (p[end] == '!')
		end++;
	if (p[end] == ']')
		end++;
	while (p[end] && p[end] != ']')
		end++;
	return p[end] ? end + 1 : at;
}

static int find_pair(const char *p, struct pair *ret)
{
	size_t depth = 0, skipped;

	*ret = (struct pair){ 0 };
	for (size_t at = 0; p[at]; at++) {
		skipped = skip_literal(p, at);
		if (skipped > at) {
			at = skipped - 1;
		} else if (p[at] == '{') {
			if (!depth++)
				ret->open = at;
		} else if (p[at] == '}') {
			if (!depth)
				return -EINVAL;
			if (!--depth) {
				ret->close = at;
				ret->found = true;
				return 0;
			}
		}
	}
	return depth ? -EINVAL : 0;
}

/* End of the alternative that begins at @at: its comma, or the closing brace. */
static size_t alternative_end(const char *p, size_t at, size_t close)
{
	size_t depth = 0, skipped;

	while (at < close) {
		skipped = skip_literal(p, at);
		if (skipped > at) {
			at = skipped;
			continue;
		}
		if (p[at] == ',' && !depth)
			break;
		if (p[at] == '{')
			depth++;
		else if (p[at] == '}')
			depth--;
		at++;
	}
	return at;
}

/* Put each alternative in its place; what is still to expand goes to the end of @work. */
static int expand_pair(const char *p, const struct pair *pair, struct kpol_strv *work)
{
	size_t at = pair->open + 1, end;
	int r;

	for (;; at = end + 1) {
		_cleanup_(kpol_buffer_clear) struct kpol_buffer buffer = { 0 };

		end = alternative_end(p, at, pair->close);
		kpol_buffer_add(&buffer, p, pair->open);
		kpol_buffer_add(&buffer, p + at, end - at);
		kpol_buffer_puts(&buffer, p + pair->close + 1);
		r = buffer.failed ? -ENOMEM : kpol_strv_add(work, buffer.text, buffer.len);
		if (r < 0)
			return r;
		if (work->n > KPOL_BRACE_MAX)
			return -E2BIG;
		if (end >= pair->close)
			return 0;
	}
}

/* One round: expand the first pair of every pattern. @ret_more: there was one. */
static int expand_round(const struct kpol_strv *from, struct kpol_strv *to, bool *ret_more)
{
	struct pair pair;
	int r;

	*ret_more = false;
	for (size_t i = 0; i < from->n; i++) {
		r = find_pair(from->items[i], &pair);
		if (r < 0)
			return r;
		*ret_more |= pair.found;
		r = pair.found ? expand_pair(from->items[i], &pair, to)
			       : kpol_strv_add(to, from->items[i], strlen(from->items[i]));
		if (r < 0)
			return r;
		if (to->n > KPOL_BRACE_MAX)
			return -E2BIG;
	}
	return 0;
}

int kpol_brace_expand(const char *pattern, struct kpol_strv *ret)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv now = { 0 };
	bool more = true;
	int r;

	r = kpol_strv_add(&now, pattern, strlen(pattern));
	while (r == 0 && more) {
		struct kpol_strv next = { 0 };

		r = expand_round(&now, &next, &more);
		kpol_strv_clear(&now);
		now = next;
	}
	return r < 0 ? r : kpol_strv_copy(ret, &now);
}
