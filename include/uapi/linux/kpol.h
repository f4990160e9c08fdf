/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* The netlink contract between kpol.ko and its daemon: commands, attributes and the words they carry. */
#ifndef _UAPI_LINUX_KPOL_H
#define _UAPI_LINUX_KPOL_H

#define KPOL_FAMILY_NAME "kpol"
#define KPOL_FAMILY_VERSION 1
#define KPOL_MCGRP_STATUS "status"
#define KPOL_MCGRP_CGROUP "cgroup"
#define KPOL_MCGRP_EVENT "event"
#define KPOL_VERSION "0.1.0"

/* Sizes in bytes; strings count without their terminating NUL. */
#define KPOL_NAME_MAX 253 /* policy and scope names: a DNS subdomain, as Kubernetes has it */
#define KPOL_PATH_MAX 4095
#define KPOL_DIGEST_LEN 32 /* SHA-256 */
#define KPOL_COMM_LEN 16
#define KPOL_RULES_MAX (1 << 20) /* rules in one ruleset */
#define KPOL_POLICIES_MAX (1 << 14)
#define KPOL_SCOPES_MAX (1 << 14)
#define KPOL_BINDINGS_MAX (1 << 16)
#define KPOL_PATTERN_BINDINGS_MAX 1024
#define KPOL_SETS_MAX (1 << 11) /* address sets; one address may be in all of them */
#define KPOL_ADDRESSES_MAX (1 << 17) /* addresses that are in any */
#define KPOL_KEY_RULES_MAX 256 /* rules of one scope that share one lookup key */
#define KPOL_GLOB_MAX 512 /* bytes of one pattern */
#define KPOL_GLOB_SET_MAX 64 /* bytes of one [set] in it */
#define KPOL_MATCH_STEPS 131072 /* of all patterns on one access; then it is unresolved */
#define KPOL_ARGS_MAX 64 /* arguments that one rule allows */
#define KPOL_ARG_MAX 4095 /* bytes of one of them */
#define KPOL_CONDITION_LEN 16384 /* bytes of one rule's condition */
#define KPOL_EVENT_OBJECT_MAX 1023 /* longer objects are cut and the event says so */
#define KPOL_EVENT_SOURCE_MAX 511

/* What a rule or an access is about. A scope with an Allow rule in a class denies the rest of it. */
enum kpol_class {
	KPOL_CLASS_PROCESS = 1, /* programs executed */
	KPOL_CLASS_LIBRARY, /* files mapped executable */
	KPOL_CLASS_FILE,
	KPOL_CLASS_NETWORK,
	KPOL_CLASS_PTRACE,
	KPOL_CLASS_CAPABILITY, /* a capability used: "net_raw" */
	KPOL_CLASS_MOUNT, /* the mount tree changed: a filesystem type, "bind", "move", "remount" */
	KPOL_CLASS_NAMESPACE, /* who one is changed: "user", "leave-cgroup", "source", "chroot", "creds" */
	KPOL_CLASS_BPF, /* a bpf(2) command: "prog_load" */
	KPOL_CLASS_MODULE, /* code given to the kernel: "module", "firmware", "kexec", "request" */
	KPOL_CLASS_PERF,
	KPOL_CLASS_SIGNAL, /* signals to tasks outside of the scope */
	__KPOL_CLASS_END,
};
#define KPOL_CLASS_MAX (__KPOL_CLASS_END - 1)

/* Operations, one bit each; a bit belongs to exactly one class. */
#define KPOL_OP_EXEC (1U << 0)
#define KPOL_OP_MAP (1U << 1)
#define KPOL_OP_READ (1U << 2)
#define KPOL_OP_WRITE (1U << 3)
#define KPOL_OP_CREATE (1U << 4) /* mknod, mkdir, symlink, O_CREAT */
#define KPOL_OP_UNLINK (1U << 5) /* unlink, rmdir */
#define KPOL_OP_RENAME (1U << 6) /* either end of a rename */
#define KPOL_OP_LINK (1U << 7) /* either end of a hard link */
#define KPOL_OP_TRUNCATE (1U << 8)
#define KPOL_OP_SETATTR (1U << 9) /* chmod, chown, utimes */
#define KPOL_OP_XATTR (1U << 10) /* extended attributes set or removed */
#define KPOL_OP_PROTECT (1U << 11) /* memory that is no file's made executable */
#define KPOL_OP_SOCKET (1U << 12) /* socket(2) */
#define KPOL_OP_CONNECT (1U << 13)
#define KPOL_OP_SEND (1U << 14) /* sendmsg(2) that names an address */
#define KPOL_OP_BIND (1U << 15) /* bind(2) to a port other than 0 */
#define KPOL_OP_LISTEN (1U << 16)
#define KPOL_OP_ACCEPT (1U << 17) /* an incoming connection, judged by the listener's cgroup */
#define KPOL_OP_UNIX (1U << 18) /* connect or send to a Unix socket */
#define KPOL_OP_KILL (1U << 19)
#define KPOL_OP_TRACE (1U << 20) /* attach to another task, or write its memory */
#define KPOL_OP_TRACEME (1U << 21)
#define KPOL_OP_CAPABLE (1U << 22)
#define KPOL_OP_MOUNT (1U << 23) /* mount, bind, move and remount */
#define KPOL_OP_UMOUNT (1U << 24)
#define KPOL_OP_PIVOT (1U << 25) /* pivot_root */
#define KPOL_OP_USERNS (1U << 26) /* namespaces, cgroups, whom a task is taken for */
#define KPOL_OP_CHROOT (1U << 27)
#define KPOL_OP_BPF (1U << 28)
#define KPOL_OP_LOAD (1U << 29) /* a module, firmware or a kexec image */
#define KPOL_OP_PERF (1U << 30) /* perf_event_open */
#define KPOL_OP_RING (1U << 31) /* io_uring in a kernel thread, or with other credentials */

#define KPOL_OPS_PROCESS KPOL_OP_EXEC
#define KPOL_OPS_LIBRARY KPOL_OP_MAP
#define KPOL_OPS_CHANGE                                                                    \
	(KPOL_OP_WRITE | KPOL_OP_CREATE | KPOL_OP_UNLINK | KPOL_OP_RENAME | KPOL_OP_LINK | \
	 KPOL_OP_TRUNCATE | KPOL_OP_SETATTR | KPOL_OP_XATTR)
#define KPOL_OPS_FILE (KPOL_OP_READ | KPOL_OPS_CHANGE)
#define KPOL_OPS_EGRESS (KPOL_OP_CONNECT | KPOL_OP_SEND)
#define KPOL_OPS_INGRESS (KPOL_OP_BIND | KPOL_OP_LISTEN | KPOL_OP_ACCEPT)
#define KPOL_OPS_NETWORK (KPOL_OP_SOCKET | KPOL_OPS_EGRESS | KPOL_OPS_INGRESS)
#define KPOL_OPS_PTRACE (KPOL_OP_TRACE | KPOL_OP_TRACEME)
#define KPOL_OPS_CAPABILITY KPOL_OP_CAPABLE
#define KPOL_OPS_MOUNT (KPOL_OP_MOUNT | KPOL_OP_UMOUNT | KPOL_OP_PIVOT)
#define KPOL_OPS_NAMESPACE (KPOL_OP_USERNS | KPOL_OP_CHROOT | KPOL_OP_RING)
/* What changes what a path means, or who one is: see kpol_table_new() in kmod/engine/table.h. */
#define KPOL_OPS_SEALED (KPOL_OPS_MOUNT | KPOL_OP_USERNS | KPOL_OP_CHROOT)
#define KPOL_WORD_LEAVE "leave-cgroup" /* USERNS: moved to a cgroup of another scope */
#define KPOL_WORD_SOURCE "source" /* USERNS: passing for another program */
#define KPOL_OPS_BPF KPOL_OP_BPF
#define KPOL_OPS_MODULE KPOL_OP_LOAD
#define KPOL_OPS_PERF KPOL_OP_PERF
#define KPOL_OPS_SIGNAL KPOL_OP_KILL

/* How a rule's object is compared. */
enum kpol_match {
	KPOL_MATCH_ANY = 1, /* everything in the class */
	KPOL_MATCH_PATH, /* this very path */
	KPOL_MATCH_NAME, /* the last component; in classes without paths: this very word */
	KPOL_MATCH_GLOB,
	KPOL_MATCH_DIR, /* the directory and its children; see KPOL_RULE_RECURSIVE */
	KPOL_MATCH_PEER, /* an address prefix or an address set, protocol and port range */
	__KPOL_MATCH_END,
};
#define KPOL_MATCH_MAX (__KPOL_MATCH_END - 1)

enum kpol_action {
	KPOL_ACTION_ALLOW = 1,
	KPOL_ACTION_AUDIT, /* adds an event, never changes a verdict */
	KPOL_ACTION_BLOCK,
	__KPOL_ACTION_END,
};
#define KPOL_ACTION_MAX (__KPOL_ACTION_END - 1)

#define KPOL_RULE_RECURSIVE (1U << 0) /* MATCH_DIR: all below, not only the children */
#define KPOL_RULE_OWNER (1U << 1) /* only the object's owner passes, whatever the action says */
#define KPOL_RULE_DEFAULT_AUDIT (1U << 2) /* Allow: what no rule matches is reported, not denied */
#define KPOL_RULE_DEFAULT_ALLOW (1U << 3) /* Allow: what no rule matches is allowed */
#define KPOL_RULE_NO_TERMINAL (1U << 4) /* who has a controlling terminal does not pass */
#define KPOL_RULE_DEFAULTS (KPOL_RULE_DEFAULT_AUDIT | KPOL_RULE_DEFAULT_ALLOW)
#define KPOL_RULE_ASKS (KPOL_RULE_OWNER | KPOL_RULE_NO_TERMINAL)
#define KPOL_RULE_FLAGS (KPOL_RULE_RECURSIVE | KPOL_RULE_ASKS | KPOL_RULE_DEFAULTS)

/* A rule's condition is a row of records, sorted by kind and then as strings, none twice. A record is its kind
 * (a byte), its length (two bytes, the lower first) and its bytes.
 */
enum kpol_condition {
	KPOL_CONDITION_ARG = 1, /* an argument that passes, without NUL; all others are denied */
	KPOL_CONDITION_SHA256, /* the rule is for files with this SHA-256, KPOL_DIGEST_LEN bytes */
	KPOL_CONDITION_VERITY_SHA256, /* for files with this fs-verity digest, 32 bytes */
	KPOL_CONDITION_VERITY_SHA512, /* 64 bytes */
	__KPOL_CONDITION_END,
};
#define KPOL_CONDITION_MAX (__KPOL_CONDITION_END - 1)

enum kpol_mode {
	KPOL_MODE_ENFORCE = 1,
	KPOL_MODE_OBSERVE, /* report what would be denied, deny nothing */
	KPOL_MODE_OFF, /* global switch only: neither deny nor report */
	__KPOL_MODE_END,
};
#define KPOL_MODE_MAX (__KPOL_MODE_END - 1)

/* Scope flags. A container's entering ends at the first exec outside the initial mount namespace, a service's at
 * the first. The host scope is bound to the root cgroup: everything that no other binding covers; who is in a
 * host scope may speak to the module. A free scope is none: it keeps what is bound to it out of the scope that a
 * pattern or an ancestor would give it.
 */
#define KPOL_SCOPE_CONTAINER (1U << 0)
#define KPOL_SCOPE_HOST (1U << 1)
#define KPOL_SCOPE_FREE (1U << 2)
#define KPOL_SCOPE_FLAGS (KPOL_SCOPE_CONTAINER | KPOL_SCOPE_HOST | KPOL_SCOPE_FREE)

/* What a binding is found by. The nearest ancestor bound by id, path or unit counts; without one the topmost
 * ancestor that a glob matches; without that the root.
 */
enum kpol_bind {
	KPOL_BIND_ID = 1, /* cgroup id: the inode number of its directory in cgroup2 */
	KPOL_BIND_PATH, /* path below the cgroup2 root, "/" first */
	KPOL_BIND_UNIT, /* name of the cgroup's directory, a systemd unit or slice, with only slices above it */
	KPOL_BIND_GLOB, /* pattern over the path below the cgroup2 root */
	__KPOL_BIND_END,
};
#define KPOL_BIND_MAX (__KPOL_BIND_END - 1)

enum kpol_verdict {
	KPOL_VERDICT_ALLOW = 1,
	KPOL_VERDICT_DENY,
	KPOL_VERDICT_WOULD_DENY, /* allowed, because the policy or the system is in observe mode */
	KPOL_VERDICT_AUDIT, /* allowed, reported because an Audit rule or a default says so */
	__KPOL_VERDICT_END,
};
#define KPOL_VERDICT_MAX (__KPOL_VERDICT_END - 1)

/* Why, when no rule says so. */
enum kpol_reason {
	KPOL_REASON_RULE = 1, /* EVENT_RULE names it */
	KPOL_REASON_DEFAULT, /* the class has an Allow rule and none matched */
	KPOL_REASON_UNRESOLVED, /* no path, too long a one, or its patterns took KPOL_MATCH_STEPS */
	KPOL_REASON_NO_TABLE, /* bound, but its scope is missing: an inconsistency, denied */
	KPOL_REASON_SEALED, /* an allowlist of programs or files: what paths mean may not change */
	__KPOL_REASON_END,
};
#define KPOL_REASON_MAX (__KPOL_REASON_END - 1)

enum kpol_hook_state {
	KPOL_HOOK_MISSING = 1, /* this kernel does not have it */
	KPOL_HOOK_FAILED, /* attached, but the self-test's operation did not reach it */
	KPOL_HOOK_UNTESTED, /* attached; the self-test could not try it here */
	KPOL_HOOK_TESTED, /* attached, and the self-test's operation was stopped by it */
	KPOL_HOOK_LOST, /* it was attached, and does not fire any more */
	__KPOL_HOOK_END,
};

/* Every command needs CAP_NET_ADMIN and CAP_MAC_ADMIN over the initial user namespace, the initial
 * network namespace, and a caller in no bound cgroup (the host scope does not count).
 */
enum kpol_cmd {
	KPOL_CMD_STATUS_GET = 1,
	KPOL_CMD_TX_BEGIN,
	KPOL_CMD_TX_ADD, /* rows of any kind, in the order policies, scopes, sets, rules, bindings, addresses */
	KPOL_CMD_TX_COMMIT,
	KPOL_CMD_TX_ABORT,
	KPOL_CMD_POLICY_GET, /* dump */
	KPOL_CMD_SCOPE_GET, /* dump */
	KPOL_CMD_RULE_GET, /* dump */
	KPOL_CMD_BINDING_GET, /* dump */
	KPOL_CMD_HOOK_GET, /* dump */
	KPOL_CMD_BINDING_ADD,
	KPOL_CMD_BINDING_DEL,
	KPOL_CMD_POLICY_MODE_SET,
	KPOL_CMD_MODE_SET, /* the global switch */
	KPOL_CMD_TASK_GET,
	KPOL_CMD_EVENT_SUBSCRIBE, /* this socket gets the events from now on, unicast */
	KPOL_CMD_EVENT_NTF,
	KPOL_CMD_STATUS_NTF, /* multicast: a commit, a mode or a binding changed */
	KPOL_CMD_DECIDE, /* only with KPOL_SELFTEST=1: judge one access, for the equality test */
	KPOL_CMD_LOCK, /* the module stays until the next boot */
	KPOL_CMD_CGROUP_NTF, /* multicast: a cgroup was made */
	KPOL_CMD_SET_GET, /* dump */
	KPOL_CMD_ADDRESS_GET, /* dump */
	KPOL_CMD_ADDRESS_SET, /* which sets addresses are in from now on: all of the message, or none */
	__KPOL_CMD_END,
};
#define KPOL_CMD_MAX (__KPOL_CMD_END - 1)

/* STATUS_GET reply, STATUS_NTF */
enum kpol_a_status {
	KPOL_A_STATUS_VERSION = 1, /* string: of the module */
	KPOL_A_STATUS_GENERATION, /* u64: rises by one with each commit; 0: nothing loaded */
	KPOL_A_STATUS_DIGEST, /* binary, KPOL_DIGEST_LEN: of the live ruleset */
	KPOL_A_STATUS_MODE, /* u32, enum kpol_mode: the global switch */
	KPOL_A_STATUS_RULES, /* u32 */
	KPOL_A_STATUS_POLICIES, /* u32 */
	KPOL_A_STATUS_SCOPES, /* u32 */
	KPOL_A_STATUS_BINDINGS, /* u32 */
	KPOL_A_STATUS_HOOKS, /* u32: attached */
	KPOL_A_STATUS_HOOKS_KNOWN, /* u32: in the module's table */
	KPOL_A_STATUS_ENTERING, /* u32: tasks now exempt as "entering" */
	KPOL_A_STATUS_MEMORY, /* u64: bytes the live ruleset holds */
	KPOL_A_STATUS_EVENT_SEQ, /* u64: sequence number of the newest event */
	KPOL_A_STATUS_EVENT_QUEUED, /* u32: waiting for the daemon */
	KPOL_A_STATUS_EVENT_CAPACITY, /* u32 */
	KPOL_A_STATUS_EVENT_DROPPED, /* nest, multi: one per class, enum kpol_a_count */
	KPOL_A_STATUS_VERDICTS, /* nest, multi: one per class, enum kpol_a_count */
	KPOL_A_STATUS_SUBSCRIBER, /* u32: port id of the event reader, 0: none */
	KPOL_A_STATUS_BOOT_MODE, /* u32: what kpol.mode= asked for, absent: nothing */
	KPOL_A_STATUS_BUNDLE, /* string: label given with TX_BEGIN */
	KPOL_A_STATUS_UNTRACED, /* u64: entering tasks that could not be recorded (judged as confined) */
	KPOL_A_STATUS_STRINGS, /* u64: bytes of MEMORY that hold paths, patterns and names */
	KPOL_A_STATUS_LOCKED, /* u32: 1: the module stays until the next boot */
	KPOL_A_STATUS_HOOKS_LOST, /* u32: hooks that do not fire any more */
	KPOL_A_STATUS_SETS, /* u32 */
	KPOL_A_STATUS_ADDRESSES, /* u32: addresses that are in any set */
	KPOL_A_STATUS_PAD,
	__KPOL_A_STATUS_END,
};
#define KPOL_A_STATUS_MAX (__KPOL_A_STATUS_END - 1)

enum kpol_a_count {
	KPOL_A_COUNT_CLASS = 1, /* u32 */
	KPOL_A_COUNT_DENIED, /* u64; in EVENT_DROPPED: events lost, whatever the verdict */
	KPOL_A_COUNT_WOULD_DENY, /* u64 */
	KPOL_A_COUNT_AUDITED, /* u64 */
	KPOL_A_COUNT_PAD,
	__KPOL_A_COUNT_END,
};
#define KPOL_A_COUNT_MAX (__KPOL_A_COUNT_END - 1)

/* TX_BEGIN (LABEL), TX_ADD (ID + rows), TX_COMMIT (ID, RULES, DIGEST, DRY_RUN), TX_ABORT (ID).
 * TX_BEGIN answers with ID, TX_COMMIT with GENERATION.
 */
enum kpol_a_tx {
	KPOL_A_TX_ID = 1, /* u32 */
	KPOL_A_TX_LABEL, /* string: name of the bundle, shown by STATUS_GET */
	KPOL_A_TX_POLICY, /* nest, multi: enum kpol_a_policy */
	KPOL_A_TX_SCOPE, /* nest, multi: enum kpol_a_scope */
	KPOL_A_TX_RULE, /* nest, multi: enum kpol_a_rule */
	KPOL_A_TX_BINDING, /* nest, multi: enum kpol_a_binding */
	KPOL_A_TX_RULES, /* u32: rules sent */
	KPOL_A_TX_DIGEST, /* binary, KPOL_DIGEST_LEN: see kpol_rule_encode() in kmod/engine/rule.h */
	KPOL_A_TX_DRY_RUN, /* flag: check all, build all, change nothing */
	KPOL_A_TX_GENERATION, /* u64 */
	KPOL_A_TX_SET, /* nest, multi: enum kpol_a_set */
	KPOL_A_TX_ADDRESS, /* nest, multi: enum kpol_a_address */
	KPOL_A_TX_PAD,
	__KPOL_A_TX_END,
};
#define KPOL_A_TX_MAX (__KPOL_A_TX_END - 1)

/* A policy row; also POLICY_GET and POLICY_MODE_SET (NAME, MODE). */
enum kpol_a_policy {
	KPOL_A_POLICY_ID = 1, /* u32: 1, 2, … in the order sent */
	KPOL_A_POLICY_NAME, /* string */
	KPOL_A_POLICY_MODE, /* u32: enforce or observe */
	__KPOL_A_POLICY_END,
};
#define KPOL_A_POLICY_MAX (__KPOL_A_POLICY_END - 1)

enum kpol_a_scope {
	KPOL_A_SCOPE_ID = 1, /* u32: 1, 2, … in the order sent */
	KPOL_A_SCOPE_NAME, /* string */
	KPOL_A_SCOPE_FLAGS, /* u32 */
	KPOL_A_SCOPE_ALLOWLISTS, /* u32, GET only: bit per class with an enforced default deny */
	KPOL_A_SCOPE_DROPPED, /* u64, GET only: its events that were lost since the commit */
	KPOL_A_SCOPE_PAD,
	__KPOL_A_SCOPE_END,
};
#define KPOL_A_SCOPE_MAX (__KPOL_A_SCOPE_END - 1)

enum kpol_a_rule {
	KPOL_A_RULE_ID = 1, /* u32: 1, 2, … in the order sent */
	KPOL_A_RULE_SCOPE, /* u32 */
	KPOL_A_RULE_POLICY, /* u32 */
	KPOL_A_RULE_LINE, /* u32: in the file the policy came from */
	KPOL_A_RULE_CLASS, /* u32, enum kpol_class */
	KPOL_A_RULE_MATCH, /* u32, enum kpol_match */
	KPOL_A_RULE_OPS, /* u32, KPOL_OP_* */
	KPOL_A_RULE_ACTION, /* u32, enum kpol_action */
	KPOL_A_RULE_FLAGS, /* u32, KPOL_RULE_* */
	KPOL_A_RULE_OBJECT, /* string: path, name, pattern or directory without its last slash ("/" is "") */
	KPOL_A_RULE_SOURCE, /* string: path of the acting program; absent: any */
	KPOL_A_RULE_FAMILY, /* u32: AF_INET or AF_INET6; 0 or absent: any */
	KPOL_A_RULE_ADDR, /* binary: 4 or 16 bytes in network order; absent: any */
	KPOL_A_RULE_PREFIX, /* u32: bits of ADDR that count */
	KPOL_A_RULE_PROTOCOL, /* u32: IPPROTO_*; 0 or absent: any */
	KPOL_A_RULE_SOCKTYPES, /* u32: bit per SOCK_* type; 0 or absent: any */
	KPOL_A_RULE_PORT_FIRST, /* u32 */
	KPOL_A_RULE_PORT_LAST, /* u32; 0 or absent: any port */
	KPOL_A_RULE_CONDITION, /* binary: see enum kpol_condition; absent: none */
	KPOL_A_RULE_SET, /* u32: the address is in this set, and there is no ADDR; 0 or absent: no set */
	__KPOL_A_RULE_END,
};
#define KPOL_A_RULE_MAX (__KPOL_A_RULE_END - 1)

/* A binding row; also BINDING_GET, BINDING_ADD and BINDING_DEL. */
enum kpol_a_binding {
	KPOL_A_BINDING_KIND = 1, /* u32, enum kpol_bind */
	KPOL_A_BINDING_CGROUP, /* u64: BIND_ID */
	KPOL_A_BINDING_PATH, /* string: the others */
	KPOL_A_BINDING_SCOPE, /* u32 */
	KPOL_A_BINDING_GENERATION, /* u64, ADD: the ruleset that SCOPE counts in; -ESTALE if not live */
	KPOL_A_BINDING_PAD,
	__KPOL_A_BINDING_END,
};
#define KPOL_A_BINDING_MAX (__KPOL_A_BINDING_END - 1)

/* An address set: what label peers are to the module. */
enum kpol_a_set {
	KPOL_A_SET_ID = 1, /* u32: 1, 2, … in the order sent */
	KPOL_A_SET_NAME, /* string: the selector that people know it by */
	__KPOL_A_SET_END,
};
#define KPOL_A_SET_MAX (__KPOL_A_SET_END - 1)

/* An address and the sets it is in; also ADDRESS_GET. */
enum kpol_a_address {
	KPOL_A_ADDRESS_ADDR = 1, /* binary: 4 or 16 bytes in network order; IPv4-mapped is IPv4 */
	KPOL_A_ADDRESS_SETS, /* binary: u32 ids, ascending; absent: none, the address is forgotten */
	__KPOL_A_ADDRESS_END,
};
#define KPOL_A_ADDRESS_MAX (__KPOL_A_ADDRESS_END - 1)

/* ADDRESS_SET */
enum kpol_a_addresses {
	KPOL_A_ADDRESSES_GENERATION = 1, /* u64: that the ids count in; -ESTALE if not live */
	KPOL_A_ADDRESSES_ADDRESS, /* nest, multi: enum kpol_a_address; an address' old list is replaced whole */
	KPOL_A_ADDRESSES_PAD,
	__KPOL_A_ADDRESSES_END,
};
#define KPOL_A_ADDRESSES_MAX (__KPOL_A_ADDRESSES_END - 1)

enum kpol_a_mode {
	KPOL_A_MODE_MODE = 1, /* u32, enum kpol_mode */
	__KPOL_A_MODE_END,
};
#define KPOL_A_MODE_MAX (__KPOL_A_MODE_END - 1)

enum kpol_a_task {
	KPOL_A_TASK_PID = 1, /* u32: in the initial pid namespace; the request's only attribute */
	KPOL_A_TASK_CGROUP, /* u64 */
	KPOL_A_TASK_SCOPE, /* u32: 0: none */
	KPOL_A_TASK_ENTERING, /* flag */
	KPOL_A_TASK_SOURCE, /* string: path of its executable, as it sees it */
	KPOL_A_TASK_PAD,
	__KPOL_A_TASK_END,
};
#define KPOL_A_TASK_MAX (__KPOL_A_TASK_END - 1)

/* CGROUP_NTF, sent before any task can be in the cgroup. */
enum kpol_a_cgroup {
	KPOL_A_CGROUP_ID = 1, /* u64: the inode number of its directory in cgroup2 */
	KPOL_A_CGROUP_PATH, /* string: below the cgroup2 root, "/" first; absent: longer than KPOL_PATH_MAX */
	KPOL_A_CGROUP_SCOPE, /* u32: what it is bound to now; 0: nothing */
	KPOL_A_CGROUP_PAD,
	__KPOL_A_CGROUP_END,
};
#define KPOL_A_CGROUP_MAX (__KPOL_A_CGROUP_END - 1)

enum kpol_a_hook {
	KPOL_A_HOOK_NAME = 1, /* string: of the kernel function */
	KPOL_A_HOOK_STATE, /* u32, enum kpol_hook_state */
	KPOL_A_HOOK_CLASS, /* u32: 0: serves the module itself */
	KPOL_A_HOOK_OPS, /* u32: operations it judges */
	__KPOL_A_HOOK_END,
};
#define KPOL_A_HOOK_MAX (__KPOL_A_HOOK_END - 1)

enum kpol_a_event {
	KPOL_A_EVENT_SEQ = 1, /* u64: per boot of the module, without gaps but for dropped events */
	KPOL_A_EVENT_TIME, /* u64: ns since 1970, UTC */
	KPOL_A_EVENT_VERDICT, /* u32 */
	KPOL_A_EVENT_REASON, /* u32 */
	KPOL_A_EVENT_CLASS, /* u32 */
	KPOL_A_EVENT_OP, /* u32: one bit */
	KPOL_A_EVENT_COUNT, /* u32: how many accesses this event stands for */
	KPOL_A_EVENT_GENERATION, /* u64: of the ruleset that judged */
	KPOL_A_EVENT_SCOPE, /* u32 */
	KPOL_A_EVENT_RULE, /* u32: 0: default or unresolved */
	KPOL_A_EVENT_POLICY, /* u32: of the rule; for a default, one that made the class an allowlist */
	KPOL_A_EVENT_LINE, /* u32 */
	KPOL_A_EVENT_CGROUP, /* u64 */
	KPOL_A_EVENT_PID, /* u32: thread, in the initial pid namespace; absent in softirq */
	KPOL_A_EVENT_TGID, /* u32 */
	KPOL_A_EVENT_PPID, /* u32 */
	KPOL_A_EVENT_UID, /* u32: in the initial user namespace */
	KPOL_A_EVENT_COMM, /* string */
	KPOL_A_EVENT_OBJECT, /* string (bytes, may be any but NUL): path */
	KPOL_A_EVENT_SOURCE, /* string: path of the acting executable */
	KPOL_A_EVENT_CUT, /* flag: OBJECT or SOURCE is longer than what is sent */
	KPOL_A_EVENT_FAMILY, /* u32 */
	KPOL_A_EVENT_SOCKTYPE, /* u32 */
	KPOL_A_EVENT_PROTOCOL, /* u32 */
	KPOL_A_EVENT_ADDR, /* binary: 4 or 16 bytes */
	KPOL_A_EVENT_PORT, /* u32 */
	KPOL_A_EVENT_PAD,
	__KPOL_A_EVENT_END,
};
#define KPOL_A_EVENT_MAX (__KPOL_A_EVENT_END - 1)

/* DECIDE, request and reply (test builds only). Judged against the live ruleset. */
enum kpol_a_decide {
	KPOL_A_DECIDE_SCOPE = 1, /* u32 */
	KPOL_A_DECIDE_CLASS, /* u32 */
	KPOL_A_DECIDE_OP, /* u32 */
	KPOL_A_DECIDE_OBJECT, /* string; absent: unresolved */
	KPOL_A_DECIDE_SOURCE, /* string */
	KPOL_A_DECIDE_OWNER, /* flag: the task owns the object */
	KPOL_A_DECIDE_FAMILY, /* u32 */
	KPOL_A_DECIDE_SOCKTYPE, /* u32 */
	KPOL_A_DECIDE_PROTOCOL, /* u32 */
	KPOL_A_DECIDE_ADDR, /* binary */
	KPOL_A_DECIDE_PORT, /* u32 */
	KPOL_A_DECIDE_ACCESS, /* nest, multi: the above, many in one message */
	KPOL_A_DECIDE_RESULT, /* nest, multi, reply: one per ACCESS: the four below */
	KPOL_A_DECIDE_DENIED, /* u32: 0 or 1, what the enforced policies say */
	KPOL_A_DECIDE_RULE, /* u32 */
	KPOL_A_DECIDE_WOULD_DENY, /* u32: what all policies would say in enforce */
	KPOL_A_DECIDE_WOULD_RULE, /* u32 */
	KPOL_A_DECIDE_AUDIT_RULE, /* u32 */
	KPOL_A_DECIDE_ARGS, /* binary: arguments, each with its NUL; absent: not known */
	KPOL_A_DECIDE_SHA256, /* binary, KPOL_DIGEST_LEN; absent: not known */
	KPOL_A_DECIDE_VERITY, /* binary: 0, 32 or 64 bytes; absent: not known */
	KPOL_A_DECIDE_TERMINAL, /* flag: the task has a controlling terminal */
	KPOL_A_DECIDE_DIRECTORY, /* flag: the object is a directory */
	KPOL_A_DECIDE_MISSING, /* u32, in a RESULT: bit 0 arguments, 1 SHA-256, 2 fs-verity: not known, but asked for */
	__KPOL_A_DECIDE_END,
};
#define KPOL_A_DECIDE_MAX (__KPOL_A_DECIDE_END - 1)

#endif /* _UAPI_LINUX_KPOL_H */
