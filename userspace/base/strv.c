// SPDX-License-Identifier: GPL-2.0-or-later
/* A list of strings that owns them. */
#include "base/strv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

int kpol_strv_add(struct kpol_strv *strv, const char *text, size_t len)
{
	char *copy = strndup(text, len);
	char **slot;

	if (!copy)
		return -ENOMEM;
	slot = kpol_append(&strv->items, &strv->n, sizeof(*slot));
	if (!slot) {
		free(copy);
		return -ENOMEM;
	}
	*slot = copy;
	return 0;
}

int kpol_strv_copy(struct kpol_strv *strv, const struct kpol_strv *from)
{
	int r;

	for (size_t i = 0; i < from->n; i++) {
		r = kpol_strv_add(strv, from->items[i], strlen(from->items[i]));
		if (r < 0)
			return r;
	}
	return 0;
}

bool kpol_strv_has(const struct kpol_strv *strv, const char *text)
{
	for (size_t i = 0; i < strv->n; i++)
		if (!strcmp(strv->items[i], text))
			return true;
	return false;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void kpol_strv_sort(struct kpol_strv *strv)
{
	if (strv->n > 1)
		qsort(strv->items, strv->n, sizeof(*strv->items), compare_strings);
}

void kpol_strv_clear(struct kpol_strv *strv)
{
	for (size_t i = 0; i < strv->n; i++)
		free(strv->items[i]);
	free(strv->items);
	memset(strv, 0, sizeof(*strv));
}
