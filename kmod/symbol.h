/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of kernel functions that are not exported. */
#ifndef KPOL_SYMBOL_H
#define KPOL_SYMBOL_H

#include <linux/types.h>

/**
 * kpol_symbols_find() - addresses of kernel functions
 * @names: of the functions.
 * @ret_addresses: of each, maybe behind an ENDBR at its start; NULL: there is no such function.
 * @n: how many.
 *
 * Call a function only through a static call: a direct call may enter it without ENDBR, an indirect one may
 * not.
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOMEM.
 */
int kpol_symbols_find(const char *const *names, void **ret_addresses, u32 n);

#endif /* KPOL_SYMBOL_H */
