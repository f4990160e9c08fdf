// SPDX-License-Identifier: GPL-2.0-or-later
/* The words people read for the numbers of the netlink contract. */
#include "base/words.h"

#include <netinet/in.h>
#include <string.h>

#include <linux/kpol.h>

#include "base/nearest.h"

struct row {
	uint32_t value;
	const char *word;
};

static const struct row class_rows[] = {
	{ KPOL_CLASS_PROCESS, "process" },
	{ KPOL_CLASS_LIBRARY, "library" },
	{ KPOL_CLASS_FILE, "file" },
	{ KPOL_CLASS_NETWORK, "network" },
	{ KPOL_CLASS_PTRACE, "ptrace" },
	{ KPOL_CLASS_CAPABILITY, "capability" },
	{ KPOL_CLASS_MOUNT, "mount" },
	{ KPOL_CLASS_NAMESPACE, "namespace" },
	{ KPOL_CLASS_BPF, "bpf" },
	{ KPOL_CLASS_MODULE, "module" },
	{ KPOL_CLASS_PERF, "perf" },
	{ KPOL_CLASS_SIGNAL, "signal" },
	{ 0, NULL },
};

static const struct row op_rows[] = {
	{ KPOL_OP_EXEC, "exec" },
	{ KPOL_OP_MAP, "map" },
	{ KPOL_OP_READ, "read" },
	{ KPOL_OP_WRITE, "write" },
	{ KPOL_OP_CREATE, "create" },
	{ KPOL_OP_UNLINK, "unlink" },
	{ KPOL_OP_RENAME, "rename" },
	{ KPOL_OP_LINK, "link" },
	{ KPOL_OP_TRUNCATE, "truncate" },
	{ KPOL_OP_SOCKET, "socket" },
	{ KPOL_OP_CONNECT, "connect" },
	{ KPOL_OP_SEND, "send" },
	{ KPOL_OP_BIND, "bind" },
	{ KPOL_OP_LISTEN, "listen" },
	{ KPOL_OP_ACCEPT, "accept" },
	{ KPOL_OP_TRACE, "trace" },
	{ KPOL_OP_TRACEME, "traceme" },
	{ KPOL_OP_SETATTR, "setattr" },
	{ KPOL_OP_XATTR, "xattr" },
	{ KPOL_OP_PROTECT, "protect" },
	{ KPOL_OP_UNIX, "unix" },
	{ KPOL_OP_KILL, "kill" },
	{ KPOL_OP_CAPABLE, "capable" },
	{ KPOL_OP_MOUNT, "mount" },
	{ KPOL_OP_UMOUNT, "umount" },
	{ KPOL_OP_PIVOT, "pivot" },
	{ KPOL_OP_USERNS, "userns" },
	{ KPOL_OP_CHROOT, "chroot" },
	{ KPOL_OP_BPF, "bpf" },
	{ KPOL_OP_LOAD, "load" },
	{ KPOL_OP_PERF, "perf" },
	{ KPOL_OP_RING, "ring" },
	{ 0, NULL },
};

static const struct row match_rows[] = {
	{ KPOL_MATCH_ANY, "any" },
	{ KPOL_MATCH_PATH, "path" },
	{ KPOL_MATCH_NAME, "name" },
	{ KPOL_MATCH_GLOB, "pattern" },
	{ KPOL_MATCH_DIR, "dir" },
	{ KPOL_MATCH_PEER, "peer" },
	{ 0, NULL },
};

static const struct row action_rows[] = {
	{ KPOL_ACTION_ALLOW, "Allow" },
	{ KPOL_ACTION_AUDIT, "Audit" },
	{ KPOL_ACTION_BLOCK, "Block" },
	{ 0, NULL },
};

static const struct row mode_rows[] = {
	{ KPOL_MODE_ENFORCE, "enforce" },
	{ KPOL_MODE_OBSERVE, "observe" },
	{ KPOL_MODE_OFF, "off" },
	{ 0, NULL },
};

static const struct row verdict_rows[] = {
	{ KPOL_VERDICT_ALLOW, "allowed" },
	{ KPOL_VERDICT_DENY, "denied" },
	{ KPOL_VERDICT_WOULD_DENY, "would-deny" },
	{ KPOL_VERDICT_AUDIT, "audited" },
	{ 0, NULL },
};

static const struct row reason_rows[] = {
	{ KPOL_REASON_RULE, "rule" },
	{ KPOL_REASON_DEFAULT, "default" },
	{ KPOL_REASON_UNRESOLVED, "unresolved" },
	{ KPOL_REASON_NO_TABLE, "no-table" },
	{ KPOL_REASON_SEALED, "sealed" },
	{ 0, NULL },
};

static const struct row hook_rows[] = {
	{ KPOL_HOOK_MISSING, "missing" },   { KPOL_HOOK_FAILED, "failed" },
	{ KPOL_HOOK_UNTESTED, "untested" }, { KPOL_HOOK_TESTED, "tested" },
	{ KPOL_HOOK_LOST, "lost" },	    { 0, NULL },
};

static const struct row bind_rows[] = {
	{ KPOL_BIND_ID, "id" },
	{ KPOL_BIND_PATH, "path" },
	{ KPOL_BIND_UNIT, "unit" },
	{ KPOL_BIND_GLOB, "pattern" },
	{ 0, NULL },
};

static const struct row protocol_rows[] = {
	{ IPPROTO_TCP, "tcp" },		{ IPPROTO_UDP, "udp" },	  { IPPROTO_ICMP, "icmp" },
	{ IPPROTO_ICMPV6, "icmpv6" },	{ IPPROTO_SCTP, "sctp" }, { IPPROTO_DCCP, "dccp" },
	{ IPPROTO_UDPLITE, "udplite" }, { IPPROTO_IGMP, "igmp" }, { IPPROTO_GRE, "gre" },
	{ IPPROTO_ESP, "esp" },		{ IPPROTO_RAW, "raw" },	  { 0, NULL },
};

static const struct row *const vocabularies[] = {
	[KPOL_WORDS_CLASS] = class_rows,   [KPOL_WORDS_OP] = op_rows,
	[KPOL_WORDS_MATCH] = match_rows,   [KPOL_WORDS_ACTION] = action_rows,
	[KPOL_WORDS_MODE] = mode_rows,	   [KPOL_WORDS_VERDICT] = verdict_rows,
	[KPOL_WORDS_REASON] = reason_rows, [KPOL_WORDS_HOOK] = hook_rows,
	[KPOL_WORDS_BIND] = bind_rows,	   [KPOL_WORDS_PROTOCOL] = protocol_rows,
};

const char *kpol_word(enum kpol_words words, uint32_t value)
{
	for (const struct row *row = vocabularies[words]; row->word; row++)
		if (row->value == value)
			return row->word;
	return "?";
}

uint32_t kpol_word_value(enum kpol_words words, const char *word)
{
	for (const struct row *row = vocabularies[words]; row->word; row++)
		if (!strcmp(row->word, word))
			return row->value;
	return 0;
}

const char *kpol_word_nearest(enum kpol_words words, const char *word)
{
	struct kpol_nearest_search search = { .word = word };

	for (const struct row *row = vocabularies[words]; row->word; row++)
		kpol_nearest_try(&search, row->word);
	return search.best;
}
