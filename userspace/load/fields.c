// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema as data: the kinds of documents, and the mappings that several of them have. */
#include "load/fields.h"

#include <string.h>

/* Where a rule applies */
SCHEMA(label_expr, SCALAR("key", text, .flags = REQUIRED),
       SCALAR("operator", operator, .flags = REQUIRED),
       SCALARS("values", label, .flags = REQUIRED));
SCHEMA(selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr));
SCHEMA(node_selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr));
SCHEMA(source, SCALAR("path", path, .flags = REQUIRED));
const struct kpol_schema kpol_schema_network_source = {
	.name = "network_source",
	.either = { "path", "matchLabels" },
	FIELDS(SCALAR("path", path), LABELS("matchLabels")),
};

/* network */
SCHEMA(protocol, SCALAR("protocol", protocol, .flags = REQUIRED), SCALAR("pts", bool),
       MAPS("fromSource", network_source), INHERITED);
SCHEMA(dns_query, SCALAR("domain", text, .flags = REQUIRED | UNENFORCED),
       MAPS("fromSource", network_source), INHERITED);

OWN_SCHEMA(capability, SCALAR("capability", capability, .flags = REQUIRED),
	   MAPS("fromSource", source), INHERITED);
SCHEMA(capabilities, MAPS("matchCapabilities", capability), INHERITED);

/* Accepted, checked for shape, reported as not enforced */
static const struct kpol_schema kpol_schema_syscall_source = {
	.name = "syscall_source",
	.either = { "path", "dir" },
	FIELDS(SCALAR("path", syscall_path), SCALAR("dir", dir), SCALAR("recursive", bool)),
};
OWN_SCHEMA(syscall, SCALARS("syscall", text, .flags = REQUIRED | UNENFORCED),
	   MAPS("fromSource", syscall_source), INHERITED);
OWN_SCHEMA(syscall_path, SCALAR("path", syscall_path, .flags = REQUIRED), SCALAR("recursive", bool),
	   SCALARS("syscall", text, .flags = REQUIRED | UNENFORCED),
	   MAPS("fromSource", syscall_source), INHERITED);
SCHEMA(syscalls, MAPS("matchSyscalls", syscall), MAPS("matchPaths", syscall_path), INHERITED);
SCHEMA(preset, SCALAR("name", preset, .flags = REQUIRED | UNENFORCED), INHERITED);

/* metadata: what the API server adds is carried along, so that "kubectl get -o yaml" loads. */
#define SERVED                                                                                   \
	ANY("annotations"), ANY("creationTimestamp"), ANY("generation"), ANY("resourceVersion"), \
		ANY("uid"), ANY("managedFields"), ANY("selfLink"), ANY("finalizers"),            \
		ANY("ownerReferences")
OWN_SCHEMA(policy_metadata, SCALAR("name", name, .flags = REQUIRED), SCALAR("namespace", name),
	   LABELS("labels", .flags = DESCRIPTIVE), SERVED);
OWN_SCHEMA(bundle_metadata, SCALAR("name", name, .flags = REQUIRED), SCALAR("version", text),
	   SCALAR("owner", text), SCALAR("contact", text), SCALAR("change", prose),
	   LABELS("labels", .flags = DESCRIPTIVE), ANY("annotations"));
OWN_SCHEMA(posture, SCALAR("process", posture), SCALAR("file", posture), SCALAR("network", posture),
	   SCALAR("capabilities", posture));
OWN_SCHEMA(bundle_spec, SCALAR("mode", mode), MAP("posture", posture),
	   SCALARS("frameworks", framework), SCALAR("empty", bool));

#define DOCUMENT(name, metadata, spec, ...)                                                      \
	OWN_SCHEMA(name, SCALAR("apiVersion", text, .flags = REQUIRED),                          \
		   SCALAR("kind", text, .flags = REQUIRED),                                      \
		   MAP("metadata", metadata, .flags = REQUIRED), MAP("spec", spec, __VA_ARGS__), \
		   ANY("status"))

DOCUMENT(bundle_document, bundle_metadata, bundle_spec, .flags = 0);
DOCUMENT(runtime_document, policy_metadata, runtime_spec, .flags = REQUIRED);
DOCUMENT(kubearmor_document, policy_metadata, kubearmor_spec, .flags = REQUIRED);
DOCUMENT(host_document, policy_metadata, host_spec, .flags = REQUIRED);
DOCUMENT(cluster_document, policy_metadata, cluster_spec, .flags = REQUIRED);
DOCUMENT(network_document, policy_metadata, network_spec, .flags = REQUIRED);

#define KUBEARMOR_VERSION "security.kubearmor.com/v1"

const struct kpol_kind kpol_kinds[] = {
	{ KPOL_API_VERSION, KPOL_BUNDLE_KIND, 0, &kpol_schema_bundle_document, false },
	{ KPOL_API_VERSION, "RuntimePolicy", KPOL_KIND_RUNTIME, &kpol_schema_runtime_document,
	  false },
	{ KUBEARMOR_VERSION, "KubeArmorPolicy", KPOL_KIND_KUBEARMOR,
	  &kpol_schema_kubearmor_document, true },
	{ KUBEARMOR_VERSION, "KubeArmorHostPolicy", KPOL_KIND_KUBEARMOR_HOST,
	  &kpol_schema_host_document, true },
	{ KUBEARMOR_VERSION, "KubeArmorClusterPolicy", KPOL_KIND_KUBEARMOR_CLUSTER,
	  &kpol_schema_cluster_document, true },
	{ KUBEARMOR_VERSION, "KubeArmorNetworkPolicy", KPOL_KIND_KUBEARMOR_NETWORK,
	  &kpol_schema_network_document, true },
	{ .kind = NULL },
};

const struct kpol_kind *kpol_kind_find(const char *name)
{
	for (const struct kpol_kind *kind = kpol_kinds; kind->kind; kind++)
		if (!strcmp(kind->kind, name))
			return kind;
	return NULL;
}
