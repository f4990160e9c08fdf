/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of single values a policy has, and how they are read once they have passed. */
#ifndef KPOL_LOAD_SCALAR_H
#define KPOL_LOAD_SCALAR_H

#include "load/schema.h"

extern const struct kpol_scalar kpol_scalar_text, kpol_scalar_prose, kpol_scalar_label,
	kpol_scalar_name, kpol_scalar_peer_namespace, kpol_scalar_bool, kpol_scalar_severity,
	kpol_scalar_number, kpol_scalar_action, kpol_scalar_mode, kpol_scalar_path,
	kpol_scalar_execname, kpol_scalar_dir, kpol_scalar_slash_dir, kpol_scalar_pattern,
	kpol_scalar_syscall_path, kpol_scalar_protocol, kpol_scalar_capability,
	kpol_scalar_operator, kpol_scalar_direction, kpol_scalar_op, kpol_scalar_preset,
	kpol_scalar_cidr, kpol_scalar_ports, kpol_scalar_port, kpol_scalar_transport,
	kpol_scalar_family, kpol_scalar_unit, kpol_scalar_cgroup, kpol_scalar_container,
	kpol_scalar_sha256, kpol_scalar_verity, kpol_scalar_ptrace_op, kpol_scalar_namespace,
	kpol_scalar_namespace_op, kpol_scalar_mount_op, kpol_scalar_bpf_command, kpol_scalar_module,
	kpol_scalar_module_op, kpol_scalar_framework, kpol_scalar_risk, kpol_scalar_posture;

/**
 * struct kpol_protocol - a word for kinds of sockets
 * @name: lower case. @protocol: IPPROTO_* or 0; @socktypes: bit per SOCK_*, 0: any.
 * @ports: its addresses have ports. @accepts: it has connections that are accepted.
 * @unenforced: the kernel module cannot tell it.
 */
struct kpol_protocol {
	const char *name;
	uint8_t protocol;
	uint8_t socktypes;
	bool ports;
	bool accepts;
	bool unenforced;
};

/** kpol_protocol_next() - the next word of a comma list; NULL at its end or at a word unknown. */
const struct kpol_protocol *kpol_protocol_next(const char **list);

/** kpol_cidr_read() - "10.0.0.0/8", "::1". Return: NULL, or what is wrong with it. */
const char *kpol_cidr_read(const char *text, struct kpol_peer *ret);

/** kpol_ports_read() - "443" or "8000-8010". Return: NULL, or what is wrong with it. */
const char *kpol_ports_read(const char *text, struct kpol_ports *ret);

#endif /* KPOL_LOAD_SCALAR_H */
