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

static const u32 in_sets[] = { 2, 5, 258, 1000 };

#define IN_SETS .sets = in_sets, .n_sets = N(in_sets)
/* The same connections by a pod in these sets. */
#define POD_V4                                                                                 \
	{                                                                                      \
		CONNECT, .family = AF_INET, .has_addr = true, .addr = { 10, 1, 2, 3 }, IN_SETS \
	}
#define POD_V6(...)                                                                             \
	{                                                                                       \
		CONNECT, .family = AF_INET6, .has_addr = true, .addr = { __VA_ARGS__ }, IN_SETS \
	}

static const struct decide_case peer_cases[] = {
	{ "set_is_matched", { PEER(BLOCK, .set = 5) }, POD_V4, DENY(1) },
	{ "set_is_matched_for_ipv6", { PEER(BLOCK, .set = 1000) }, POD_V6(0x20, 1), DENY(1) },
	{ "set_of_others_is_not", { PEER(BLOCK, .set = 3) }, POD_V4, { .deny = false } },
	/* Set 2 and set 258 share a bit of the list's filter. */
	{ "set_with_the_same_bit_is_another",
	  { PEER(BLOCK, .set = 514) },
	  POD_V4,
	  { .deny = false } },
	{ "no_set_without_any", { PEER(BLOCK, .set = 5) }, TO_V4, { .deny = false } },
	{ "set_makes_an_allowlist",
	  { PEER(ALLOW, .set = 3) },
	  POD_V4,
	  { .deny = true, .would_deny = true } },
	{ "set_before_prefix",
	  { PEER(BLOCK, V4(10, 1, 2, 0, 24)), PEER(ALLOW, .set = 2) },
	  POD_V4,
	  ALLOW(2) },
	{ "set_before_a_long_ipv6_prefix",
	  { PEER(BLOCK, .family = AF_INET6, .prefix = 127, .addr = { 0x20, 1 }),
	    PEER(ALLOW, .set = 2) },
	  POD_V6(0x20, 1),
	  ALLOW(2) },
	{ "set_and_address_are_equals_and_block_wins",
	  { PEER(ALLOW, V4(10, 1, 2, 3, 32)), PEER(BLOCK, .set = 2) },
	  POD_V4,
	  DENY(2) },
	{ "address_and_set_are_equals_and_block_wins",
	  { PEER(BLOCK, V4(10, 1, 2, 3, 32)), PEER(ALLOW, .set = 2) },
	  POD_V4,
	  DENY(1) },
	{ "ports_tell_sets_from_addresses",
	  { PEER(BLOCK, V4(10, 1, 2, 3, 32)),
	    PEER(ALLOW, .set = 2, .port_first = 443, .port_last = 443) },
	  POD_V4,
	  ALLOW(2) },
	{ "block_of_one_set_beats_allow_of_another",
	  { PEER(ALLOW, .set = 2), PEER(BLOCK, .set = 1000) },
	  POD_V4,
	  DENY(2) },
	{ "set_of_one_family",
	  { PEER(BLOCK, .set = 2, .family = AF_INET6) },
	  POD_V4,
	  { .deny = false } },
	{ "set_of_a_mapped_address_is_ipv4",
	  { PEER(BLOCK, .set = 2, .family = AF_INET) },
	  POD_V6(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3),
	  DENY(1) },
	{ "set_with_a_source",
	  { PEER(ALLOW, .set = 2, .source = "/bin/a"), PEER(BLOCK, .set = 2) },
	  { CONNECT, .family = AF_INET, .has_addr = true, .addr = { 10, 1, 2, 3 }, IN_SETS,
	    .source = "/bin/a" },
	  ALLOW(1) },
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
