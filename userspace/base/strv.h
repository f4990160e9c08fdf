/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of strings that owns them. */
#ifndef KPOL_BASE_STRV_H
#define KPOL_BASE_STRV_H

#include <stdbool.h>
#include <stddef.h>

/** struct kpol_strv - zero-initialise, end with kpol_strv_clear(). */
struct kpol_strv {
	char **items;
	size_t n;
};

/** kpol_strv_add() - append a copy of @len bytes. Return: 0 or -ENOMEM. */
int kpol_strv_add(struct kpol_strv *strv, const char *text, size_t len);

/** kpol_strv_copy() - append copies of all of @from. Return: 0 or -ENOMEM. */
int kpol_strv_copy(struct kpol_strv *strv, const struct kpol_strv *from);

bool kpol_strv_has(const struct kpol_strv *strv, const char *text);

/** kpol_strv_sort() - byte order, so that equal sets become equal lists. */
void kpol_strv_sort(struct kpol_strv *strv);

void kpol_strv_clear(struct kpol_strv *strv);

#endif /* KPOL_BASE_STRV_H */
