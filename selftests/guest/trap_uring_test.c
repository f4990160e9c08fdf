// SPDX-License-Identifier: GPL-2.0-or-later
/* What io_uring does for a process is judged as that process, whichever thread does it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/uring.h"

#define INSIDE "/tmp/in/f"
#define OUTSIDE "/tmp/out/f"

#define HEADER                                                                          \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: uring}\nspec:\n" \
	"  selector: {matchCgroups: [/uring]}\n"
#define FILES                                                        \
	HEADER "  file:\n    action: Allow\n    matchDirectories:\n" \
	       "    - {dir: /tmp/in/, recursive: true}\n"
#define FILES_BLOCK HEADER "  file:\n    action: Block\n    matchPaths: [{path: " OUTSIDE "}]\n"
#define NETWORK(cidr)                                             \
	HEADER "  network:\n    action: Allow\n    matchPeers:\n" \
	       "    - {direction: egress, cidr: " cidr ", protocol: tcp}\n"

/* How a request gets done: the ring's flags, and the request's. */
struct way {
	unsigned int setup;
	unsigned char request;
};

static const struct way by_worker = { 0, IOSQE_ASYNC };
static const struct way by_poller = { IORING_SETUP_SQPOLL, 0 };
static const struct way by_both = { IORING_SETUP_SQPOLL, IOSQE_ASYNC };

static struct io_uring_sqe request_open(const char *path)
{
	return (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
				      .fd = AT_FDCWD,
				      .addr = (unsigned long)path,
				      .open_flags = O_RDONLY | O_CLOEXEC };
}

static int finish_open(int fd)
{
	return fd < 0 ? fd : close(fd);
}

static int read_by(struct way way, const char *path)
{
	struct io_uring_sqe request = request_open(path);
	struct uring ring;
	int r = uring_open(&ring, way.setup);

	if (r)
		return r;
	request.flags = way.request;
	r = finish_open(uring_do(&ring, &request));
	uring_close(&ring);
	return r;
}

static int connect_by(struct way way, const char *ip)
{
	struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons(7) };
	struct io_uring_sqe request = { .opcode = IORING_OP_CONNECT,
					.flags = way.request,
					.addr = (unsigned long)&peer,
					.off = sizeof(peer) };
	struct uring ring;
	int r = uring_open(&ring, way.setup);

	if (r)
		return r;
	inet_pton(AF_INET, ip, &peer.sin_addr);
	request.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	r = request.fd < 0 ? -errno : uring_do(&ring, &request);
	close(request.fd);
	uring_close(&ring);
	return r;
}

/* Acts */

static int read_by_worker(const char *path)
{
	return read_by(by_worker, path);
}

static int read_by_poller(const char *path)
{
	return read_by(by_poller, path);
}

static int read_by_both(const char *path)
{
	return read_by(by_both, path);
}

static int connect_by_worker(const char *ip)
{
	return connect_by(by_worker, ip);
}

static int connect_by_poller(const char *ip)
{
	return connect_by(by_poller, ip);
}

static int connect_by_both(const char *ip)
{
	return connect_by(by_both, ip);
}

static int read_as_personality(const char *path)
{
	struct io_uring_sqe request = request_open(path);
	struct uring ring;
	int r = uring_open(&ring, 0), id;

	if (r)
		return r;
	id = uring_register_self(&ring);
	request.personality = id;
	r = id < 0 ? id : finish_open(uring_do(&ring, &request));
	uring_close(&ring);
	return r;
}

/* Other credentials that are equal in every respect. */
static int renew_credentials(void)
{
	return prctl(PR_SET_KEEPCAPS, 0) ? -errno : 0;
}

/*
 * A request keeps the credentials that the process had when it was made. Whoever does it later puts
 * them in place of its own, as overlayfs does with the mounter's. Here: a worker thread that is
 * older than the credentials.
 */
static int renew_and_open_by_worker(struct uring *ring, const struct io_uring_sqe *open)
{
	struct io_uring_sqe first = request_open(INSIDE), second = *open;
	int r;

	first.flags = second.flags = IOSQE_ASYNC;
	r = finish_open(uring_do(ring, &first)) ?: renew_credentials();
	return r ?: finish_open(uring_do(ring, &second));
}

/* The same by the process itself: the request waits for one before it, which waits for a pipe. */
static int renew_and_open_late(struct uring *ring, const struct io_uring_sqe *open)
{
	struct io_uring_sqe first = { .opcode = IORING_OP_POLL_ADD, .poll_events = POLLIN };
	struct io_uring_sqe second = *open;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	first.fd = fds[0];
	second.flags = IOSQE_IO_DRAIN;
	r = uring_submit(ring, &first) ?: uring_submit(ring, &second) ?: renew_credentials();
	if (!r && write(fds[1], "x", 1) != 1)
		r = -errno;
	if (!r && uring_wait(ring) != POLLIN)
		r = -EIO;
	if (!r)
		r = finish_open(uring_wait(ring));
	close(fds[0]);
	close(fds[1]);
	return r;
}

static int reopen_memfd(int (*open)(struct uring *ring, const struct io_uring_sqe *open))
{
	int fd = memfd_create("nameless", MFD_CLOEXEC), r;
	struct io_uring_sqe request;
	struct uring ring;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	request = request_open(path);
	r = fd < 0 ? -errno : uring_open(&ring, 0);
	if (r)
		return r;
	r = open(&ring, &request);
	uring_close(&ring);
	close(fd);
	return r;
}

static int reopen_by_worker(const char *unused)
{
	return reopen_memfd(renew_and_open_by_worker);
}

static int reopen_late(const char *unused)
{
	return reopen_memfd(renew_and_open_late);
}

static int open_ring(const char *unused)
{
	struct uring ring;
	int r = uring_open(&ring, 0);

	if (!r)
		uring_close(&ring);
	return r;
}

static const struct uring_case {
	const char *name;
	guest_act read;
	guest_act connect;
} cases[] = {
	{ "worker", read_by_worker, connect_by_worker },
	{ "poller", read_by_poller, connect_by_poller },
	{ "poller and worker", read_by_both, connect_by_both },
};

FIXTURE(uring)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(uring)
{
	guest_unload();
	guest_write(INSIDE, "inside", 0644);
	guest_write(OUTSIDE, "outside", 0644);
	self->worker = guest_worker_new("uring");
	self->events = guest_events_open();
	if (guest_do(&self->worker, open_ring, "") == -ENOSYS)
		SKIP(return, "this kernel has no io_uring");
	ASSERT_EQ(0, guest_do(&self->worker, open_ring, ""));
}

FIXTURE_TEARDOWN(uring)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

TEST_F(uring, works_without_a_policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(0, guest_do(&self->worker, cases[i].read, OUTSIDE))
		TH_LOG("%s", cases[i].name);
		EXPECT_EQ(-ECONNREFUSED, guest_do(&self->worker, cases[i].connect, "127.0.0.1"))
		TH_LOG("%s", cases[i].name);
	}
	EXPECT_EQ(0, guest_do(&self->worker, read_as_personality, OUTSIDE));
	EXPECT_EQ(0, guest_do(&self->worker, reopen_by_worker, ""));
	EXPECT_EQ(0, guest_do(&self->worker, reopen_late, ""));
}

TEST_F(uring, opens_are_judged_as_the_process)
{
	ASSERT_EQ(0, guest_load(FILES));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(0, guest_do(&self->worker, cases[i].read, INSIDE))
		TH_LOG("%s", cases[i].name);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, cases[i].read, OUTSIDE))
		TH_LOG("%s", cases[i].name);
	}
}

TEST_F(uring, denied_open_names_the_process_program)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(FILES));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		/* Committed again, so that nothing is folded into what the case before did. */
		ASSERT_EQ(0, guest_load(FILES));
		guest_events_clear(self->events);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, cases[i].read, OUTSIDE));
		ASSERT_LE(1, guest_events_wait(self->events, 1, 3000))
		TH_LOG("%s: no event", cases[i].name);
		e = &self->events->items[0];
		EXPECT_TRUE(e->has_task);
		EXPECT_EQ(KPOL_OP_READ, e->op);
		EXPECT_STREQ(OUTSIDE, e->object);
		EXPECT_NE(NULL, strstr(e->source, "trap_uring_test"))
		TH_LOG("%s: source %s", cases[i].name, e->source);
	}
}

TEST_F(uring, connections_are_judged_as_the_process)
{
	ASSERT_EQ(0, guest_load(NETWORK("127.0.0.1/32")));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(-ECONNREFUSED, guest_do(&self->worker, cases[i].connect, "127.0.0.1"))
		TH_LOG("%s", cases[i].name);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, cases[i].connect, "127.0.0.2"))
		TH_LOG("%s", cases[i].name);
	}
}

TEST_F(uring, personality_is_denied_under_a_file_allowlist)
{
	ASSERT_EQ(0, guest_load(FILES));
	guest_events_renew(self->events);
	EXPECT_EQ(0, guest_do(&self->worker, act_read, INSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, read_as_personality, INSIDE));
	ASSERT_LE(1, guest_events_wait(self->events, 1, 3000));
	EXPECT_EQ(KPOL_CLASS_FILE, self->events->items[0].class);
	EXPECT_EQ(KPOL_REASON_UNRESOLVED, self->events->items[0].reason);
}

TEST_F(uring, personality_passes_block_rules_and_is_judged_by_them)
{
	ASSERT_EQ(0, guest_load(FILES_BLOCK));
	EXPECT_EQ(0, guest_do(&self->worker, read_as_personality, INSIDE));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, read_as_personality, OUTSIDE));
}

TEST_F(uring, old_credentials_do_not_pass_for_the_mounters)
{
	ASSERT_EQ(0, guest_load(FILES));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, reopen_by_worker, ""));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, reopen_late, ""));
}

TEST_HARNESS_MAIN
