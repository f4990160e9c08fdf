// SPDX-License-Identifier: GPL-2.0-or-later
/* Syslog over TLS: to nobody but the receiver that was named, and to it all of it. */
#include "kselftest_harness.h"

#include <fcntl.h>

#include "send_case.h"
#include "send_peer.h"

static const struct manner plain = { 0 };

FIXTURE(tls)
{
	struct identity authority, other, server, client;
	struct caller caller;
	struct peer peer;
	char dir[64], text[1024];
	pid_t foreign;
};

static void write_pem(FIXTURE_DATA(tls) * self, const char *name, const struct identity *id,
		      bool key)
{
	char path[128], *text = to_pem(id, key);
	int fd;

	snprintf(path, sizeof(path), "%s/%s", self->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
	free(text);
}

FIXTURE_SETUP(tls)
{
	memset(self, 0, sizeof(*self));
	signal(SIGPIPE, SIG_IGN);
	strcpy(self->dir, "/tmp/kpol-send.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	self->authority = issue(NULL, "authority", NULL, 30);
	self->other = issue(NULL, "somebody else", NULL, 30);
	self->server = issue(&self->authority, "siem", "DNS:siem.example,IP:127.0.0.1", 30);
	self->client = issue(&self->authority, "node-1", "DNS:node-1.example", 30);
	write_pem(self, "ca", &self->authority, false);
	write_pem(self, "other", &self->other, false);
	write_pem(self, "cert", &self->client, false);
	write_pem(self, "key", &self->client, true);
}

FIXTURE_TEARDOWN(tls)
{
	char command[128];

	end_caller(&self->caller);
	peer_stop(&self->peer);
	if (self->foreign > 0) {
		kill(self->foreign, SIGKILL);
		waitpid(self->foreign, NULL, 0);
	}
	drop_identity(&self->authority);
	drop_identity(&self->other);
	drop_identity(&self->server);
	drop_identity(&self->client);
	snprintf(command, sizeof(command), "rm -rf %s", self->dir);
	ASSERT_EQ(0, system(command));
}

static void serve_as(FIXTURE_DATA(tls) * self, const struct identity *id,
		     const struct identity *clients)
{
	self->peer.manners = &plain;
	self->peer.n = 1;
	self->peer.context = show(id, clients);
}

/* @more: settings, in which %s is the directory. */
static int begin_tls(FIXTURE_DATA(tls) * self, const char *ca, bool with_certificate,
		     const char *more)
{
	int len;

	if (!self->peer.pid && self->peer.context && peer_start(&self->peer) < 0)
		return -1;
	len = snprintf(self->text, sizeof(self->text),
		       "address=127.0.0.1:%d\nretry-min=20ms\nretry-max=100ms\nca-file=%s/%s\n%s",
		       self->peer.port, self->dir, ca, more);
	if (with_certificate)
		snprintf(self->text + len, sizeof(self->text) - (size_t)len,
			 "\ncertificate=%s/cert\nkey=%s/key\n", self->dir, self->dir);
	return begin_caller(&self->caller, "tls", self->text);
}

TEST_F(tls, frames_are_counted)
{
	serve_as(self, &self->server, NULL);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	add_payload(&self->caller, "<85>1 a\nb");
	add_payload(&self->caller, "<85>1 c");
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_TRUE(peer_has(&self->peer, 0, "9 <85>1 a\nb7 <85>1 c"));
}

TEST_F(tls, much_arrives_once)
{
	self->peer.small = true;
	serve_as(self, &self->server, NULL);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	self->caller.batch_max = 64;
	add_numbered(&self->caller, 900, 1000);
	ASSERT_TRUE(deliver(&self->caller, 20000)) TH_LOG("%s", self->caller.failure);
	EXPECT_TRUE(peer_has(&self->peer, 0, "message 899 "));
	EXPECT_EQ(900, times_in(&self->peer, "message "));
	EXPECT_EQ(0, self->caller.n_failures);
}

TEST_F(tls, receiver_signed_by_somebody_else_gets_nothing)
{
	serve_as(self, &self->server, NULL);
	ASSERT_EQ(0, begin_tls(self, "other", false, ""));
	add_numbered(&self->caller, 1, 20);
	EXPECT_FALSE(deliver(&self->caller, 1200));
	EXPECT_NE(NULL, strstr(self->caller.failure, "set ca-file"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, times_in(&self->peer, "message"));
}

TEST_F(tls, receiver_of_another_name_gets_nothing)
{
	struct identity wrong = issue(&self->authority, "siem", "DNS:elsewhere.example", 30);

	serve_as(self, &wrong, NULL);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	add_numbered(&self->caller, 1, 20);
	EXPECT_FALSE(deliver(&self->caller, 1200));
	EXPECT_NE(NULL, strstr(self->caller.failure, "set server-name"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, times_in(&self->peer, "message"));
	/* And with the name that it has, all is well. */
	end_caller(&self->caller);
	ASSERT_EQ(0, begin_tls(self, "ca", false, "server-name=elsewhere.example"));
	add_numbered(&self->caller, 1, 20);
	EXPECT_TRUE(deliver(&self->caller, 3000)) TH_LOG("%s", self->caller.failure);
	drop_identity(&wrong);
}

TEST_F(tls, receiver_with_an_expired_certificate_gets_nothing)
{
	struct identity old = issue(&self->authority, "siem", "IP:127.0.0.1", -2);

	serve_as(self, &old, NULL);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	EXPECT_TRUE(fails_with(&self->caller, "must be renewed there", 2000))
	TH_LOG("%s", self->caller.failure);
	drop_identity(&old);
}

TEST_F(tls, receiver_of_old_tls_gets_nothing)
{
	serve_as(self, &self->server, NULL);
	SSL_CTX_set_security_level(self->peer.context, 0);
	SSL_CTX_set_min_proto_version(self->peer.context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(self->peer.context, TLS1_1_VERSION);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	EXPECT_TRUE(fails_with(&self->caller, "nothing newer than TLS 1.1", 2000))
	TH_LOG("%s", self->caller.failure);
}

TEST_F(tls, tls_1_2_will_do)
{
	serve_as(self, &self->server, &self->authority);
	SSL_CTX_set_max_proto_version(self->peer.context, TLS1_2_VERSION);
	ASSERT_EQ(0, begin_tls(self, "ca", true, ""));
	add_numbered(&self->caller, 1, 20);
	EXPECT_TRUE(deliver(&self->caller, 3000)) TH_LOG("%s", self->caller.failure);
}

/* With TLS 1.3 the refusal comes when our side of the handshake is done: nothing may be sent until then. */
TEST_F(tls, refused_certificate_loses_nothing)
{
	struct identity stranger = issue(&self->other, "node-1", "DNS:node-1.example", 30);

	serve_as(self, &self->server, &self->authority);
	ASSERT_EQ(0, begin_tls(self, "ca", false, ""));
	add_numbered(&self->caller, 3, 20);
	EXPECT_FALSE(deliver(&self->caller, 1200));
	EXPECT_NE(NULL, strstr(self->caller.failure, " certificate"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, self->caller.n_results);
	end_caller(&self->caller);

	write_pem(self, "cert", &stranger, false);
	write_pem(self, "key", &stranger, true);
	ASSERT_EQ(0, begin_tls(self, "ca", true, ""));
	add_numbered(&self->caller, 3, 20);
	EXPECT_FALSE(deliver(&self->caller, 1200));
	EXPECT_NE(NULL, strstr(self->caller.failure, " our certificate"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, self->caller.n_results);

	/* Replaced under the same name: used without anybody saying so. */
	write_pem(self, "cert", &self->client, false);
	write_pem(self, "key", &self->client, true);
	for (int i = 0; i < 100 && self->caller.at < 3; i++)
		turn_for(&self->caller, 50);
	EXPECT_EQ(3, self->caller.at);
	EXPECT_EQ(3, times_in(&self->peer, "message "));
	drop_identity(&stranger);
}

TEST_F(tls, files_that_are_no_good_are_named_and_not_shown)
{
	char path[128];
	int fd;

	serve_as(self, &self->server, NULL);
	ASSERT_EQ(0, begin_tls(self, "missing", false, ""));
	EXPECT_TRUE(fails_with(&self->caller, "/missing cannot be read: No such file", 500))
	TH_LOG("%s", self->caller.failure);
	end_caller(&self->caller);
	snprintf(path, sizeof(path), "%s/key", self->dir);
	fd = open(path, O_WRONLY | O_TRUNC);
	ASSERT_EQ(6, write(fd, "hunter", 6));
	close(fd);
	ASSERT_EQ(0, begin_tls(self, "ca", true, ""));
	EXPECT_TRUE(fails_with(&self->caller, "are PEM and belong together", 1000))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(NULL, strstr(self->caller.failure, "hunter"));
}

TEST_F(tls, credentials_of_the_unit_are_files_too)
{
	char more[64];

	serve_as(self, &self->server, &self->authority);
	setenv("CREDENTIALS_DIRECTORY", self->dir, 1);
	snprintf(more, sizeof(more), "certificate=credential:cert\nkey=credential:key");
	ASSERT_EQ(0, begin_tls(self, "ca", false, more));
	add_numbered(&self->caller, 1, 20);
	EXPECT_TRUE(deliver(&self->caller, 3000)) TH_LOG("%s", self->caller.failure);
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* Somebody else's TLS: what it prints is what it got. */
static pid_t start_s_server(FIXTURE_DATA(tls) * self, int port)
{
	char accept_at[16], out[128];
	/* It ends when there is nothing more to be read from standard input. */
	int never[2], piped = pipe(never);
	pid_t pid = piped < 0 ? -1 : fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(never[0], STDIN_FILENO);
	snprintf(accept_at, sizeof(accept_at), "%d", port);
	snprintf(out, sizeof(out), "%s/out", self->dir);
	if (chdir(self->dir) < 0 || !freopen(out, "w", stdout) ||
	    !freopen("/dev/null", "w", stderr))
		_exit(1);
	execlp("openssl", "openssl", "s_server", "-accept", accept_at, "-cert", "server", "-key",
	       "server-key", "-CAfile", "ca", "-Verify", "1", "-verify_return_error", "-quiet",
	       NULL);
	_exit(1);
}

TEST_F(tls, openssl_s_server_gets_it)
{
	struct peer only_a_port = { .manners = &plain, .n = 1 };
	char path[128], text[4096];
	ssize_t n = 0;
	int fd;

	ASSERT_EQ(0, peer_start(&only_a_port));
	self->peer.port = only_a_port.port;
	peer_stop(&only_a_port);
	write_pem(self, "server", &self->server, false);
	write_pem(self, "server-key", &self->server, true);
	self->foreign = start_s_server(self, self->peer.port);
	ASSERT_EQ(0, begin_tls(self, "ca", true, ""));
	add_payload(&self->caller, "<85>1 first");
	add_payload(&self->caller, "<85>1 second");
	ASSERT_TRUE(deliver(&self->caller, 8000)) TH_LOG("%s", self->caller.failure);
	snprintf(path, sizeof(path), "%s/out", self->dir);
	for (int i = 0; i < 100 && n < 25; i++) {
		usleep(20000);
		fd = open(path, O_RDONLY);
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	ASSERT_LT(0, n);
	text[n] = '\0';
	EXPECT_STREQ("11 <85>1 first12 <85>1 second", text);
}

TEST_HARNESS_MAIN
