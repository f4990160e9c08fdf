/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow by one, with no capacity field in the structs that hold them. */
#ifndef KPOL_BASE_ALLOC_H
#define KPOL_BASE_ALLOC_H

#include <stddef.h>

/**
 * kpol_append() - make room for one more element
 * @array: address of the array pointer; NULL at first.
 * @n: its length, raised by one on success.
 * @size: of one element.
 *
 * The capacity is implied: at least the power of two at or above @n. So an array must have grown
 * through this function alone; lowering @n is fine.
 *
 * Return: the new element, zeroed, or NULL without memory (the array is as before).
 */
void *kpol_append(void *array, size_t *n, size_t size);

#endif /* KPOL_BASE_ALLOC_H */
