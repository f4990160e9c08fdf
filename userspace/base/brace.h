/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alternatives in braces: "/usr/{bin,sbin}/x" stands for two patterns. */
#ifndef KPOL_BASE_BRACE_H
#define KPOL_BASE_BRACE_H

#include "base/strv.h"

/* Patterns that one pattern may stand for. */
#define KPOL_BRACE_MAX 64

/**
 * kpol_brace_expand() - write out all alternatives, left to right
 * @pattern: braces may be nested; "\{" is literal; inside "[…]" they are literal too.
 * @ret: gets the results, at least one.
 *
 * Return: 0; -EINVAL: a brace without its partner; -E2BIG: more than KPOL_BRACE_MAX; -ENOMEM.
 */
int kpol_brace_expand(const char *pattern, struct kpol_strv *ret);

#endif /* KPOL_BASE_BRACE_H */
