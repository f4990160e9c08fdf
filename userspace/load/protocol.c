// SPDX-License-Identifier: GPL-2.0-or-later
/* The protocol words of KubeArmor and the sockets they mean (shared/KUBEARMOR.md a5). */
#include "load/scalar.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define TYPE(t) (1U << (t))

/* SOCK_PACKET (10) has no bit in the kernel's eight: it is obsolete, AF_PACKET uses RAW and DGRAM.
 */
static const struct kpol_protocol protocols[] = {
	{ .name = "tcp",
	  .protocol = IPPROTO_TCP,
	  .socktypes = TYPE(SOCK_STREAM),
	  .ports = true,
	  .accepts = true },
	{ .name = "udp", .protocol = IPPROTO_UDP, .socktypes = TYPE(SOCK_DGRAM), .ports = true },
	{ .name = "icmp", .protocol = IPPROTO_ICMP },
	{ .name = "icmpv6", .protocol = IPPROTO_ICMPV6 },
	{ .name = "sctp", .protocol = IPPROTO_SCTP, .ports = true, .accepts = true },
	{ .name = "dccp", .socktypes = TYPE(SOCK_DCCP), .ports = true, .accepts = true },
	{ .name = "raw", .socktypes = TYPE(SOCK_RAW) },
	{ .name = "stream", .socktypes = TYPE(SOCK_STREAM), .ports = true, .accepts = true },
	{ .name = "dgram", .socktypes = TYPE(SOCK_DGRAM), .ports = true },
	{ .name = "rdm", .socktypes = TYPE(SOCK_RDM) },
	{ .name = "seqpacket", .socktypes = TYPE(SOCK_SEQPACKET), .ports = true, .accepts = true },
	{ .name = "packet", .unenforced = true },
	{ .name = "all", .ports = true },
	{ .name = NULL },
};

static const struct kpol_protocol *protocol_find(const char *name, size_t len)
{
	for (const struct kpol_protocol *p = protocols; p->name; p++)
		if (strlen(p->name) == len && !strncasecmp(p->name, name, len))
			return p;
	return NULL;
}

const struct kpol_protocol *kpol_protocol_next(const char **list)
{
	const struct kpol_protocol *found;
	size_t len;

	*list += strspn(*list, " ");
	len = strcspn(*list, ", ");
	found = protocol_find(*list, len);
	if (!found)
		return NULL;
	*list += len;
	*list += strspn(*list, " ");
	if (**list && **list != ',')
		return NULL;
	if (**list)
		(*list)++;
	return found;
}
