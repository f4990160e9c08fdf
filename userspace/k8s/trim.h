/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What nobody here reads, cut out of an object's text before it is parsed. */
#ifndef KPOL_K8S_TRIM_H
#define KPOL_K8S_TRIM_H

#include <stddef.h>

/**
 * kpol_k8s_trim() - empty the list metadata.managedFields: half of a pod, and most of its nodes
 * @text: balanced JSON, NUL-terminated; changed in place.
 *
 * The key is found as bytes: within a string its quotes would be escaped, so it is a key wherever
 * it stands. Text written in another way stays as it is.
 * Return: the new length.
 */
size_t kpol_k8s_trim(char *text, size_t len);

#endif /* KPOL_K8S_TRIM_H */
