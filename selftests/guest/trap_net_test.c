// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections that come in, judged for who listens; addresses that are not what they seem. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define IN_TIME_MS 10000
#define NO_ANSWER_MS 1500 /* longer than the first repeat of a SYN */

#define HEADER                                                                        \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: net}\nspec:\n" \
	"  selector: {matchCgroups: [/net]}\n"
#define PEERS_LINE 9 /* of the first peer in: */
#define PEERS(action, ...) \
	HEADER "  network:\n    action: " action "\n    matchPeers:\n    - {" __VA_ARGS__ "}\n"
#define INGRESS "direction: ingress, protocol: tcp, cidr: "
#define EGRESS "direction: egress, cidr: "
#define RAW "direction: egress, protocol: raw, cidr: "

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t make_address(union address *ret, const char *ip, int port)
{
	memset(ret, 0, sizeof(*ret));
	if (!strchr(ip, ':')) {
		ret->in.sin_family = AF_INET;
		ret->in.sin_port = htons(port);
		inet_pton(AF_INET, ip, &ret->in.sin_addr);
		return sizeof(ret->in);
	}
	ret->in6.sin6_family = AF_INET6;
	ret->in6.sin6_port = htons(port);
	inet_pton(AF_INET6, ip, &ret->in6.sin6_addr);
	return sizeof(ret->in6);
}

/* An act: "IP PORT PROTOCOL", a listener that stays. */
static int listen_on(const char *what)
{
	int port, protocol, fd, one = 1;
	union address address;
	socklen_t len;
	char ip[64];

	if (sscanf(what, "%63s %d %d", ip, &port, &protocol) != 3)
		return -EINVAL;
	len = make_address(&address, ip, port);
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	return bind(fd, &address.any, len) || listen(fd, 16) ? -errno : 0;
}

/* Wait for a connection under way: 0, -ETIMEDOUT or what it failed with. */
static int wait_connected(int fd, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error = 0;

	if (poll(&pollfd, 1, ms) != 1)
		return -ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	return -error;
}

static int connect_from(const char *from, const char *to, int port, int ms)
{
	union address address;
	socklen_t len = make_address(&address, from, 0);
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

	r = fd < 0 || bind(fd, &address.any, len) ? -errno : 0;
	len = make_address(&address, to, port);
	if (!r && connect(fd, &address.any, len))
		r = errno == EINPROGRESS ? wait_connected(fd, ms) : -errno;
	close(fd);
	return r;
}

/**
 * struct incoming_case - a listener and who comes
 * @listener: for listen_on().
 * @allows, @denies: policies that contain the one who comes, and that do not.
 * @denies_line: of the rule that denies, 0: the default.
 * @family: as the event says it: an IPv6 listener knows an IPv4 peer by its mapped address.
 */
static const struct incoming_case {
	const char *name;
	const char *listener;
	const char *from;
	const char *to;
	int port;
	const char *allows;
	const char *denies;
	uint32_t denies_line;
	uint32_t family;
} cases[] = {
	{ "v4", "0.0.0.0 7001 0", "127.0.0.2", "127.0.0.1", 7001,
	  PEERS("Allow", INGRESS "127.0.0.2/32"), PEERS("Allow", INGRESS "127.0.0.3/32"), 0,
	  AF_INET },
	{ "v4 blocked", "127.0.0.1 7002 0", "127.0.0.2", "127.0.0.1", 7002,
	  PEERS("Block", INGRESS "127.0.0.1/32"), PEERS("Block", INGRESS "127.0.0.2/31"),
	  PEERS_LINE, AF_INET },
	{ "v6", ":: 7003 0", "fd00::2", "fd00::1", 7003, PEERS("Allow", INGRESS "\"fd00::2/128\""),
	  PEERS("Allow", INGRESS "\"fd00::3/128\""), 0, AF_INET6 },
	{ "v6 blocked", ":: 7004 0", "fd00::2", "fd00::1", 7004,
	  PEERS("Block", INGRESS "\"fd00::1/128\""), PEERS("Block", INGRESS "\"fd00::/64\""),
	  PEERS_LINE, AF_INET6 },
	{ "v4 to a dual-stack listener", ":: 7005 0", "127.0.0.2", "127.0.0.1", 7005,
	  PEERS("Allow", INGRESS "127.0.0.2/32"), PEERS("Allow", INGRESS "\"::/0\""), 0, AF_INET6 },
	{ "v4 to a dual-stack listener, blocked", ":: 7006 0", "127.0.0.2", "127.0.0.1", 7006,
	  PEERS("Block", INGRESS "\"::/0\""), PEERS("Block", INGRESS "127.0.0.0/8"), PEERS_LINE,
	  AF_INET6 },
	{ "port", "0.0.0.0 7007 0", "127.0.0.2", "127.0.0.1", 7007,
	  PEERS("Allow", INGRESS "127.0.0.0/8, ports: [7007]"),
	  PEERS("Allow", INGRESS "127.0.0.0/8, ports: [7008]"), 0, AF_INET },
	{ "multipath listener", "0.0.0.0 7008 262", "127.0.0.2", "127.0.0.1", 7008,
	  PEERS("Allow", INGRESS "127.0.0.2/32"), PEERS("Allow", INGRESS "127.0.0.3/32"), 0,
	  AF_INET },
};

FIXTURE(net)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(net)
{
	guest_unload();
	/* They stay for the next test: adding them again fails. */
	system("ip addr add fd00::1/128 dev lo 2>/dev/null; ip addr add fd00::2/128 dev lo "
	       "2>/dev/null");
	self->worker = guest_worker_new("net");
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(net)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

static int try(const struct incoming_case *c, int ms)
{
	return connect_from(c->from, c->to, c->port, ms);
}

TEST_F_TIMEOUT(net, incoming_works_without_a_policy_and_inside_one, 120)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, guest_do(&self->worker, listen_on, cases[i].listener))
		TH_LOG("%s", cases[i].name);
		EXPECT_EQ(0, try(&cases[i], IN_TIME_MS)) TH_LOG("%s", cases[i].name);
		ASSERT_EQ(0, guest_load(cases[i].allows)) TH_LOG("%s", cases[i].name);
		EXPECT_EQ(0, try(&cases[i], IN_TIME_MS)) TH_LOG("%s", cases[i].name);
		guest_unload();
	}
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 500));
}

TEST_F_TIMEOUT(net, incoming_is_denied_for_the_listener_scope_and_names_no_task, 120)
{
	const struct guest_event *e;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct incoming_case *c = &cases[i];

		ASSERT_EQ(0, guest_do(&self->worker, listen_on, c->listener)) TH_LOG("%s", c->name);
		ASSERT_EQ(0, guest_load(c->denies)) TH_LOG("%s", c->name);
		guest_events_clear(self->events);
		EXPECT_EQ(-ETIMEDOUT, try(c, NO_ANSWER_MS)) TH_LOG("%s", c->name);
		ASSERT_LE(1, guest_events_wait(self->events, 1, 3000))
		TH_LOG("%s: no event", c->name);
		e = &self->events->items[0];
		EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict) TH_LOG("%s", c->name);
		EXPECT_EQ(KPOL_OP_ACCEPT, e->op) TH_LOG("%s: op %#x", c->name, e->op);
		EXPECT_FALSE(e->has_task) TH_LOG("%s", c->name);
		EXPECT_STREQ("", e->source) TH_LOG("%s", c->name);
		EXPECT_EQ(c->port, e->port) TH_LOG("%s", c->name);
		EXPECT_EQ(c->family, e->family) TH_LOG("%s", c->name);
		EXPECT_EQ(c->denies_line, e->line) TH_LOG("%s", c->name);
		EXPECT_EQ(!!c->denies_line, !!e->rule) TH_LOG("%s", c->name);
		EXPECT_EQ(c->denies_line ? KPOL_REASON_RULE : KPOL_REASON_DEFAULT, e->reason)
		TH_LOG("%s", c->name);
		guest_unload();
	}
}

/* On loopback the SYN arrives while the one who connects runs: its rules are not the listener's. */
TEST_F(net, incoming_is_not_judged_for_who_connects)
{
	ASSERT_EQ(0, listen_on("0.0.0.0 7101 0"));
	ASSERT_EQ(0, guest_load(PEERS("Allow", EGRESS "127.0.0.1/32")));
	EXPECT_EQ(0, guest_do(&self->worker, act_connect, "tcp4 127.0.0.1 7101"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_connect, "tcp4 127.0.0.2 7101"));
}

TEST_F(net, listener_below_a_bound_cgroup_is_in_its_scope)
{
	struct guest_worker below;

	below = guest_worker_new("net/sub");
	ASSERT_EQ(0, guest_do(&below, listen_on, "0.0.0.0 7102 0"));
	ASSERT_EQ(0, guest_load(PEERS("Allow", INGRESS "127.0.0.3/32")));
	EXPECT_EQ(-ETIMEDOUT, connect_from("127.0.0.2", "127.0.0.1", 7102, NO_ANSWER_MS));
	EXPECT_EQ(0, connect_from("127.0.0.3", "127.0.0.1", 7102, IN_TIME_MS));
	guest_worker_end(&below);
}

/* What stays the same whatever the policy says. */
static const struct refused_case {
	const char *name;
	guest_act act;
	const char *what;
} refused[] = {
	{ "connect tcp4", act_connect_short, "tcp4 127.0.0.1 7" },
	{ "connect udp4", act_connect_short, "udp4 127.0.0.1 7" },
	{ "connect tcp6", act_connect_short, "tcp6 ::1 7" },
	{ "connect udp6", act_connect_short, "udp6 ::1 7" },
	{ "send udp4", act_send_short, "udp4 127.0.0.1 7" },
	{ "send udp6", act_send_short, "udp6 ::1 7" },
	{ "send raw6", act_send_short, "raw6 ::1 0" },
};

TEST_F(net, short_addresses_are_the_kernels_to_refuse)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EQ(-EINVAL, guest_do(&self->worker, refused[i].act, refused[i].what))
		TH_LOG("%s, no policy", refused[i].name);
	}
	ASSERT_EQ(0, guest_load(PEERS("Allow", EGRESS "10.0.0.0/8}\n    - {" RAW "10.0.0.0/8")));
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EQ(-EINVAL, guest_do(&self->worker, refused[i].act, refused[i].what))
		TH_LOG("%s", refused[i].name);
	}
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 500));
}

/**
 * struct egress_case - a way to name an address
 * @free: what it returns when nobody interferes.
 */
static const struct egress_case {
	const char *name;
	guest_act act;
	const char *what;
	int free;
	const char *allows;
	const char *denies;
} egress[] = {
	{ "connect by the shortest address", act_connect_least, "tcp6 ::1 7", -ECONNREFUSED,
	  PEERS("Allow", EGRESS "\"::1/128\""), PEERS("Allow", EGRESS "\"fd00::/16\"") },
	{ "send of no family, udp4", act_send_unspec, "udp4 127.0.0.1 7", 0,
	  PEERS("Allow", EGRESS "127.0.0.1/32"), PEERS("Allow", EGRESS "10.0.0.0/8") },
	{ "send of no family, raw4", act_send_unspec, "raw4 127.0.0.1 0", 0,
	  PEERS("Allow", RAW "127.0.0.1/32"), PEERS("Allow", RAW "10.0.0.0/8") },
	{ "send of no family, raw6", act_send_unspec, "raw6 ::1 0", 0,
	  PEERS("Allow", RAW "\"::1/128\""), PEERS("Allow", RAW "\"fd00::/16\"") },
	{ "send, raw6", act_send, "raw6 ::1 0", 0, PEERS("Allow", RAW "\"::1/128\""),
	  PEERS("Allow", RAW "\"fd00::/16\"") },
	{ "v4 address on a v6 socket, connect", act_connect, "udp6 127.0.0.1 7", 0,
	  PEERS("Allow", EGRESS "127.0.0.1/32"), PEERS("Allow", EGRESS "\"::/0\"") },
	{ "v4 address on a v6 socket, send", act_send, "udp6 127.0.0.1 7", 0,
	  PEERS("Allow", EGRESS "127.0.0.1/32"), PEERS("Allow", EGRESS "\"::/0\"") },
};

TEST_F(net, addresses_in_disguise_are_judged)
{
	for (size_t i = 0; i < ARRAY_SIZE(egress); i++) {
		const struct egress_case *c = &egress[i];

		EXPECT_EQ(c->free, guest_do(&self->worker, c->act, c->what)) TH_LOG("%s", c->name);
		ASSERT_EQ(0, guest_load(c->allows)) TH_LOG("%s", c->name);
		EXPECT_EQ(c->free, guest_do(&self->worker, c->act, c->what))
		TH_LOG("%s, allowed", c->name);
		ASSERT_EQ(0, guest_load(c->denies)) TH_LOG("%s", c->name);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, c->act, c->what))
		TH_LOG("%s, outside", c->name);
		guest_unload();
	}
}

TEST_F(net, disconnecting_is_no_connection)
{
	ASSERT_EQ(0, guest_load(PEERS("Allow", EGRESS "127.0.0.1/32")));
	EXPECT_EQ(0, guest_do(&self->worker, act_connect_unspec, "udp4 127.0.0.1 7"));
	ASSERT_EQ(0, guest_load(PEERS("Allow", EGRESS "\"::1/128\"")));
	EXPECT_EQ(0, guest_do(&self->worker, act_connect_unspec, "udp6 ::1 7"));
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 500));
}

TEST_HARNESS_MAIN
