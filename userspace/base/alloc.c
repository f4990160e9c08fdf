// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays that grow by one. */
#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool array_is_full(size_t n)
{
	return (n & (n - 1)) == 0;
}

void *kpol_append(void *array, size_t *n, size_t size)
{
	char *items;
	char *slot;

	memcpy(&items, array, sizeof(items));
	if (array_is_full(*n)) {
		size_t capacity = *n ? *n * 2 : 1;
		char *grown;

		if (capacity > SIZE_MAX / size)
			return NULL;
		grown = realloc(items, capacity * size);
		if (!grown)
			return NULL;
		items = grown;
		memcpy(array, &items, sizeof(items));
	}
	slot = items + *n * size;
	memset(slot, 0, size);
	(*n)++;
	return slot;
}
