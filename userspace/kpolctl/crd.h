/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kind of ours as a CustomResourceDefinition. */
#ifndef KPOL_KPOLCTL_CRD_H
#define KPOL_KPOLCTL_CRD_H

#include <json-c/json.h>

/** kpolctl_crd_kinds - the kinds that there is a definition of, ended by NULL. */
extern const char *const kpolctl_crd_kinds[];

/**
 * kpolctl_crd() - the definition of @kind, as apiextensions.k8s.io/v1 has it
 *
 * Return: to json_object_put(); NULL: none of kpolctl_crd_kinds.
 */
struct json_object *kpolctl_crd(const char *kind);

#endif /* KPOL_KPOLCTL_CRD_H */
