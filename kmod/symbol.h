/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of kernel functions that are not exported. */
#ifndef KPOL_SYMBOL_H
#define KPOL_SYMBOL_H

/**
 * kpol_symbol_find() - address of a kernel function
 * @name: of the function.
 *
 * Call the result only through a static call: a direct call may enter a function without ENDBR, an indirect
 * one may not.
 *
 * Context: process context, may sleep.
 * Return: the address, maybe behind an ENDBR at its start, or NULL if there is no such function.
 */
void *kpol_symbol_find(const char *name);

#endif /* KPOL_SYMBOL_H */
