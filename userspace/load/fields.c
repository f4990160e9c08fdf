// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema as data: every key of every kind of document. */
#include <string.h>

#include "load/scalar.h"
#include "load/schema.h"

#define REQUIRED KPOL_FIELD_REQUIRED
#define UNENFORCED KPOL_FIELD_UNENFORCED

#define SCALAR(k, type, ...)                                                                     \
	{                                                                                        \
		.key = k, .shape = KPOL_SHAPE_SCALAR, .scalar = &kpol_scalar_##type, __VA_ARGS__ \
	}
#define SCALARS(k, type, ...)                                                                     \
	{                                                                                         \
		.key = k, .shape = KPOL_SHAPE_SCALARS, .scalar = &kpol_scalar_##type, __VA_ARGS__ \
	}
#define LABELS(k)                                                                  \
	{                                                                          \
		.key = k, .shape = KPOL_SHAPE_LABELS, .scalar = &kpol_scalar_label \
	}
#define MAP(k, of, ...)                                                       \
	{                                                                     \
		.key = k, .shape = KPOL_SHAPE_MAP, .schema = &of, __VA_ARGS__ \
	}
#define MAPS(k, of, ...)                                                       \
	{                                                                      \
		.key = k, .shape = KPOL_SHAPE_MAPS, .schema = &of, __VA_ARGS__ \
	}
#define ANY(k)                                    \
	{                                         \
		.key = k, .shape = KPOL_SHAPE_ANY \
	}
#define END                 \
	{                   \
		.key = NULL \
	}

/* What a rule takes from its section, and that from spec. */
#define INHERITED                                                                      \
	SCALAR("severity", severity), SCALARS("tags", text), SCALAR("message", prose), \
		SCALAR("action", action)

#define SCHEMA(name, ...)                                                               \
	static const struct kpol_schema name = { .fields = (const struct kpol_field[]){ \
							 __VA_ARGS__, END } }
#define CHECKED_SCHEMA(name, function, ...)                                                  \
	static const struct kpol_schema name = {                                             \
		.fields = (const struct kpol_field[]){ __VA_ARGS__, END }, .check = function \
	}

static int require_one(const struct kpol_input *in, const struct kpol_node *map, const char *a,
		       const char *b)
{
	const struct kpol_node *first = kpol_node_get(map, a), *second = kpol_node_get(map, b);

	if (first && second)
		return kpol_input_error(in, KPOL_CODE_SHAPE, second,
					"\"%s\" and \"%s\" exclude each other", a, b);
	if (!first && !second)
		return kpol_input_error(in, KPOL_CODE_MISSING, map, "\"%s\" or \"%s\" is missing",
					a, b);
	return 0;
}

static int check_process_path(const struct kpol_input *in, const struct kpol_node *map)
{
	return require_one(in, map, "path", "execname");
}

static int check_network_source(const struct kpol_input *in, const struct kpol_node *map)
{
	return require_one(in, map, "path", "matchLabels");
}

static int check_ops(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *ops = kpol_node_get(map, "ops");

	if (ops && kpol_node_get(map, "readOnly"))
		return kpol_input_error(in, KPOL_CODE_SHAPE, ops,
					"\"ops\" and \"readOnly\" exclude each other");
	if (ops && !ops->n)
		return kpol_input_error(in, KPOL_CODE_VALUE, ops, "\"ops\" is empty");
	return 0;
}

static int check_peer(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *protocol = kpol_node_get(map, "protocol");
	const struct kpol_node *ports = kpol_node_get(map, "ports");
	const struct kpol_node *cidrs = kpol_node_get(map, "cidrs");
	const char *rest = protocol ? protocol->text : "";

	if (cidrs && kpol_node_get(map, "cidr"))
		return kpol_input_error(in, KPOL_CODE_SHAPE, cidrs,
					"\"cidr\" and \"cidrs\" exclude each other");
	while (ports && *rest) {
		const struct kpol_protocol *p = kpol_protocol_next(&rest);

		if (!p->ports)
			return kpol_input_error(in, KPOL_CODE_VALUE, protocol,
						"protocol \"%s\" has no ports", p->name);
	}
	return 0;
}

/* Where a rule applies */
SCHEMA(label_expr, SCALAR("key", text, .flags = REQUIRED),
       SCALAR("operator", operator, .flags = REQUIRED),
       SCALARS("values", label, .flags = REQUIRED));
SCHEMA(selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr));
SCHEMA(cluster_selector, MAPS("matchExpressions", label_expr));
SCHEMA(node_selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr));
SCHEMA(runtime_selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr),
       SCALARS("matchUnits", unit), SCALARS("matchCgroups", cgroup),
       SCALARS("matchContainers", container));
SCHEMA(source, SCALAR("path", path, .flags = REQUIRED));
CHECKED_SCHEMA(network_source, check_network_source, SCALAR("path", path), LABELS("matchLabels"));

/* process */
CHECKED_SCHEMA(process_path, check_process_path, SCALAR("path", path), SCALAR("execname", execname),
	       SCALAR("ownerOnly", bool), SCALAR("pts", bool),
	       SCALARS("allowedArgs", label, .max = 20), MAPS("fromSource", source), INHERITED);
SCHEMA(process_dir, SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool),
       SCALAR("ownerOnly", bool), SCALAR("pts", bool), MAPS("fromSource", source), INHERITED);
SCHEMA(process_pattern, SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("ownerOnly", bool),
       INHERITED);
SCHEMA(process, MAPS("matchPaths", process_path), MAPS("matchDirectories", process_dir),
       MAPS("matchPatterns", process_pattern), INHERITED);

/* file, as KubeArmor has it */
SCHEMA(file_path, SCALAR("path", path, .flags = REQUIRED), SCALAR("readOnly", bool),
       SCALAR("ownerOnly", bool), SCALAR("pts", bool), MAPS("fromSource", source), INHERITED);
SCHEMA(file_dir, SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool),
       SCALAR("readOnly", bool), SCALAR("ownerOnly", bool), SCALAR("pts", bool),
       MAPS("fromSource", source), INHERITED);
SCHEMA(file_pattern, SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("readOnly", bool),
       SCALAR("ownerOnly", bool), INHERITED);
SCHEMA(file, MAPS("matchPaths", file_path), MAPS("matchDirectories", file_dir),
       MAPS("matchPatterns", file_pattern), INHERITED);

/* file, with what RuntimePolicy adds */
CHECKED_SCHEMA(runtime_file_path, check_ops, SCALAR("path", path, .flags = REQUIRED),
	       SCALAR("readOnly", bool), SCALAR("ownerOnly", bool), SCALARS("ops", op),
	       MAPS("fromSource", source), INHERITED);
CHECKED_SCHEMA(runtime_file_dir, check_ops, SCALAR("dir", dir, .flags = REQUIRED),
	       SCALAR("recursive", bool), SCALAR("readOnly", bool), SCALAR("ownerOnly", bool),
	       SCALARS("ops", op), MAPS("fromSource", source), INHERITED);
CHECKED_SCHEMA(runtime_file_pattern, check_ops, SCALAR("pattern", pattern, .flags = REQUIRED),
	       SCALAR("readOnly", bool), SCALAR("ownerOnly", bool), SCALARS("ops", op),
	       MAPS("fromSource", source), INHERITED);
SCHEMA(runtime_file, MAPS("matchPaths", runtime_file_path),
       MAPS("matchDirectories", runtime_file_dir), MAPS("matchPatterns", runtime_file_pattern),
       INHERITED);

/* libraries */
SCHEMA(library_path, SCALAR("path", path, .flags = REQUIRED), SCALAR("ownerOnly", bool),
       MAPS("fromSource", source), INHERITED);
SCHEMA(library_dir, SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool),
       SCALAR("ownerOnly", bool), MAPS("fromSource", source), INHERITED);
SCHEMA(library_pattern, SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("ownerOnly", bool),
       MAPS("fromSource", source), INHERITED);
SCHEMA(libraries, MAPS("matchPaths", library_path), MAPS("matchDirectories", library_dir),
       MAPS("matchPatterns", library_pattern), INHERITED);

/* network */
SCHEMA(protocol, SCALAR("protocol", protocol, .flags = REQUIRED), SCALAR("pts", bool),
       MAPS("fromSource", network_source), INHERITED);
SCHEMA(dns_query, SCALAR("domain", text, .flags = REQUIRED | UNENFORCED),
       MAPS("fromSource", network_source), INHERITED);
SCHEMA(network, MAPS("matchProtocols", protocol), MAPS("matchDNSQueries", dns_query), INHERITED);
CHECKED_SCHEMA(peer, check_peer, SCALAR("direction", direction, .flags = REQUIRED),
	       SCALAR("cidr", cidr), SCALARS("cidrs", cidr), SCALARS("ports", ports),
	       SCALAR("protocol", protocol), MAPS("fromSource", network_source), INHERITED);
SCHEMA(runtime_network, MAPS("matchProtocols", protocol), MAPS("matchDNSQueries", dns_query),
       MAPS("matchPeers", peer), INHERITED);

/* Accepted, checked for shape, reported as not enforced */
SCHEMA(capability, SCALAR("capability", capability, .flags = REQUIRED | UNENFORCED),
       MAPS("fromSource", source), INHERITED);
SCHEMA(capabilities, MAPS("matchCapabilities", capability), INHERITED);
SCHEMA(syscall_source, SCALAR("path", syscall_path), SCALAR("dir", dir), SCALAR("recursive", bool));
SCHEMA(syscall, SCALARS("syscall", text, .flags = REQUIRED | UNENFORCED),
       MAPS("fromSource", syscall_source));
SCHEMA(syscall_path, SCALAR("path", syscall_path, .flags = REQUIRED), SCALAR("recursive", bool),
       SCALARS("syscall", text, .flags = REQUIRED | UNENFORCED),
       MAPS("fromSource", syscall_source));
SCHEMA(syscalls, SCALAR("severity", severity), SCALARS("tags", text), SCALAR("message", prose),
       MAPS("matchSyscalls", syscall), MAPS("matchPaths", syscall_path));
SCHEMA(preset, SCALAR("name", preset, .flags = REQUIRED | UNENFORCED), SCALAR("action", action));
SCHEMA(device_match, SCALAR("class", text, .flags = REQUIRED | UNENFORCED),
       SCALAR("subClass", text), SCALAR("protocol", text), SCALAR("level", number), INHERITED);
SCHEMA(device, MAPS("matchDevice", device_match), INHERITED);
SCHEMA(ptrace, INHERITED);

/* spec */
SCHEMA(kubearmor_spec, SCALAR("apparmor", text, .flags = UNENFORCED), MAP("selector", selector),
       MAP("process", process), MAP("file", file), MAP("network", network),
       MAP("capabilities", capabilities), MAP("syscalls", syscalls), MAPS("presets", preset),
       INHERITED);
SCHEMA(host_spec, SCALAR("apparmor", text, .flags = UNENFORCED),
       MAP("nodeSelector", node_selector, .flags = REQUIRED), MAP("process", process),
       MAP("file", file), MAP("network", network), MAP("capabilities", capabilities),
       MAP("syscalls", syscalls), MAP("device", device), INHERITED);
SCHEMA(cluster_spec, SCALAR("apparmor", text, .flags = UNENFORCED),
       MAP("selector", cluster_selector), MAP("process", process), MAP("file", file),
       MAP("network", network), MAP("capabilities", capabilities), MAP("syscalls", syscalls),
       MAPS("presets", preset), INHERITED);

static int check_runtime_spec(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *nodes = kpol_node_get(map, "nodeSelector");

	if (nodes && kpol_node_get(map, "selector"))
		return kpol_input_error(in, KPOL_CODE_SHAPE, nodes,
					"\"selector\" and \"nodeSelector\" exclude each other");
	return 0;
}

CHECKED_SCHEMA(runtime_spec, check_runtime_spec, SCALAR("mode", mode), SCALAR("owner", text),
	       MAP("selector", runtime_selector), MAP("nodeSelector", node_selector),
	       MAP("process", process), MAP("libraries", libraries), MAP("file", runtime_file),
	       MAP("network", runtime_network), MAP("ptrace", ptrace),
	       MAP("capabilities", capabilities), MAP("syscalls", syscalls),
	       MAPS("presets", preset), INHERITED);
SCHEMA(bundle_spec, SCALAR("mode", mode), SCALARS("frameworks", text));

/* metadata: what the API server adds is carried along, so that "kubectl get -o yaml" loads. */
#define SERVED                                                                                   \
	ANY("annotations"), ANY("creationTimestamp"), ANY("generation"), ANY("resourceVersion"), \
		ANY("uid"), ANY("managedFields"), ANY("selfLink"), ANY("finalizers"),            \
		ANY("ownerReferences")
SCHEMA(policy_metadata, SCALAR("name", name, .flags = REQUIRED), SCALAR("namespace", name),
       LABELS("labels"), SERVED);
SCHEMA(bundle_metadata, SCALAR("name", name, .flags = REQUIRED), SCALAR("version", text),
       SCALAR("owner", text), SCALAR("contact", text), SCALAR("change", prose), LABELS("labels"),
       ANY("annotations"));

#define DOCUMENT(name, metadata, spec, ...)                                                  \
	SCHEMA(name, SCALAR("apiVersion", text, .flags = REQUIRED),                          \
	       SCALAR("kind", text, .flags = REQUIRED),                                      \
	       MAP("metadata", metadata, .flags = REQUIRED), MAP("spec", spec, __VA_ARGS__), \
	       ANY("status"))

DOCUMENT(bundle_document, bundle_metadata, bundle_spec, .flags = 0);
DOCUMENT(runtime_document, policy_metadata, runtime_spec, .flags = REQUIRED);
DOCUMENT(kubearmor_document, policy_metadata, kubearmor_spec, .flags = REQUIRED);
DOCUMENT(host_document, policy_metadata, host_spec, .flags = REQUIRED);
DOCUMENT(cluster_document, policy_metadata, cluster_spec, .flags = REQUIRED);

#define KUBEARMOR_VERSION "security.kubearmor.com/v1"

const struct kpol_kind kpol_kinds[] = {
	{ KPOL_API_VERSION, KPOL_BUNDLE_KIND, 0, &bundle_document, NULL },
	{ KPOL_API_VERSION, "RuntimePolicy", KPOL_KIND_RUNTIME, &runtime_document, NULL },
	{ KUBEARMOR_VERSION, "KubeArmorPolicy", KPOL_KIND_KUBEARMOR, &kubearmor_document, NULL },
	{ KUBEARMOR_VERSION, "KubeArmorHostPolicy", KPOL_KIND_KUBEARMOR_HOST, &host_document,
	  NULL },
	{ KUBEARMOR_VERSION, "KubeArmorClusterPolicy", KPOL_KIND_KUBEARMOR_CLUSTER,
	  &cluster_document, NULL },
	{ KUBEARMOR_VERSION, "KubeArmorNetworkPolicy", 0, NULL,
	  "write a RuntimePolicy with network.matchPeers" },
	{ .kind = NULL },
};

const struct kpol_kind *kpol_kind_find(const char *name)
{
	for (const struct kpol_kind *kind = kpol_kinds; kind->kind; kind++)
		if (!strcmp(kind->kind, name))
			return kind;
	return NULL;
}
