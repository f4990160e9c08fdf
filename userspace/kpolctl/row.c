// SPDX-License-Identifier: GPL-2.0-or-later
/* A verb's row read as a grammar. */
#include "kpolctl/row.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void kpolctl_option_read(const char *row, struct kpolctl_option *ret)
{
	const char *tab = strchr(row, '\t'), *end = tab ? tab : row + strlen(row), *p = row;

	*ret = (struct kpolctl_option){ .what = tab ? tab + 1 : "" };
	if (p[0] == '-' && p[1] != '-') {
		ret->short_name = p[1];
		p += strspn(p + 2, ", ") + 2;
	}
	ret->name = p;
	ret->name_len = strcspn(p, "[= \t");
	p += ret->name_len;
	if (p >= end)
		return;
	ret->value = *p == '[' ? KPOLCTL_VALUE_OPTIONAL : KPOLCTL_VALUE_REQUIRED;
	p += strspn(p, "[= ");
	ret->value_name = p;
	ret->value_len = (size_t)(end - p) - (ret->value == KPOLCTL_VALUE_OPTIONAL);
}

static void read_one(const char *text, size_t len, struct kpolctl_word *ret)
{
	*ret = (struct kpolctl_word){ .text = text, .len = len };
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		ret->optional = true;
		ret->text++;
		ret->len -= 2;
	}
	if (ret->len > 3 && !strncmp(ret->text + ret->len - 3, "...", 3)) {
		ret->many = true;
		ret->len -= 3;
	}
}

bool kpolctl_word_read(const char *args, size_t index, struct kpolctl_word *ret)
{
	const char *p = args ? args : "";
	bool found = false;

	*ret = (struct kpolctl_word){ 0 };
	for (size_t i = 0; i <= index; i++) {
		size_t len;

		p += strspn(p, " ");
		len = strcspn(p, " ");
		if (!len)
			return found && ret->many;
		read_one(p, len, ret);
		found = true;
		p += len;
	}
	return found;
}

bool kpolctl_word_alternatives(const struct kpolctl_word *word, struct kpolctl_alternatives *ret)
{
	const char *p = word->text, *end = word->text + word->len;
	bool closed = word->len > 0;

	*ret = (struct kpolctl_alternatives){ 0 };
	for (size_t i = 0; i < KPOLCTL_ALTERNATIVES_MAX && p < end; i++) {
		const char *bar = memchr(p, '|', (size_t)(end - p));
		size_t len = (size_t)((bar ? bar : end) - p);

		snprintf(ret->text[i], KPOLCTL_ALTERNATIVE_LEN, "%.*s", (int)len, p);
		ret->items[i] = ret->text[i];
		closed = closed && !isupper((unsigned char)*p);
		p += len + 1;
	}
	return closed;
}
