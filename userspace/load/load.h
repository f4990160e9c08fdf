/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From YAML text to the model. */
#ifndef KPOL_LOAD_LOAD_H
#define KPOL_LOAD_LOAD_H

#include "base/diag.h"
#include "model/bundle.h"

#define KPOL_BUNDLE_BYTES_MAX (64U << 20)
#define KPOL_BUNDLE_DEPTH_MAX 32

/**
 * kpol_bundle_parse() - read one bundle from memory
 * @file: name for messages.
 * @text: UTF-8 YAML, @len bytes, need not be NUL-terminated.
 * @diags: gets every error and warning, not only the first.
 * @ret_bundle: free with kpol_bundle_free(); set only on success.
 *
 * Return: 0; -EINVAL: there are errors in @diags; -ENOMEM.
 */
int kpol_bundle_parse(const char *file, const char *text, size_t len, struct kpol_diags *diags,
		      struct kpol_bundle **ret_bundle);

/**
 * kpol_bundle_load() - the same from a file; "-" is standard input
 *
 * Return: as kpol_bundle_parse(), or the errno of open(2) and read(2), also in @diags.
 */
int kpol_bundle_load(const char *file, struct kpol_diags *diags, struct kpol_bundle **ret_bundle);

#endif /* KPOL_LOAD_LOAD_H */
