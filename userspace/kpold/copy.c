// SPDX-License-Identifier: GPL-2.0-or-later
/* Copies of strings and labels. */
#include "kpold/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

int kpold_copy_string(char **to, const char *from)
{
	*to = NULL;
	if (!from)
		return 0;
	*to = strdup(from);
	return *to ? 0 : -ENOMEM;
}

int kpold_label_add(struct kpol_label **labels, size_t *n, const char *key, const char *value)
{
	struct kpol_label *label = kpol_append(labels, n, sizeof(*label));

	if (!label)
		return -ENOMEM;
	label->key = strdup(key);
	label->value = strdup(value);
	return label->key && label->value ? 0 : -ENOMEM;
}

int kpold_labels_copy(struct kpol_label **labels, size_t *n, const struct kpol_label *from,
		      size_t n_from)
{
	int r = 0;

	for (size_t i = 0; i < n_from && r == 0; i++)
		r = kpold_label_add(labels, n, from[i].key, from[i].value);
	return r;
}

void kpold_labels_clear(struct kpol_label **labels, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		free((*labels)[i].key);
		free((*labels)[i].value);
	}
	free(*labels);
	*labels = NULL;
	*n = 0;
}
