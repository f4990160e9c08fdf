// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of an access: operations and transports. */
#include "cases/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/words.h"
#include "compile/condition.h"

const char *const kpol_op_words[] = {
	"exec",	   "open",     "read",	 "write",   "create",  "unlink",  "rename",
	"link",	   "truncate", "map",	 "socket",  "connect", "send",	  "bind",
	"listen",  "accept",   "ptrace", "trace",   "traceme", "setattr", "xattr",
	"protect", "unix",     "kill",	 "capable", "mount",   "umount",  "pivot",
	"userns",  "chroot",   "bpf",	 "load",    "perf",    "ring",	  NULL,
};

uint32_t kpol_op_find(const char *word)
{
	if (!strcmp(word, "open"))
		return KPOL_OP_READ;
	if (!strcmp(word, "ptrace"))
		return KPOL_OP_TRACE;
	return kpol_word_value(KPOL_WORDS_OP, word);
}

uint8_t kpol_op_class(uint32_t op)
{
	for (uint8_t class = 1; class <= KPOL_CLASS_MAX; class ++)
		if (kpol_class_ops(class) & op)
			return class;
	return 0;
}

static const struct kpol_transport transports[] = {
	{ "tcp", SOCK_STREAM, IPPROTO_TCP },   { "udp", SOCK_DGRAM, IPPROTO_UDP },
	{ "icmp", SOCK_DGRAM, IPPROTO_ICMP },  { "icmpv6", SOCK_DGRAM, IPPROTO_ICMPV6 },
	{ "sctp", SOCK_STREAM, IPPROTO_SCTP }, { "dccp", SOCK_DCCP, IPPROTO_DCCP },
	{ "raw", SOCK_RAW, IPPROTO_RAW },
};

const char *const kpol_transport_words[] = {
	"tcp", "udp", "icmp", "icmpv6", "sctp", "dccp", "raw", NULL,
};

const struct kpol_transport *kpol_transport_find(const char *name)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		if (!strcmp(transports[i].name, name))
			return &transports[i];
	return NULL;
}

void kpol_facts_set_sha256(struct kpol_facts *facts, const char *hex)
{
	kpol_hex_read(hex, facts->sha256, sizeof(facts->sha256));
	facts->known |= KPOL_FACT_SHA256;
}

void kpol_facts_set_verity(struct kpol_facts *facts, const char *text)
{
	const char *hex = strchr(text, ':') + 1;

	facts->verity_len = (u8)(strlen(hex) / 2);
	kpol_hex_read(hex, facts->verity, facts->verity_len);
	facts->known |= KPOL_FACT_VERITY;
}

int kpol_access_address(const char *text, struct kpol_access *access)
{
	if (!strcmp(text, "*"))
		return 0;
	access->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(access->family, text, access->addr) != 1)
		return -EINVAL;
	access->has_addr = true;
	return 0;
}
