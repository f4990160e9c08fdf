/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of strings and labels. */
#ifndef KPOLD_COPY_H
#define KPOLD_COPY_H

#include <stddef.h>

#include "model/bundle.h"

/** kpold_copy_string() - @from: NULL: *@to is NULL. Return: 0 or -ENOMEM. */
int kpold_copy_string(char **to, const char *from);

/** kpold_label_add() - append a copy. Return: 0 or -ENOMEM. */
int kpold_label_add(struct kpol_label **labels, size_t *n, const char *key, const char *value);

/** kpold_labels_copy() - append copies of all of @from. Return: 0 or -ENOMEM. */
int kpold_labels_copy(struct kpol_label **labels, size_t *n, const struct kpol_label *from,
		      size_t n_from);

void kpold_labels_clear(struct kpol_label **labels, size_t *n);

#endif /* KPOLD_COPY_H */
