// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages that nobody would send, by the hundred thousand: what is live is always something that
 * was committed whole.
 *
 * KPOL_FUZZ_SEED and KPOL_FUZZ_MESSAGES, in the environment or on the kernel command line, say which
 * and how many; the same seed sends the same messages, but for what depends on the module's answers.
 * KPOL_FUZZ_SECONDS says for how long instead. With KPOL_FUZZ_COVER=1, on a kernel with KCOV, messages
 * that reach new places in the module are kept, and half of what is sent is made of them.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/corpus.h"
#include "lib/cover.h"
#include "lib/gate.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"
#include "lib/orders.h"
#include "lib/random.h"
#include "lib/slow.h"
#include "lib/wire.h"
#include "nl/private.h"
#include "nl/status.h"

/* Messages of earlier runs that led to new places: selftests/fuzz/corpus/gate. */
#define CORPUS "/kpol/gate"

#define MESSAGES 120000
#define SOCKETS 4
#define CHECK_EVERY 2000

/* One socket and where it is in a transaction of its own. */
struct speaker {
	int fd;
	struct orders_tx tx;
};

static struct fuzz {
	struct orders orders;
	struct speaker speakers[SOCKETS];
	uint64_t refused, accepted, commits, lockouts;
	struct wire wire;
	bool cover;
} * fuzz;

/*
 * Whatever the kernel will take for a message there is none for another family: what they do is not ours. Nor
 * the lock, behind which nobody can start over.
 */
static void tame(void)
{
	struct nlmsghdr *header = (void *)fuzz->wire.bytes;
	struct genlmsghdr *genl;
	size_t at = 0;

	for (; at + NLMSG_HDRLEN <= fuzz->wire.len; at += NLMSG_ALIGN(header->nlmsg_len)) {
		header = (void *)(fuzz->wire.bytes + at);
		header->nlmsg_type = fuzz->orders.family;
		if (header->nlmsg_len < NLMSG_HDRLEN || at + header->nlmsg_len > fuzz->wire.len)
			return;
		genl = NLMSG_DATA(header);
		if (header->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN && genl->cmd == KPOL_CMD_LOCK)
			genl->cmd = KPOL_CMD_STATUS_GET;
	}
}

/* Where the first message's length was right it mostly stays so, and its transaction becomes the speaker's. */
static void mend(const struct speaker *s)
{
	struct nlmsghdr *header = (void *)fuzz->wire.bytes;
	struct nlattr *attr = (void *)(fuzz->wire.bytes + NLMSG_HDRLEN + GENL_HDRLEN);

	if (fuzz->wire.len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	if (!random_one_in(10))
		header->nlmsg_len = fuzz->wire.len;
	header->nlmsg_seq = fuzz->orders.sent;
	if (fuzz->wire.len < NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + sizeof(s->tx.id))
		return;
	if (attr->nla_type == KPOL_A_TX_ID && attr->nla_len == NLA_HDRLEN + sizeof(s->tx.id))
		memcpy((char *)attr + NLA_HDRLEN, &s->tx.id, sizeof(s->tx.id));
}

static void change_kept(struct speaker *s)
{
	corpus_change(&fuzz->wire);
	mend(s);
	if (((struct genlmsghdr *)(fuzz->wire.bytes + NLMSG_HDRLEN))->cmd == KPOL_CMD_TX_ADD)
		s->tx.rules = ORDERS_BROKEN;
	fuzz->orders.sent++;
}

/* Speaking. */

static void open_speaker(struct speaker *s)
{
	struct timeval patience = { .tv_usec = 100000 };
	int one = 1;

	*s = (struct speaker){ .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC) };
	if (s->fd < 0)
		abort();
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (random_one_in(2))
		setsockopt(s->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	if (random_one_in(2))
		setsockopt(s->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
}

/* The answer's first attribute: the transaction's id. */
static void hear_answer(struct speaker *s, const struct nlmsghdr *header)
{
	const struct genlmsghdr *genl = NLMSG_DATA(header);
	const struct nlattr *attr = (const void *)((const char *)genl + GENL_HDRLEN);

	if (header->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + 4)
		return;
	if (genl->cmd == KPOL_CMD_TX_BEGIN) {
		memcpy(&s->tx.id, (const char *)attr + NLA_HDRLEN, sizeof(s->tx.id));
		s->tx.rules = 0;
	}
	fuzz->commits += genl->cmd == KPOL_CMD_TX_COMMIT;
}

static void hear(struct speaker *s)
{
	static _Alignas(8) char buf[65536];
	ssize_t len;

	while ((len = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *header = (void *)buf;

		for (; NLMSG_OK(header, (size_t)len); header = NLMSG_NEXT(header, len)) {
			if (header->nlmsg_type == fuzz->orders.family) {
				hear_answer(s, header);
			} else if (header->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *error = NLMSG_DATA(header);

				fuzz->refused += error->error != 0;
				fuzz->accepted += error->error == 0;
			}
		}
	}
}

static void speak(void)
{
	struct speaker *s = &fuzz->speakers[random_below(SOCKETS)];

	if (random_one_in(400)) {
		close(s->fd); /* with whatever it has begun */
		open_speaker(s);
	}
	fuzz->wire.len = 0;
	if (corpus_size() && random_one_in(2)) {
		change_kept(s);
	} else {
		do
			orders_add(&fuzz->wire, &fuzz->orders, &s->tx);
		while (random_one_in(10));
	}
	tame();
	if (fuzz->cover)
		cover_begin();
	if (fuzz->wire.len)
		(void)!send(s->fd, fuzz->wire.bytes, fuzz->wire.len, MSG_DONTWAIT);
	hear(s);
	if (fuzz->cover && cover_end() && fuzz->wire.len)
		corpus_keep(&fuzz->wire);
}

/* Checking. */
/*
 * The root can be bound to a scope that is not the host's, by chance as by mistake: then nobody may
 * speak any more, and only a new module helps.
 */
static void start_over(void)
{
	unsigned int busy = 0;
	int r;

	for (unsigned int i = 0; i < SOCKETS; i++)
		close(fuzz->speakers[i].fd);
	r = module_unload(&busy);
	if (!r)
		r = module_load("");
	if (r) {
		fprintf(stderr, "# cannot start over after %lu messages: %s\n", fuzz->orders.sent,
			strerror(-r));
		abort();
	}
	fuzz->lockouts++;
	cover_rebase();
	fuzz->orders.generation = 0;
	for (unsigned int i = 0; i < SOCKETS; i++)
		open_speaker(&fuzz->speakers[i]);
}

static void check(struct __test_metadata *_metadata)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;
	int rules, r;

	ASSERT_EQ(0, kpol_nl_new(false, &nl)) TH_LOG("after %lu messages", fuzz->orders.sent);
	r = kpol_nl_status_get(nl, &status);
	fuzz->orders.family = nl->family;
	kpol_nl_free(nl);
	if (r == -EPERM) {
		start_over();
		return;
	}
	ASSERT_EQ(0, r) TH_LOG("after %lu messages", fuzz->orders.sent);
	EXPECT_LE(fuzz->orders.generation, status.generation)
	TH_LOG("after %lu messages", fuzz->orders.sent);
	fuzz->orders.generation = status.generation;
	if (!status.generation)
		return;
	rules = orders_find(&fuzz->orders, status.digest);
	ASSERT_LE(0, rules)
	TH_LOG("nobody committed what is live after %lu messages", fuzz->orders.sent);
	ASSERT_EQ((unsigned int)rules, status.rules)
	TH_LOG("after %lu messages", fuzz->orders.sent);
}

static unsigned long number_of(const char *name, unsigned long otherwise)
{
	const char *given = getenv(name);

	return given ? strtoul(given, NULL, 0) : otherwise;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* A new module: what it holds by itself, and the caches of the kernel warm. */
static void begin_anew(struct __test_metadata *_metadata)
{
	struct kpol_nl *nl;

	if (kpol_nl_present() <= 0) {
		ASSERT_EQ(0, module_load(""));
	}
	guest_unload();
	ASSERT_EQ(0, kpol_nl_new(false, &nl));
	fuzz->orders.family = nl->family;
	kpol_nl_free(nl);
	cover_rebase();
	for (unsigned int i = 0; i < SOCKETS; i++)
		open_speaker(&fuzz->speakers[i]);
}

static long fuzz_until(struct __test_metadata *_metadata, uint64_t end, double end_time)
{
	static struct host_caches caches;
	struct host_memory memory;

	while (fuzz->orders.sent < end && now() < end_time) {
		uint64_t until = fuzz->orders.sent + CHECK_EVERY;

		while (fuzz->orders.sent < until)
			speak();
		check(_metadata);
	}
	for (unsigned int i = 0; i < SOCKETS; i++) {
		close(fuzz->speakers[i].fd);
		open_speaker(&fuzz->speakers[i]);
	}
	if (getenv("KPOL_FUZZ_TRACE"))
		fprintf(stderr, "# %lu messages\n", fuzz->orders.sent);
	memory = host_memory(&caches);
	return memory.slab + memory.vmalloc + memory.percpu;
}

FIXTURE(fuzzer){};

FIXTURE_SETUP(fuzzer)
{
}

FIXTURE_TEARDOWN(fuzzer)
{
}

/* How long it may take the suite says. */
TEST_F_TIMEOUT(fuzzer, what_is_live_was_committed_whatever_is_sent, 100000)
{
	uint64_t seed = number_of("KPOL_FUZZ_SEED", time(NULL));
	double seconds = number_of("KPOL_FUZZ_SECONDS", 1000000);
	uint64_t messages =
		number_of("KPOL_FUZZ_MESSAGES", seconds < 1000000 ? ~0UL : MESSAGES / slow_times());
	int log = host_log_open();
	long before, after;
	double start = now();

	fuzz = calloc(1, sizeof(*fuzz));
	ASSERT_NE(NULL, fuzz);
	fuzz->cover = number_of("KPOL_FUZZ_COVER", 0);
	if (fuzz->cover && !cover_open())
		SKIP(return, "this kernel has no KCOV");
	TH_LOG("KPOL_FUZZ_SEED=%lu", seed);
	random_seed(seed);
	orders_init(&fuzz->orders);
	if (fuzz->cover)
		corpus_read(CORPUS);
	begin_anew(_metadata);
	before = fuzz_until(_metadata, messages / 4, start + seconds / 4);
	after = fuzz_until(_metadata, messages, start + seconds);
	TH_LOG("%lu messages in %.0f s: %lu acknowledged, %lu refused, %lu commits to generation "
	       "%lu, "
	       "%lu times locked out; KiB %ld, then %ld",
	       fuzz->orders.sent, now() - start, fuzz->accepted, fuzz->refused, fuzz->commits,
	       fuzz->orders.generation, fuzz->lockouts, before, after);
	if (fuzz->cover) {
		TH_LOG("%u places in the module reached, %u messages kept", cover_places(),
		       corpus_size());
		EXPECT_LT(500, cover_places());
		if (getenv("KPOL_FUZZ_PRINT"))
			corpus_print();
	}
	EXPECT_LT(fuzz->orders.sent / 1000, fuzz->commits);
	EXPECT_LT(fuzz->orders.sent / 100, fuzz->refused);
	EXPECT_GT(before + 2048 + host_quarantine(), after);
	EXPECT_EQ(0, host_log_bad(log));
}

static void speak_kept(unsigned int i)
{
	struct speaker *s = &fuzz->speakers[0];

	corpus_get(i, &fuzz->wire);
	tame();
	mend(s);
	(void)!send(s->fd, fuzz->wire.bytes, fuzz->wire.len, MSG_DONTWAIT);
	hear(s);
}

/* What led the fuzzer to new places, in the order in which it did. Some of it may commit: then nobody knows what. */
TEST_F_TIMEOUT(fuzzer, what_once_reached_new_places_is_answered_again, 600)
{
	int log = host_log_open();
	struct kpol_nl_status status;
	unsigned int n;

	fuzz = calloc(1, sizeof(*fuzz));
	ASSERT_NE(NULL, fuzz);
	random_seed(1);
	orders_init(&fuzz->orders);
	n = corpus_read(CORPUS);
	ASSERT_LT(50, n);
	begin_anew(_metadata);
	for (unsigned int i = 0; i < n; i++) {
		struct kpol_nl *nl;
		int r;

		speak_kept(i);
		ASSERT_EQ(0, kpol_nl_new(false, &nl));
		r = kpol_nl_status_get(nl, &status);
		kpol_nl_free(nl);
		if (r == -EPERM)
			start_over();
		else
			ASSERT_EQ(0, r) TH_LOG("after message %u", i);
	}
	EXPECT_LT(0, fuzz->refused + fuzz->accepted);
	EXPECT_EQ(0, host_log_bad(log));
}

TEST_HARNESS_MAIN
