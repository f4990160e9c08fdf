// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rule about the network wins: DESIGN §3, point 9. */
#include "kselftest_harness.h"

#include <netinet/in.h>

#include "engine_case.h"

#define PEER(action_, ...)                                                 \
	{                                                                  \
		.action = KPOL_ACTION_##action_, .match = KPOL_MATCH_PEER, \
		.class = KPOL_CLASS_NETWORK, __VA_ARGS__                   \
	}
#define V4(a, b, c, d, bits) .family = AF_INET, .prefix = bits, .addr = { a, b, c, d }
/* A TCP connection to port 443 of 10.1.2.3, to an IPv6 address, or to an address that is not known.
 */
#define CONNECT                                                                      \
	.class = KPOL_CLASS_NETWORK, .op = KPOL_OP_CONNECT, .socktype = SOCK_STREAM, \
	.protocol = IPPROTO_TCP, .port = 443
#define TO_V4                                                                         \
	{                                                                             \
		CONNECT, .family = AF_INET, .has_addr = true, .addr = { 10, 1, 2, 3 } \
	}
#define TO_V6(...)                                                                     \
	{                                                                              \
		CONNECT, .family = AF_INET6, .has_addr = true, .addr = { __VA_ARGS__ } \
	}
#define TO_UNKNOWN(family_)                  \
	{                                    \
		CONNECT, .family = (family_) \
	}

static const struct decide_case peer_cases[] = {
	{ "longest_prefix",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)), PEER(ALLOW, V4(10, 1, 0, 0, 16)) },
	  TO_V4,
	  ALLOW(2) },
	{ "any_address_of_a_family_before_any_family",
	  { PEER(BLOCK), PEER(ALLOW, .family = AF_INET) },
	  TO_V4,
	  ALLOW(2) },
	{ "narrowest_port_range",
	  { PEER(BLOCK, .port_first = 1, .port_last = 1000),
	    PEER(ALLOW, .port_first = 443, .port_last = 443) },
	  TO_V4,
	  ALLOW(2) },
	{ "prefix_before_ports",
	  { PEER(BLOCK, .family = AF_INET, .port_first = 443, .port_last = 443),
	    PEER(ALLOW, V4(10, 0, 0, 0, 8)) },
	  TO_V4,
	  ALLOW(2) },
	{ "named_protocol_before_any",
	  { PEER(BLOCK), PEER(ALLOW, .protocol = IPPROTO_TCP) },
	  TO_V4,
	  ALLOW(2) },
	{ "socket_type_before_any",
	  { PEER(BLOCK), PEER(ALLOW, .socktypes = 1 << SOCK_STREAM) },
	  TO_V4,
	  ALLOW(2) },
	{ "first_port_of_a_range",
	  { PEER(BLOCK, .port_first = 443, .port_last = 444) },
	  TO_V4,
	  DENY(1) },
	{ "last_port_of_a_range",
	  { PEER(BLOCK, .port_first = 442, .port_last = 443) },
	  TO_V4,
	  DENY(1) },
	{ "port_below_a_range",
	  { PEER(BLOCK, .port_first = 444, .port_last = 500) },
	  TO_V4,
	  ALLOW(0) },
	{ "other_protocol", { PEER(BLOCK, .protocol = IPPROTO_UDP) }, TO_V4, ALLOW(0) },
	{ "egress_is_not_ingress", { PEER(BLOCK, .ops = KPOL_OPS_INGRESS) }, TO_V4, ALLOW(0) },
	{ "bits_that_do_not_count", { PEER(BLOCK, V4(10, 1, 2, 2, 31)) }, TO_V4, DENY(1) },
	{ "bits_that_count", { PEER(BLOCK, V4(10, 1, 2, 4, 30)) }, TO_V4, ALLOW(0) },
	{ "an_address_nobody_knows_has_no_prefix",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_UNKNOWN(AF_INET),
	  ALLOW(0) },
	{ "an_address_nobody_knows_has_a_family",
	  { PEER(BLOCK, .family = AF_INET) },
	  TO_UNKNOWN(AF_INET),
	  DENY(1) },
	{ "mapped_ipv6_is_ipv4",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_V6([10] = 0xff, 0xff, 10, 1, 2, 3),
	  DENY(1) },
	{ "mapped_ipv6_is_not_ipv6",
	  { PEER(BLOCK, .family = AF_INET6) },
	  TO_V6([10] = 0xff, 0xff, 10, 1, 2, 3),
	  ALLOW(0) },
	{ "compatible_ipv6_is_not_ipv4",
	  { PEER(BLOCK, V4(10, 0, 0, 0, 8)) },
	  TO_V6([12] = 10, 1, 2, 3),
	  ALLOW(0) },
	{ "ipv6_prefix_within_a_byte",
	  { PEER(BLOCK, .family = AF_INET6, .prefix = 10, .addr = { 0xfe, 0x80 }) },
	  TO_V6(0xfe, 0xbf, 1),
	  DENY(1) },
	{ "other_families_meet_rules_of_no_family",
	  { PEER(BLOCK, .family = AF_INET), PEER(ALLOW) },
	  TO_UNKNOWN(AF_PACKET),
	  ALLOW(2) },
};

TEST(the_right_rule_about_a_peer_wins)
{
	for (size_t i = 0; i < N(peer_cases); i++)
		expect_decision(_metadata, &peer_cases[i]);
}

TEST_HARNESS_MAIN
