/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the rows of the schema are written, and the mappings that more than one kind has. */
#ifndef KPOL_LOAD_FIELDS_H
#define KPOL_LOAD_FIELDS_H

#include "load/scalar.h"
#include "load/schema.h"

#define REQUIRED KPOL_FIELD_REQUIRED
#define UNENFORCED KPOL_FIELD_UNENFORCED
#define DESCRIPTIVE KPOL_FIELD_DESCRIPTIVE
#define NONEMPTY KPOL_FIELD_NONEMPTY

#define SCALAR(k, type, ...)                                                                     \
	{                                                                                        \
		.key = k, .shape = KPOL_SHAPE_SCALAR, .scalar = &kpol_scalar_##type, __VA_ARGS__ \
	}
#define SCALARS(k, type, ...)                                                                     \
	{                                                                                         \
		.key = k, .shape = KPOL_SHAPE_SCALARS, .scalar = &kpol_scalar_##type, __VA_ARGS__ \
	}
#define LABELS(k, ...)                                                                          \
	{                                                                                       \
		.key = k, .shape = KPOL_SHAPE_LABELS, .scalar = &kpol_scalar_label, __VA_ARGS__ \
	}
#define MAP(k, of, ...)                                                                     \
	{                                                                                   \
		.key = k, .shape = KPOL_SHAPE_MAP, .schema = &kpol_schema_##of, __VA_ARGS__ \
	}
#define MAPS(k, of, ...)                                                                     \
	{                                                                                    \
		.key = k, .shape = KPOL_SHAPE_MAPS, .schema = &kpol_schema_##of, __VA_ARGS__ \
	}
#define ANY(k)                                                          \
	{                                                               \
		.key = k, .shape = KPOL_SHAPE_ANY, .flags = DESCRIPTIVE \
	}
#define REFUSED(k, why)                                           \
	{                                                         \
		.key = k, .shape = KPOL_SHAPE_ANY, .refusal = why \
	}
#define END                 \
	{                   \
		.key = NULL \
	}
#define FIELDS(...)                           \
	.fields = (const struct kpol_field[]) \
	{                                     \
		__VA_ARGS__, END              \
	}

/* What a rule takes from its section, and that from spec. */
#define DESCRIBED                                            \
	SCALAR("severity", severity, .flags = DESCRIPTIVE),  \
		SCALARS("tags", text, .flags = DESCRIPTIVE), \
		SCALAR("message", prose, .flags = DESCRIPTIVE)
#define INHERITED DESCRIBED, SCALAR("action", action)

#define SCHEMA(n, ...) \
	const struct kpol_schema kpol_schema_##n = { .name = #n, FIELDS(__VA_ARGS__) }
#define OWN_SCHEMA(n, ...) static SCHEMA(n, __VA_ARGS__)

/* Shared by KubeArmor's kinds and RuntimePolicy. */
extern const struct kpol_schema kpol_schema_selector, kpol_schema_node_selector,
	kpol_schema_label_expr, kpol_schema_source, kpol_schema_network_source,
	kpol_schema_capabilities, kpol_schema_syscalls, kpol_schema_preset, kpol_schema_protocol,
	kpol_schema_dns_query;

/* One "spec" of each kind. */
extern const struct kpol_schema kpol_schema_kubearmor_spec, kpol_schema_host_spec,
	kpol_schema_cluster_spec, kpol_schema_network_spec, kpol_schema_runtime_spec;

#endif /* KPOL_LOAD_FIELDS_H */
