// SPDX-License-Identifier: GPL-2.0-or-later
/* Syslog over TCP: whatever the receiver does, frames stay whole, in order, and none is given up. */
#include "kselftest_harness.h"

#include <netdb.h>
#include <dlfcn.h>

#include "send_case.h"
#include "send_peer.h"

/* A resolver that takes its time, for names in "slow". */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **res)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
		dlsym(RTLD_NEXT, "getaddrinfo");

	if (node && strstr(node, ".slow"))
		sleep(3);
	if (node && strcmp(node, "never.slow") == 0)
		return EAI_AGAIN;
	return real(node && strcmp(node, "late.slow") == 0 ? "127.0.0.1" : node, service, hints,
		    res);
}

FIXTURE(tcp)
{
	struct caller caller;
	struct peer peer;
	char text[512];
};

FIXTURE_SETUP(tcp)
{
	memset(self, 0, sizeof(*self));
	signal(SIGPIPE, SIG_IGN);
}

FIXTURE_TEARDOWN(tcp)
{
	end_caller(&self->caller);
	peer_stop(&self->peer);
}

static int begin(struct __test_metadata *_metadata, FIXTURE_DATA(tcp) * self,
		 const struct manner *manners, size_t n, const char *more)
{
	self->peer.manners = manners;
	self->peer.n = n;
	if (peer_start(&self->peer) < 0)
		return -1;
	snprintf(self->text, sizeof(self->text),
		 "address=127.0.0.1:%d\nretry-min=20ms\nretry-max=100ms\n%s", self->peer.port,
		 more);
	return begin_caller(&self->caller, "tcp", self->text);
}

/* Return: how many whole frames a connection brought, in order from @first on; -1: other bytes. */
static int frames_of(const struct peer *peer, unsigned int i, bool *ret_cut, int *ret_first)
{
	size_t len, at = 0;
	const char *bytes = seen_of(peer, i, &len);
	int n = 0, next = -1;

	*ret_cut = false;
	while (at < len) {
		char *end;
		size_t frame = strtoul(bytes + at, &end, 10), head = (size_t)(end - bytes) - at + 1;
		int number;

		if (head < 2 || at + head > len || *end != ' ' || at + head + frame > len) {
			*ret_cut = true;
			break;
		}
		if (sscanf(bytes + at + head, "message %d ", &number) != 1 ||
		    (next >= 0 && number != next))
			return -1;
		if (next < 0)
			*ret_first = number;
		next = number + 1;
		at += head + frame;
		n++;
	}
	return n;
}

TEST_F(tcp, frames_arrive_in_order)
{
	static const struct manner plain = { 0 };
	int first = -1;
	bool cut;

	ASSERT_EQ(0, begin(_metadata, self, &plain, 1, ""));
	self->caller.batch_max = 100;
	add_numbered(&self->caller, 1000, 200);
	ASSERT_TRUE(deliver(&self->caller, 10000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(10, self->caller.n_results);
	EXPECT_TRUE(peer_has(&self->peer, 0, "message 999 "));
	usleep(50000);
	EXPECT_EQ(1000, frames_of(&self->peer, 0, &cut, &first));
	EXPECT_EQ(0, first);
	EXPECT_FALSE(cut);
	EXPECT_EQ(1, connections(&self->peer));
}

TEST_F(tcp, line_feeds_end_frames_and_are_none_inside)
{
	static const struct manner plain = { 0 };

	ASSERT_EQ(0, begin(_metadata, self, &plain, 1, "framing=lf\n"));
	add_payload(&self->caller, "one\ntwo");
	add_payload(&self->caller, "three");
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_TRUE(peer_has(&self->peer, 0, "one two\nthree\n"));
}

TEST_F(tcp, cut_frame_is_sent_again_whole)
{
	static const struct manner manners[] = { { .cut = 1000 },
						 { .cut = 777, .reset = true },
						 { 0 } };
	int first = -1;
	bool cut;

	ASSERT_EQ(0, begin(_metadata, self, manners, 3, ""));
	self->caller.batch_max = 1;
	add_numbered(&self->caller, 400, 300);
	ASSERT_TRUE(deliver(&self->caller, 20000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(3, connections(&self->peer));
	EXPECT_TRUE(peer_has(&self->peer, 2, "message 399 "));
	/* Nothing of a frame that was cut is at the beginning of the next connection. */
	EXPECT_LT(0, frames_of(&self->peer, 1, &cut, &first));
	EXPECT_LT(0, frames_of(&self->peer, 2, &cut, &first));
	EXPECT_FALSE(cut);
}

/* Its kernel takes a few kilobytes, then nothing: those are lost with it, all else comes again. */
TEST_F(tcp, deaf_receiver_is_left_after_a_while)
{
	static const struct manner manners[] = { { .deaf = true }, { 0 } };
	int first = -1, n;
	bool cut;

	self->peer.small = true;
	ASSERT_EQ(0, begin(_metadata, self, manners, 2, "send-timeout=400ms\n"));
	add_numbered(&self->caller, 900, 1000);
	ASSERT_TRUE(deliver(&self->caller, 20000)) TH_LOG("%s", self->caller.failure);
	EXPECT_NE(NULL, strstr(self->caller.failure, "takes nothing more"));
	EXPECT_EQ(2, connections(&self->peer));
	/* All of it was in our own socket: written is not taken. */
	n = frames_of(&self->peer, 1, &cut, &first);
	EXPECT_LT(0, n);
	EXPECT_GT(200, first) TH_LOG("first frame of the second connection is %d", first);
	EXPECT_GT(200, self->caller.slowest_ms);
}

TEST_F(tcp, slow_receiver_gets_all_of_it)
{
	static const struct manner slow = { .piece = 3000, .pause_ms = 2 };
	int first = -1;
	bool cut;

	self->peer.small = true;
	ASSERT_EQ(0, begin(_metadata, self, &slow, 1, "send-timeout=2s\n"));
	add_numbered(&self->caller, 900, 1000);
	ASSERT_TRUE(deliver(&self->caller, 20000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, self->caller.n_failures);
	EXPECT_TRUE(peer_has(&self->peer, 0, "message 899 "));
	usleep(100000);
	EXPECT_EQ(900, frames_of(&self->peer, 0, &cut, &first));
	EXPECT_GT(100, self->caller.slowest_ms);
}

TEST_F(tcp, receiver_that_closes_its_side_is_connected_to_again)
{
	static const struct manner manners[] = { { .half_close = true }, { 0 } };

	ASSERT_EQ(0, begin(_metadata, self, manners, 2, ""));
	EXPECT_TRUE(fails_with(&self->caller, "closed the connection", 3000));
	add_numbered(&self->caller, 1, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_TRUE(peer_has(&self->peer, 1, "message 0 "));
}

TEST_F(tcp, batch_waits_for_a_receiver_that_is_not_there)
{
	static const struct manner plain = { 0 };

	ASSERT_EQ(0, begin(_metadata, self, &plain, 1, ""));
	end_caller(&self->caller);
	kill(self->peer.pid, SIGKILL);
	waitpid(self->peer.pid, NULL, 0);
	ASSERT_EQ(0, begin_caller(&self->caller, "tcp", self->text));
	add_numbered(&self->caller, 3, 20);
	EXPECT_FALSE(deliver(&self->caller, 500));
	EXPECT_NE(NULL, strstr(self->caller.failure, "check that it listens there"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, self->caller.n_results);
	/* 20 ms, doubled up to 100, with as much again by dice. */
	EXPECT_LT(2, self->caller.n_failures);
	EXPECT_GT(20, self->caller.n_failures);
	ASSERT_EQ(0, peer_start(&self->peer));
	while (self->caller.at < self->caller.n)
		turn(&self->caller);
	EXPECT_EQ(1, self->caller.n_results);
	EXPECT_STREQ("", kpol_link_state(self->caller.link)->error);
}

TEST_F(tcp, recalled_batch_leaves_no_half_frame)
{
	static const struct manner manners[] = { { .deaf = true }, { 0 } };
	int first = -1;
	bool cut;

	self->peer.small = true;
	ASSERT_EQ(0, begin(_metadata, self, manners, 2, ""));
	add_numbered(&self->caller, 4000, 1000);
	EXPECT_FALSE(deliver(&self->caller, 300));
	kpol_link_recall(self->caller.link);
	self->caller.at = self->caller.n - 2;
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_TRUE(peer_has(&self->peer, 1, "message 3999 "));
	EXPECT_EQ(2, frames_of(&self->peer, 1, &cut, &first));
	EXPECT_EQ(3998, first);
}

TEST_F(tcp, one_batch_at_a_time)
{
	static const struct manner plain = { 0 };
	struct kpol_send_batch none = { 0 }, one;

	ASSERT_EQ(0, begin(_metadata, self, &plain, 1, ""));
	add_numbered(&self->caller, 1, 10);
	one = (struct kpol_send_batch){ self->caller.items, 1, 5 };
	EXPECT_EQ(-EINVAL, kpol_link_send(self->caller.link, &none));
	EXPECT_EQ(0, kpol_link_send(self->caller.link, &one));
	EXPECT_EQ(-EBUSY, kpol_link_send(self->caller.link, &one));
}

TEST_F(tcp, slow_resolver_stops_nobody)
{
	static const struct manner plain = { 0 };
	uint64_t before;

	ASSERT_EQ(0, begin(_metadata, self, &plain, 1, ""));
	end_caller(&self->caller);
	snprintf(self->text, sizeof(self->text), "address=late.slow:%d\n", self->peer.port);
	ASSERT_EQ(0, begin_caller(&self->caller, "tcp", self->text));
	EXPECT_TRUE(comes_up(&self->caller, 6000)) TH_LOG("%s", self->caller.failure);
	EXPECT_GT(200, self->caller.slowest_ms);
	end_caller(&self->caller);
	/* One that is given up on holds up neither the next try nor the end. */
	ASSERT_EQ(0, begin_caller(&self->caller, "tcp",
				  "address=never.slow:1\nconnect-timeout=200ms\nretry-min=20ms"));
	EXPECT_TRUE(fails_with(&self->caller, "never.slow:1: ", 2000));
	turn_for(&self->caller, 300);
	EXPECT_GT(200, self->caller.slowest_ms);
	before = clock_ms();
	end_caller(&self->caller);
	EXPECT_GT(200, clock_ms() - before);
}

TEST_HARNESS_MAIN
