// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema as data: "spec" of RuntimePolicy. */
#include <string.h>
#include <sys/socket.h>

#include "load/fields.h"

OWN_SCHEMA(runtime_selector, LABELS("matchLabels"), MAPS("matchExpressions", label_expr),
	   SCALARS("matchUnits", unit), SCALARS("matchCgroups", cgroup),
	   SCALARS("matchContainers", container));

/* A program or library may also be asked for its contents. */
#define DIGESTS \
	SCALARS("sha256", sha256, .flags = NONEMPTY), SCALARS("fsVerity", verity, .flags = NONEMPTY)
#define ONE_DIGEST                           \
	{                                    \
		{                            \
			"sha256", "fsVerity" \
		}                            \
	}
#define FROM_SOURCE MAPS("fromSource", source)

/* process */
static const struct kpol_schema kpol_schema_runtime_process_path = {
	.name = "runtime_process_path",
	.either = { "path", "execname" },
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("path", path), SCALAR("execname", execname), SCALAR("ownerOnly", bool),
	       SCALAR("pts", bool), SCALARS("allowedArgs", label, .max = 20), DIGESTS, FROM_SOURCE,
	       INHERITED),
};
static const struct kpol_schema kpol_schema_runtime_process_dir = {
	.name = "runtime_process_dir",
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool),
	       SCALAR("ownerOnly", bool), SCALAR("pts", bool), DIGESTS, FROM_SOURCE, INHERITED),
};
static const struct kpol_schema kpol_schema_runtime_process_pattern = {
	.name = "runtime_process_pattern",
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("ownerOnly", bool), DIGESTS,
	       FROM_SOURCE, INHERITED),
};
OWN_SCHEMA(runtime_process, MAPS("matchPaths", runtime_process_path),
	   MAPS("matchDirectories", runtime_process_dir),
	   MAPS("matchPatterns", runtime_process_pattern), INHERITED);

/* libraries */
static const struct kpol_schema kpol_schema_library_path = {
	.name = "library_path",
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("path", path, .flags = REQUIRED), SCALAR("ownerOnly", bool), DIGESTS,
	       FROM_SOURCE, INHERITED),
};
static const struct kpol_schema kpol_schema_library_dir = {
	.name = "library_dir",
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool),
	       SCALAR("ownerOnly", bool), DIGESTS, FROM_SOURCE, INHERITED),
};
static const struct kpol_schema kpol_schema_library_pattern = {
	.name = "library_pattern",
	.exclusive = ONE_DIGEST,
	FIELDS(SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("ownerOnly", bool), DIGESTS,
	       FROM_SOURCE, INHERITED),
};
/* Code that a program writes itself. */
OWN_SCHEMA(library_memory, FROM_SOURCE, INHERITED);
OWN_SCHEMA(libraries, MAPS("matchPaths", library_path), MAPS("matchDirectories", library_dir),
	   MAPS("matchPatterns", library_pattern), MAPS("matchMemory", library_memory), INHERITED);

/* file */
#define OPS_OR_READ_ONLY                  \
	{                                 \
		{                         \
			"ops", "readOnly" \
		}                         \
	}
#define FILE_CONDITIONS                                                           \
	SCALAR("readOnly", bool), SCALAR("ownerOnly", bool), SCALAR("pts", bool), \
		SCALARS("ops", op, .flags = NONEMPTY), FROM_SOURCE, INHERITED
static const struct kpol_schema kpol_schema_runtime_file_path = {
	.name = "runtime_file_path",
	.exclusive = OPS_OR_READ_ONLY,
	FIELDS(SCALAR("path", path, .flags = REQUIRED), FILE_CONDITIONS),
};
static const struct kpol_schema kpol_schema_runtime_file_dir = {
	.name = "runtime_file_dir",
	.exclusive = OPS_OR_READ_ONLY,
	FIELDS(SCALAR("dir", dir, .flags = REQUIRED), SCALAR("recursive", bool), FILE_CONDITIONS),
};
static const struct kpol_schema kpol_schema_runtime_file_pattern = {
	.name = "runtime_file_pattern",
	.exclusive = OPS_OR_READ_ONLY,
	FIELDS(SCALAR("pattern", pattern, .flags = REQUIRED), FILE_CONDITIONS),
};
OWN_SCHEMA(runtime_file, MAPS("matchPaths", runtime_file_path),
	   MAPS("matchDirectories", runtime_file_dir), MAPS("matchPatterns", runtime_file_pattern),
	   INHERITED);

/* network */
static int check_peer_ports(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *protocol = kpol_node_get(map, "protocol");
	const char *rest = protocol ? protocol->text : "";

	while (kpol_node_get(map, "ports") && *rest) {
		const struct kpol_protocol *p = kpol_protocol_next(&rest);

		if (!p->ports)
			return kpol_input_error(in, KPOL_CODE_VALUE, protocol,
						"protocol \"%s\" has no ports", p->name);
	}
	return 0;
}

static int check_cidr_family(const struct kpol_input *in, const struct kpol_node *family,
			     const struct kpol_node *cidr)
{
	uint8_t wanted = strcmp(family->text, "ipv4") ? AF_INET6 : AF_INET;
	struct kpol_peer peer;

	if (!cidr || kpol_cidr_read(cidr->text, &peer) || peer.family == wanted)
		return 0;
	return kpol_input_error(in, KPOL_CODE_VALUE, cidr, "cidr \"%s\" is not of family \"%s\"",
				cidr->text, family->text);
}

static int check_peer(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *family = kpol_node_get(map, "family");
	const struct kpol_node *cidrs = kpol_node_get(map, "cidrs");
	int r = check_peer_ports(in, map);

	if (r == 0)
		r = kpol_check_except(in, map);
	if (!family || r < 0)
		return r;
	r = check_cidr_family(in, family, kpol_node_get(map, "cidr"));
	for (const struct kpol_node *cidr = cidrs ? cidrs->first : NULL; cidr && r == 0;
	     cidr = cidr->next)
		r = check_cidr_family(in, family, cidr);
	return r;
}

static const struct kpol_schema kpol_schema_peer = {
	.name = "peer",
	.exclusive = { { "cidr", "cidrs" } },
	.check = check_peer,
	FIELDS(SCALAR("direction", direction, .flags = REQUIRED), SCALAR("cidr", cidr),
	       SCALARS("cidrs", cidr), SCALARS("except", cidr, .flags = NONEMPTY, .max = 64),
	       SCALAR("family", family), LABELS("matchLabels"),
	       MAPS("matchExpressions", label_expr),
	       SCALARS("namespaces", peer_namespace, .flags = NONEMPTY), SCALARS("ports", ports),
	       SCALAR("protocol", protocol), FROM_SOURCE, INHERITED),
};
OWN_SCHEMA(runtime_network, MAPS("matchProtocols", protocol), MAPS("matchDNSQueries", dns_query),
	   MAPS("matchPeers", peer), INHERITED);

/* What changes a task's own surroundings, and the host's own. */
OWN_SCHEMA(ptrace, SCALARS("ops", ptrace_op, .flags = NONEMPTY), FROM_SOURCE, INHERITED);
OWN_SCHEMA(namespace_match, SCALAR("namespace", namespace, .flags = REQUIRED),
	   SCALARS("ops", namespace_op, .flags = NONEMPTY), FROM_SOURCE, INHERITED);
OWN_SCHEMA(namespace_ops, MAPS("matchNamespaces", namespace_match), INHERITED);
OWN_SCHEMA(mount_match, SCALAR("dir", dir), SCALAR("recursive", bool),
	   SCALARS("fsTypes", text, .flags = NONEMPTY), SCALARS("ops", mount_op, .flags = NONEMPTY),
	   FROM_SOURCE, INHERITED);
OWN_SCHEMA(mount, MAPS("matchMounts", mount_match), INHERITED);
OWN_SCHEMA(bpf_match, SCALAR("command", bpf_command, .flags = REQUIRED), FROM_SOURCE, INHERITED);
OWN_SCHEMA(bpf, MAPS("matchCommands", bpf_match), INHERITED);
OWN_SCHEMA(module_match, SCALAR("module", module, .flags = REQUIRED),
	   SCALARS("ops", module_op, .flags = NONEMPTY), FROM_SOURCE, INHERITED);
OWN_SCHEMA(module_load, MAPS("matchModules", module_match), INHERITED);
OWN_SCHEMA(perf, FROM_SOURCE, INHERITED);
OWN_SCHEMA(signal, FROM_SOURCE, INHERITED);

const struct kpol_schema kpol_schema_runtime_spec = {
	.name = "runtime_spec",
	.exclusive = { { "selector", "nodeSelector" } },
	FIELDS(SCALAR("mode", mode), SCALAR("owner", text), SCALARS("frameworks", framework),
	       SCALAR("risk", risk), MAP("selector", runtime_selector),
	       MAP("nodeSelector", node_selector), MAP("process", runtime_process),
	       MAP("libraries", libraries), MAP("file", runtime_file),
	       MAP("network", runtime_network), MAP("ptrace", ptrace),
	       MAP("namespaceOps", namespace_ops), MAP("mount", mount), MAP("bpf", bpf),
	       MAP("moduleLoad", module_load), MAP("perf", perf), MAP("signal", signal),
	       MAP("capabilities", capabilities), MAP("syscalls", syscalls),
	       MAPS("presets", preset), INHERITED),
};
