// SPDX-License-Identifier: GPL-2.0-or-later
/* Datagrams, and standard output: ways without a connection. */
#include "kselftest_harness.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "send_case.h"

static int receiver(int *ret_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) },
				       .sin_port = htons((uint16_t)*ret_port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(address);

	if (bind(fd, (struct sockaddr *)&address, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return -1;
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static bool got(int fd, const char *text)
{
	char bytes[70000];
	ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	return n == (ssize_t)strlen(text) && memcmp(bytes, text, (size_t)n) == 0;
}

FIXTURE(local)
{
	struct caller caller;
	char text[256];
	int port, fd;
};

FIXTURE_SETUP(local)
{
	memset(self, 0, sizeof(*self));
	self->fd = -1;
	signal(SIGPIPE, SIG_IGN);
}

FIXTURE_TEARDOWN(local)
{
	end_caller(&self->caller);
	if (self->fd >= 0)
		close(self->fd);
}

static int begin_udp(FIXTURE_DATA(local) * self)
{
	snprintf(self->text, sizeof(self->text),
		 "address=localhost:%d\nretry-min=20ms\nretry-max=50ms\n", self->port);
	return begin_caller(&self->caller, "udp", self->text);
}

TEST_F(local, udp_sends_a_datagram_each)
{
	self->fd = receiver(&self->port);
	snprintf(self->text, sizeof(self->text), "address=127.0.0.1:%d\n", self->port);
	ASSERT_EQ(0, begin_caller(&self->caller, "udp", self->text));
	add_payload(&self->caller, "<85>1 one\ntwo");
	add_payload(&self->caller, "<85>1 three");
	ASSERT_TRUE(deliver(&self->caller, 3000)) TH_LOG("%s", self->caller.failure);
	EXPECT_TRUE(got(self->fd, "<85>1 one\ntwo"));
	EXPECT_TRUE(got(self->fd, "<85>1 three"));
}

TEST_F(local, udp_refuses_what_is_too_long_and_sends_the_rest)
{
	self->fd = receiver(&self->port);
	snprintf(self->text, sizeof(self->text), "address=127.0.0.1:%d\n", self->port);
	ASSERT_EQ(0, begin_caller(&self->caller, "udp", self->text));
	add_numbered(&self->caller, 1, 66000);
	add_payload(&self->caller, "short");
	ASSERT_TRUE(deliver(&self->caller, 3000));
	EXPECT_EQ(1, self->caller.n_refused);
	EXPECT_NE(NULL, strstr(self->caller.error, "too long for a datagram"));
	EXPECT_TRUE(got(self->fd, "short"));
}

TEST_F(local, udp_tells_that_nobody_listens)
{
	self->fd = receiver(&self->port);
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, begin_udp(self));
	self->caller.batch_max = 1;
	add_numbered(&self->caller, 50, 20);
	hand_over(&self->caller);
	EXPECT_TRUE(fails_with(&self->caller, "nobody listens there", 3000))
	TH_LOG("%s", self->caller.failure);
}

/* A name with two addresses, of which the first is nobody's. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **res)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
		dlsym(RTLD_NEXT, "getaddrinfo");
	int r;

	if (!node || strcmp(node, "two.addresses"))
		return real(node, service, hints, res);
	r = real("127.0.0.2", service, hints, res);
	return r ? r : real("127.0.0.1", service, hints, &(*res)->ai_next);
}

TEST_F(local, udp_tries_each_address_of_a_name)
{
	bool received = false;

	self->fd = receiver(&self->port);
	snprintf(self->text, sizeof(self->text),
		 "address=two.addresses:%d\nretry-min=20ms\nretry-max=50ms\n", self->port);
	ASSERT_EQ(0, begin_caller(&self->caller, "udp", self->text));
	self->caller.batch_max = 1;
	add_numbered(&self->caller, 20, 20);
	/* What went to the first is lost: an exporter would not know, nor do we here. */
	for (int i = 0; i < 20 && !received; i++) {
		kpol_link_recall(self->caller.link);
		self->caller.at = 0;
		(void)deliver(&self->caller, 500);
		received = recv(self->fd, self->text, sizeof(self->text), 0) == 20;
	}
	EXPECT_TRUE(received);
	EXPECT_NE(NULL, strstr(self->caller.failure, "nobody listens there"));
}

TEST_F(local, udp_tells_of_a_name_that_is_none)
{
	ASSERT_EQ(0, begin_caller(&self->caller, "udp", "address=nobody.invalid:514"));
	EXPECT_TRUE(fails_with(&self->caller, "this machine's resolver", 10000))
	TH_LOG("%s", self->caller.failure);
	EXPECT_GT(200, self->caller.slowest_ms);
}

TEST_F(local, unix_socket_is_waited_for)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/kpol-unix.%d", (int)getpid());
	snprintf(self->text, sizeof(self->text), "path=%s\nretry-min=20ms\nretry-max=50ms\n",
		 address.sun_path);
	ASSERT_EQ(0, begin_caller(&self->caller, "unix", self->text));
	add_payload(&self->caller, "one");
	add_payload(&self->caller, "two");
	EXPECT_FALSE(deliver(&self->caller, 200));
	EXPECT_NE(NULL, strstr(self->caller.failure, "nobody listens there"));
	self->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ASSERT_EQ(0, bind(self->fd, (struct sockaddr *)&address, sizeof(address)));
	while (self->caller.at < self->caller.n)
		turn(&self->caller);
	EXPECT_TRUE(got(self->fd, "one"));
	EXPECT_TRUE(got(self->fd, "two"));
	unlink(address.sun_path);
}

/* Standard output is the test's own too: it is given back before anything is said. */
static int take_stdout(int fd)
{
	int kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	return kept;
}

static size_t drain(int fd, char *bytes, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(fd, bytes + len, size - len)) > 0)
		len += (size_t)n;
	return len;
}

TEST_F(local, stdout_waits_for_its_reader_and_for_nothing_else)
{
	static char bytes[1 << 20];
	int ends[2], kept, flags;
	size_t len = 0;
	bool blocked, done;

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	kept = take_stdout(ends[1]);
	begin_caller(&self->caller, "stdout", "");
	add_numbered(&self->caller, 300, 999);
	blocked = !deliver(&self->caller, 200);
	for (int i = 0; i < 1000 && self->caller.at < self->caller.n; i++) {
		len += drain(ends[0], bytes + len, sizeof(bytes) - len);
		turn(&self->caller);
	}
	len += drain(ends[0], bytes + len, sizeof(bytes) - len);
	done = self->caller.at == self->caller.n;
	flags = fcntl(ends[1], F_GETFL);
	dup2(kept, STDOUT_FILENO);
	EXPECT_TRUE(blocked);
	EXPECT_TRUE(done);
	EXPECT_EQ(300000, len);
	EXPECT_EQ(0, memcmp(bytes + 299000, "message 299 ", 12));
	EXPECT_GT(100, self->caller.slowest_ms);
	/* Whoever else writes there waits as before. */
	EXPECT_EQ(0, flags & O_NONBLOCK);
	close(ends[0]);
	close(ends[1]);
}

TEST_F(local, stdout_finishes_the_line_of_a_batch_that_was_recalled)
{
	static char bytes[1 << 20];
	int ends[2], kept;
	size_t len = 0;
	bool done;

	ASSERT_EQ(0, pipe2(ends, O_CLOEXEC));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	kept = take_stdout(ends[1]);
	begin_caller(&self->caller, "stdout", "");
	add_numbered(&self->caller, 300, 999);
	(void)deliver(&self->caller, 100);
	kpol_link_recall(self->caller.link);
	self->caller.at = 299;
	hand_over(&self->caller);
	for (int i = 0; i < 1000 && self->caller.at < self->caller.n; i++) {
		len += drain(ends[0], bytes + len, sizeof(bytes) - len);
		turn(&self->caller);
	}
	len += drain(ends[0], bytes + len, sizeof(bytes) - len);
	done = self->caller.at == self->caller.n;
	dup2(kept, STDOUT_FILENO);
	EXPECT_TRUE(done);
	EXPECT_EQ(0, len % 1000);
	ASSERT_LT(1000, len);
	EXPECT_EQ(0, memcmp(bytes + len - 1000, "message 299 ", 12));
	close(ends[0]);
	close(ends[1]);
}

TEST_HARNESS_MAIN
