// SPDX-License-Identifier: GPL-2.0-or-later
/* The schema as data: "spec" of KubeArmor's kinds. */
#include <stdlib.h>

#include "load/fields.h"

OWN_SCHEMA(cluster_selector, MAPS("matchExpressions", label_expr));

/* process */
static const struct kpol_schema kpol_schema_process_path = {
	.name = "process_path",
	.either = { "path", "execname" },
	FIELDS(SCALAR("path", path), SCALAR("execname", execname), SCALAR("ownerOnly", bool),
	       SCALAR("pts", bool), SCALARS("allowedArgs", label, .max = 20),
	       MAPS("fromSource", source), INHERITED),
};
OWN_SCHEMA(process_dir, SCALAR("dir", slash_dir, .flags = REQUIRED), SCALAR("recursive", bool),
	   SCALAR("ownerOnly", bool), SCALAR("pts", bool), MAPS("fromSource", source), INHERITED);
OWN_SCHEMA(process_pattern, SCALAR("pattern", pattern, .flags = REQUIRED),
	   SCALAR("ownerOnly", bool), INHERITED);
OWN_SCHEMA(process, MAPS("matchPaths", process_path), MAPS("matchDirectories", process_dir),
	   MAPS("matchPatterns", process_pattern), INHERITED);

/* file */
OWN_SCHEMA(file_path, SCALAR("path", path, .flags = REQUIRED), SCALAR("readOnly", bool),
	   SCALAR("ownerOnly", bool), SCALAR("pts", bool), MAPS("fromSource", source), INHERITED);
OWN_SCHEMA(file_dir, SCALAR("dir", slash_dir, .flags = REQUIRED), SCALAR("recursive", bool),
	   SCALAR("readOnly", bool), SCALAR("ownerOnly", bool), SCALAR("pts", bool),
	   MAPS("fromSource", source), INHERITED);
OWN_SCHEMA(file_pattern, SCALAR("pattern", pattern, .flags = REQUIRED), SCALAR("readOnly", bool),
	   SCALAR("ownerOnly", bool), INHERITED);
OWN_SCHEMA(file, MAPS("matchPaths", file_path), MAPS("matchDirectories", file_dir),
	   MAPS("matchPatterns", file_pattern), INHERITED);

OWN_SCHEMA(network, MAPS("matchProtocols", protocol), MAPS("matchDNSQueries", dns_query),
	   INHERITED);
OWN_SCHEMA(device_match, SCALAR("class", text, .flags = REQUIRED | UNENFORCED),
	   SCALAR("subClass", text), SCALAR("protocol", text), SCALAR("level", number), INHERITED);
OWN_SCHEMA(device, MAPS("matchDevice", device_match), INHERITED);

SCHEMA(kubearmor_spec, SCALAR("apparmor", text, .flags = UNENFORCED), MAP("selector", selector),
       MAP("process", process), MAP("file", file), MAP("network", network),
       MAP("capabilities", capabilities), MAP("syscalls", syscalls), MAPS("presets", preset),
       INHERITED);
SCHEMA(host_spec, SCALAR("apparmor", text, .flags = UNENFORCED), MAP("nodeSelector", node_selector),
       MAP("process", process), MAP("file", file), MAP("network", network),
       MAP("capabilities", capabilities), MAP("syscalls", syscalls), MAP("device", device),
       INHERITED);
SCHEMA(cluster_spec, SCALAR("apparmor", text, .flags = UNENFORCED),
       MAP("selector", cluster_selector), MAP("process", process), MAP("file", file),
       MAP("network", network), MAP("capabilities", capabilities), MAP("syscalls", syscalls),
       MAPS("presets", preset), INHERITED);

/* KubeArmorNetworkPolicy: what an access has no notion of is refused, not left out in silence. */
static int check_port(const struct kpol_input *in, const struct kpol_node *map)
{
	const struct kpol_node *last = kpol_node_get(map, "endPort");
	const char *first = kpol_node_text(map, "port");

	if (!last || atoi(last->text) >= atoi(first))
		return 0;
	return kpol_input_error(in, KPOL_CODE_VALUE, last,
				"endPort \"%s\" is lower than its port \"%s\"", last->text, first);
}

static const struct kpol_schema kpol_schema_network_port = {
	.name = "network_port",
	.check = check_port,
	FIELDS(SCALAR("port", port, .flags = REQUIRED), SCALAR("endPort", port),
	       SCALAR("protocol", transport)),
};
OWN_SCHEMA(ip_block, SCALAR("cidr", cidr, .flags = REQUIRED));
OWN_SCHEMA(network_peer, MAP("ipBlock", ip_block, .flags = REQUIRED));

#define TRAFFIC                                                                            \
	MAPS("ports", network_port),                                                       \
		REFUSED("iface", "is not known when an access is decided: name addresses " \
				 "instead"),                                               \
		REFUSED("limit", "counts bytes, and kpol decides accesses: shape traffic " \
				 "with tc or nftables"),                                   \
		REFUSED("duration", "belongs to \"limit\", which kpol does not have"), INHERITED
OWN_SCHEMA(ingress, MAPS("from", network_peer), TRAFFIC);
OWN_SCHEMA(egress, MAPS("to", network_peer), TRAFFIC);

const struct kpol_schema kpol_schema_network_spec = {
	.name = "network_spec",
	.either = { "selector", "nodeSelector" },
	FIELDS(REFUSED("level", "says how \"limit\" counts, which kpol does not have"),
	       MAP("selector", selector), MAP("nodeSelector", node_selector),
	       MAPS("ingress", ingress), MAPS("egress", egress), INHERITED),
};
