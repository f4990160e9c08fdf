// SPDX-License-Identifier: GPL-2.0-or-later
/* Credentials that change under a reflector, and what it may learn of its server from elsewhere. */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>

#include "apiserver.h"
#include "follower.h"

#define POD(name, version)                                       \
	"{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name \
	"\",\"resourceVersion\":\"" version "\"}}"
#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[" items "]}"

FIXTURE(files)
{
	struct apiserver server;
	struct follower follower;
	struct identity authorities[2], servers[2];
	char dir[32];
};

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[128], temporary[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(temporary, sizeof(temporary), "%s/new", dir);
	f = fopen(temporary, "we");
	if (!f || fputs(text, f) < 0 || fclose(f) || rename(temporary, path) < 0)
		abort();
}

static void write_authority(const char *dir, const struct identity *id)
{
	char *pem = to_pem(id, false);

	write_file(dir, "ca.crt", pem);
	free(pem);
}

FIXTURE_SETUP(files)
{
	strcpy(self->dir, "/tmp/kpol-k8s-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	for (int i = 0; i < 2; i++) {
		self->authorities[i] = issue(NULL, i ? "new" : "old", NULL, 10);
		self->servers[i] = issue(&self->authorities[i], "server", "IP:127.0.0.1", 10);
		show_certificate(&self->server, i, &self->servers[i]);
	}
	self->server.family = AF_INET;
	write_file(self->dir, "token", "first\n");
	write_authority(self->dir, &self->authorities[0]);
}

FIXTURE_TEARDOWN(files)
{
	char command[64];

	follower_end(&self->follower);
	apiserver_stop(&self->server);
	for (int i = 0; i < 2; i++) {
		drop_identity(&self->authorities[i]);
		drop_identity(&self->servers[i]);
	}
	snprintf(command, sizeof(command), "rm -r %s", self->dir);
	EXPECT_EQ(0, system(command));
}

static void begin(FIXTURE_DATA(files) * self, const struct answer *script, size_t n)
{
	char port[16];

	self->server.script = script;
	self->server.n_script = n;
	if (apiserver_start(&self->server) < 0)
		abort();
	snprintf(port, sizeof(port), "%d", self->server.port);
	setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1", 1);
	setenv("KUBERNETES_SERVICE_PORT", port, 1);
	if (kpol_k8s_endpoint_in_cluster(self->dir, NULL, &self->follower.endpoint) < 0)
		abort();
	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, &hasty);
}

static bool has_told(struct follower *f, const void *what)
{
	return strstr(follower_told(f), what);
}

static bool has_failed(struct follower *f, const void *what)
{
	return strstr(follower_errors(f), what);
}

static bool has_asked(struct follower *f, const void *what)
{
	const struct apiserver *server = what;

	return atomic_load(&server->asked->n) >= server->n_script;
}

TEST_F(files, rotated_token_is_used_at_once)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .body = "{\"type\":\"BOOKMARK\",\"object\":{}}", .token = "first" },
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("b", "2") "}",
		  .token = "second", .hold = true },
	};

	begin(self, script, ARRAY_SIZE(script));
	ASSERT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
	write_file(self->dir, "token", "second");
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+b", 5));
}

/* The API server has taken the new one before the kubelet wrote it to us. */
TEST_F(files, token_refused_is_read_again)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")), .token = "second" },
		{ 200, .hold = true },
	};

	begin(self, script, ARRAY_SIZE(script));
	EXPECT_TRUE(
		follower_run(&self->follower, has_failed, "does not accept the credentials", 5));
	/* Twice at once, before anybody was told. */
	EXPECT_LE(2, atomic_load(&self->server.asked->n));
	write_file(self->dir, "token", "second");
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
	EXPECT_EQ('\0', kpol_k8s_reflector_status(self->follower.reflector)->error[0]);
}

TEST_F(files, token_that_is_gone_is_named)
{
	static const struct answer script[] = { { 200, .body = LIST(POD("a", "1")) },
						{ 200, .hold = true } };
	char path[64];

	begin(self, script, ARRAY_SIZE(script));
	snprintf(path, sizeof(path), "%s/token", self->dir);
	ASSERT_EQ(0, unlink(path));
	EXPECT_TRUE(follower_run(&self->follower, has_failed, "/token: No such file", 5));
	EXPECT_EQ(0, atomic_load(&self->server.asked->n));
	write_file(self->dir, "token", "first");
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
}

TEST_F(files, rotated_authority_is_believed_and_the_old_one_no_more)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")) },
		/* Breaks off; on the next connection there is the other certificate. */
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("b", "2") "}{     ",
		  .piece = 80, .cut = 1, .identity = 2 },
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("c", "3") "}", .hold = true },
	};

	begin(self, script, ARRAY_SIZE(script));
	EXPECT_TRUE(follower_run(&self->follower, has_failed, "SSL certificate problem", 5));
	write_authority(self->dir, &self->authorities[1]);
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+c", 5));
}

/* A connection that the old authority vouched for is not taken over. */
TEST_F(files, no_connection_outlives_its_authority)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("b", "2") "}",
		  .pause_ms = 300 },
		{ 200, .hold = true },
	};

	begin(self, script, ARRAY_SIZE(script));
	ASSERT_TRUE(follower_run(&self->follower, has_told, "+b", 5));
	write_authority(self->dir, &self->authorities[1]);
	EXPECT_TRUE(follower_run(&self->follower, has_failed, "SSL certificate problem", 5));
	EXPECT_EQ(1, atomic_load(&self->server.asked->n_connections));
	EXPECT_EQ(2, atomic_load(&self->server.asked->n));
}

TEST_F(files, connection_is_used_again)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("b", "2") "}" },
		{ 200, .hold = true },
	};

	begin(self, script, ARRAY_SIZE(script));
	EXPECT_TRUE(follower_run(&self->follower, has_asked, &self->server, 5));
	EXPECT_EQ(1, atomic_load(&self->server.asked->n_connections));
}

TEST_F(files, server_is_given_the_time_it_asks_for)
{
	static const struct answer seconds[] = {
		{ 429, .headers = "Retry-After: 1\r\n" },
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .hold = true },
	};
	double begun = follower_clock();

	begin(self, seconds, ARRAY_SIZE(seconds));
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
	EXPECT_LT(0.9, follower_clock() - begun);
}

TEST_F(files, time_asked_for_may_be_a_date)
{
	char headers[128];
	time_t then = time(NULL) + 2;
	struct answer script[] = {
		{ 503, .headers = headers },
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .hold = true },
	};
	double begun = follower_clock();

	strftime(headers, sizeof(headers), "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n",
		 gmtime(&then));
	begin(self, script, ARRAY_SIZE(script));
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
	EXPECT_LT(0.9, follower_clock() - begun);
}

TEST_F(files, proxy_of_the_environment_is_not_asked)
{
	static const struct answer script[] = { { 200, .body = LIST(POD("a", "1")) },
						{ 200, .hold = true } };

	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	begin(self, script, ARRAY_SIZE(script));
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
}

TEST_F(files, server_that_is_away_is_waited_for_with_what_is_known)
{
	static const struct answer script[] = {
		{ 200, .body = LIST(POD("a", "1")) },
		{ 200, .body = "{\"type\":\"ADDED\",\"object\":" POD("b", "2") "}", .hold = true },
	};
	const struct kpol_k8s_status *status;

	begin(self, script, ARRAY_SIZE(script));
	ASSERT_TRUE(follower_run(&self->follower, has_told, "+b", 5));
	kill(self->server.pid, SIGKILL);
	waitpid(self->server.pid, NULL, 0);
	self->server.pid = 0;
	EXPECT_TRUE(follower_run(&self->follower, has_failed, "Couldn't connect to server", 5));
	status = kpol_k8s_reflector_status(self->follower.reflector);
	EXPECT_EQ(2, status->n_objects);
	EXPECT_TRUE(status->synced);
	EXPECT_LT(0, status->error_since_us);
	EXPECT_STREQ("2", status->version);
}

TEST_F(files, certificate_for_the_name_the_kubeconfig_gives_is_taken)
{
	static const struct answer script[] = { { 200, .body = LIST(POD("a", "1")) },
						{ 200, .hold = true } };
	struct identity named = issue(&self->authorities[0], "server", "DNS:kubernetes", 10);
	const char *why;
	char url[64];

	SSL_CTX_free(self->server.contexts[0]);
	show_certificate(&self->server, 0, &named);
	begin(self, script, ARRAY_SIZE(script));
	snprintf(url, sizeof(url), "https://127.0.0.1:%d", self->server.port);
	EXPECT_EQ(0, kpol_k8s_endpoint_set_url(&self->follower.endpoint, url, "kubernetes", &why));
	EXPECT_TRUE(follower_run(&self->follower, has_told, "+a", 5));
	drop_identity(&named);
}

TEST_HARNESS_MAIN
