// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of single values that are words of a closed set. */
#include "load/scalar.h"

#include <string.h>

static const char *const action_words[] = {
	"Allow",
	"Audit",
	"Block",
	NULL,
};
static const char *const mode_words[] = {
	"enforce",
	"observe",
	NULL,
};
static const char *const operator_words[] = {
	"In",
	"NotIn",
	NULL,
};
static const char *const direction_words[] = {
	"egress",
	"ingress",
	NULL,
};
static const char *const family_words[] = {
	"ipv4",
	"ipv6",
	NULL,
};
static const char *const transport_words[] = {
	"TCP", "UDP", "SCTP", "tcp", "udp", "sctp", NULL,
};
static const char *const op_words[] = {
	"read", "write", "create", "unlink", "rename", "link", "truncate", "setattr", "xattr", NULL,
};
static const char *const ptrace_op_words[] = {
	"trace",
	"traceme",
	NULL,
};
static const char *const namespace_words[] = {
	"mount", "uts", "ipc",	  "pid",	  "network", "user",	 "cgroup",
	"time",	 "all", "chroot", "leave-cgroup", "source",  "io_uring", NULL,
};
static const char *const namespace_op_words[] = {
	"create",
	"enter",
	NULL,
};
static const char *const mount_op_words[] = {
	"mount", "remount", "move", "umount", "pivot", NULL,
};
static const char *const bpf_command_words[] = {
	"map_create",
	"map_lookup_elem",
	"map_update_elem",
	"map_delete_elem",
	"prog_load",
	"obj_pin",
	"obj_get",
	"prog_attach",
	"prog_detach",
	"prog_test_run",
	"link_create",
	"link_update",
	"btf_load",
	"raw_tracepoint_open",
	"iter_create",
	"token_create",
	"map_get_next_key",
	"prog_get_next_id",
	"map_get_next_id",
	"prog_get_fd_by_id",
	"map_get_fd_by_id",
	"obj_get_info_by_fd",
	"prog_query",
	"btf_get_fd_by_id",
	"task_fd_query",
	"map_lookup_and_delete_elem",
	"map_freeze",
	"btf_get_next_id",
	"map_lookup_batch",
	"map_lookup_and_delete_batch",
	"map_update_batch",
	"map_delete_batch",
	"link_get_fd_by_id",
	"link_get_next_id",
	"enable_stats",
	"link_detach",
	"prog_bind_map",
	"all",
	NULL,
};
static const char *const module_op_words[] = {
	"load",
	"request",
	NULL,
};
static const char *const preset_words[] = {
	"filelessExec", "anonymousMapExec", "protectEnv", "exec", "protectProc", NULL,
};
static const char *const risk_words[] = {
	"low", "medium", "high", "critical", NULL,
};

const struct kpol_scalar kpol_scalar_action = { .name = "action", .words = action_words };
const struct kpol_scalar kpol_scalar_mode = { .name = "mode", .words = mode_words };
const struct kpol_scalar kpol_scalar_posture = { .name = "posture", .words = kpol_posture_words };
const struct kpol_scalar kpol_scalar_operator = { .name = "operator", .words = operator_words };
const struct kpol_scalar kpol_scalar_direction = { .name = "direction", .words = direction_words };
const struct kpol_scalar kpol_scalar_family = { .name = "family", .words = family_words };
const struct kpol_scalar kpol_scalar_transport = { .name = "transport",
						   .noun = "protocol",
						   .words = transport_words };
const struct kpol_scalar kpol_scalar_op = { .name = "op", .noun = "operation", .words = op_words };
const struct kpol_scalar kpol_scalar_ptrace_op = { .name = "ptrace_op",
						   .noun = "operation",
						   .words = ptrace_op_words };
const struct kpol_scalar kpol_scalar_namespace = { .name = "namespace", .words = namespace_words };
const struct kpol_scalar kpol_scalar_namespace_op = { .name = "namespace_op",
						      .noun = "operation",
						      .words = namespace_op_words };
const struct kpol_scalar kpol_scalar_mount_op = { .name = "mount_op",
						  .noun = "operation",
						  .words = mount_op_words };
const struct kpol_scalar kpol_scalar_bpf_command = { .name = "bpf_command",
						     .noun = "bpf command",
						     .words = bpf_command_words };
const struct kpol_scalar kpol_scalar_module_op = { .name = "module_op",
						   .noun = "operation",
						   .words = module_op_words };
const struct kpol_scalar kpol_scalar_preset = { .name = "preset",
						.noun = "preset",
						.words = preset_words };
const struct kpol_scalar kpol_scalar_risk = { .name = "risk", .words = risk_words };
