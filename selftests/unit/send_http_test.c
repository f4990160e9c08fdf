// SPDX-License-Identifier: GPL-2.0-or-later
/* Batches by HTTP: whatever is answered, nothing is given up that was not refused for what it is. */
#include "kselftest_harness.h"

#include <fcntl.h>

#include "send/answer.h"
#include "send_case.h"
#include "send_peer.h"

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define TAKEN_ANSWER                                                          \
	"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{\"text\":\"Success\"," \
	"\"code\":0}"
#define EMPTY(status) "HTTP/1.1 " status "\r\nContent-Length: 0\r\n\r\n"

FIXTURE(http)
{
	struct caller caller;
	struct peer peer;
	char token[64], text[1024];
};

static void write_token(FIXTURE_DATA(http) * self, const char *token)
{
	int fd = open(self->token, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, token, strlen(token)) < 0)
		abort();
	close(fd);
}

FIXTURE_SETUP(http)
{
	memset(self, 0, sizeof(*self));
	signal(SIGPIPE, SIG_IGN);
	strcpy(self->token, "/tmp/kpol-token.XXXXXX");
	close(mkstemp(self->token));
	write_token(self, "s3cr3t-token\n");
}

FIXTURE_TEARDOWN(http)
{
	end_caller(&self->caller);
	peer_stop(&self->peer);
	unlink(self->token);
}

static int begin(FIXTURE_DATA(http) * self, const char *name, const struct manner *manners,
		 size_t n, const char *more)
{
	self->peer.manners = manners;
	self->peer.n = n;
	if (peer_start(&self->peer) < 0)
		return -1;
	snprintf(self->text, sizeof(self->text),
		 "url=http://127.0.0.1:%d%s\ntoken-file=%s\nretry-min=20ms\nretry-max=100ms\n%s",
		 self->peer.port, strcmp(name, "http") ? "" : "/in", self->token, more);
	return begin_caller(&self->caller, name, self->text);
}

static unsigned int requests(const struct peer *peer)
{
	return atomic_load(&peer->seen->n_requests);
}

TEST_F(http, batches_are_lines_in_order)
{
	static const struct manner good = { .answer = OK_ANSWER };

	ASSERT_EQ(0, begin(self, "http", &good, 1, ""));
	self->caller.batch_max = 2;
	add_payload(&self->caller, "{\"n\":1}");
	add_payload(&self->caller, "{\"n\":2}");
	add_payload(&self->caller, "{\"n\":3}");
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(2, requests(&self->peer));
	EXPECT_EQ(1, connections(&self->peer));
	EXPECT_TRUE(peer_has(&self->peer, 0, "\r\n\r\n{\"n\":1}\n{\"n\":2}\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "\r\n\r\n{\"n\":3}\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "POST /in HTTP/1.1\r\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "Content-Type: application/x-ndjson\r\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "Authorization: Bearer s3cr3t-token\r\n"));
}

TEST_F(http, batches_are_arrays_if_asked_for)
{
	static const struct manner good = { .answer = EMPTY("204 No Content") };

	ASSERT_EQ(0, begin(self, "http", &good, 1, "body=array\n"));
	add_payload(&self->caller, "{\"n\":1}");
	add_payload(&self->caller, "{\"n\":2}");
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_TRUE(peer_has(&self->peer, 0, "\r\n\r\n[{\"n\":1},\n{\"n\":2}]\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "Content-Type: application/json\r\n"));
}

TEST_F(http, busy_receiver_is_left_alone_as_long_as_it_wants)
{
	static const struct manner manners[] = {
		{ .answer = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n" },
		{ .answer = OK_ANSWER }
	};
	uint64_t before = clock_ms();

	ASSERT_EQ(0, begin(self, "http", manners, 2, ""));
	add_numbered(&self->caller, 3, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_LE(1000, clock_ms() - before);
	EXPECT_NE(NULL, strstr(self->caller.failure, "status 503: it is too busy"));
	EXPECT_EQ(2, requests(&self->peer));
	EXPECT_EQ(2, times_in(&self->peer, "message 2 "));
	EXPECT_STREQ("", kpol_link_state(self->caller.link)->error);
}

TEST_F(http, replaced_token_is_used_at_once)
{
	static const struct manner manners[] = { { .answer = EMPTY("401 Unauthorized") },
						 { .answer = EMPTY("401 Unauthorized") },
						 { .answer = OK_ANSWER } };

	ASSERT_EQ(0, begin(self, "http", manners, 3, ""));
	add_numbered(&self->caller, 1, 20);
	hand_over(&self->caller);
	EXPECT_TRUE(fails_with(&self->caller, "status 401: it does not know us", 2000));
	EXPECT_EQ(NULL, strstr(self->caller.failure, "s3cr3t"));
	write_token(self, "  another-one \n");
	while (self->caller.at < 1 && self->caller.n_failures < 20)
		turn(&self->caller);
	EXPECT_EQ(1, self->caller.at);
	EXPECT_EQ(0, self->caller.n_refused);
	EXPECT_TRUE(peer_has(&self->peer, 0, "Authorization: Bearer another-one\r\n"));
}

TEST_F(http, token_that_is_none_is_not_sent)
{
	static const struct manner good = { .answer = OK_ANSWER };

	ASSERT_EQ(0, begin(self, "http", &good, 1, ""));
	write_token(self, "two words\r\nX-Evil: 1\n");
	add_numbered(&self->caller, 1, 20);
	EXPECT_FALSE(deliver(&self->caller, 200));
	EXPECT_NE(NULL, strstr(self->caller.failure, "holds no token"));
	EXPECT_EQ(NULL, strstr(self->caller.failure, "Evil"));
	EXPECT_EQ(0, requests(&self->peer));
}

TEST_F(http, bad_payload_is_refused_alone)
{
	/* Five, then two, one, three, one, two: the fourth of them is the bad one. */
	static const struct manner manners[] = { { .answer = EMPTY("400 Bad") },
						 { .answer = OK_ANSWER },
						 { .answer = EMPTY("400 Bad") },
						 { .answer = EMPTY("400 Bad") },
						 { .answer = OK_ANSWER } };

	ASSERT_EQ(0, begin(self, "http", manners, 5, ""));
	add_numbered(&self->caller, 5, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(1, self->caller.n_refused);
	EXPECT_NE(NULL, strstr(self->caller.error, "refused with status 400"));
	EXPECT_EQ(0, self->caller.n_failures);
}

TEST_F(http, redirect_is_not_followed)
{
	static const struct manner away = {
		.answer = "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\n"
			  "Content-Length: 0\r\n\r\n"
	};

	ASSERT_EQ(0, begin(self, "http", &away, 1, ""));
	add_numbered(&self->caller, 1, 20);
	EXPECT_FALSE(deliver(&self->caller, 200));
	EXPECT_NE(NULL, strstr(self->caller.failure, "is not followed"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, self->caller.n_results);
}

/* Without whole headers there is no answer: again. With them there is, whatever becomes of the rest. */
TEST_F(http, broken_answer_counts_by_what_of_it_came)
{
	static const struct manner manners[] = {
		{ .answer = "HTTP/1.1 200 OK\r\nContent-Le", .hang_up = true },
		{ .answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", .hang_up = true },
		{ .answer = OK_ANSWER }
	};

	ASSERT_EQ(0, begin(self, "http", manners, 3, ""));
	self->caller.batch_max = 1;
	add_numbered(&self->caller, 2, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(2, times_in(&self->peer, "message 0 "));
	EXPECT_EQ(1, times_in(&self->peer, "message 1 "));
	EXPECT_EQ(1, self->caller.n_failures);
}

TEST_F(http, receiver_that_does_not_answer_is_asked_again)
{
	static const struct manner manners[] = { { .answer = OK_ANSWER, .pause_ms = 3000 },
						 { .answer = OK_ANSWER } };

	ASSERT_EQ(0,
		  begin(self, "http", manners, 2, "connect-timeout=100ms\nsend-timeout=200ms\n"));
	add_numbered(&self->caller, 1, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000));
	EXPECT_NE(NULL, strstr(self->caller.failure, "check that it is alive"));
	EXPECT_GT(100, self->caller.slowest_ms);
}

TEST_F(http, endless_answer_is_cut)
{
	static char answer[300000];
	static const struct manner much = { .answer = answer };

	strcpy(answer, "HTTP/1.1 200 OK\r\nContent-Length: 299000\r\n\r\n");
	memset(answer + strlen(answer), 'x', sizeof(answer) - strlen(answer) - 1);
	ASSERT_EQ(0, begin(self, "http", &much, 1, ""));
	add_numbered(&self->caller, 1, 20);
	EXPECT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(1, requests(&self->peer));
}

TEST_F(http, recalled_batch_is_not_sent)
{
	static const struct manner manners[] = { { .answer = OK_ANSWER, .pause_ms = 300 },
						 { .answer = OK_ANSWER } };

	ASSERT_EQ(0, begin(self, "http", manners, 2, ""));
	add_numbered(&self->caller, 2, 20);
	self->caller.batch_max = 1;
	EXPECT_FALSE(deliver(&self->caller, 100));
	kpol_link_recall(self->caller.link);
	self->caller.at = 1;
	EXPECT_TRUE(deliver(&self->caller, 3000));
	EXPECT_EQ(1, self->caller.n_results);
}

/* The token goes to nobody whose certificate is not right. */
TEST_F(http, token_is_for_the_verified_receiver)
{
	static const struct manner good = { .answer = OK_ANSWER };
	struct identity authority = issue(NULL, "authority", NULL, 30);
	struct identity server = issue(&authority, "siem", "IP:127.0.0.1", 30);
	char ca[64] = "/tmp/kpol-ca.XXXXXX", *pem = to_pem(&authority, false);
	int fd = mkstemp(ca);

	ASSERT_EQ(strlen(pem), write(fd, pem, strlen(pem)));
	close(fd);
	self->peer.context = show(&server, NULL);
	ASSERT_EQ(0, begin(self, "http", &good, 1, ""));
	end_caller(&self->caller);
	snprintf(self->text, sizeof(self->text),
		 "url=https://127.0.0.1:%d/in\ntoken-file=%s\nretry-min=20ms\nretry-max=100ms\n",
		 self->peer.port, self->token);
	ASSERT_EQ(0, begin_caller(&self->caller, "http", self->text));
	add_numbered(&self->caller, 2, 20);
	EXPECT_FALSE(deliver(&self->caller, 300));
	EXPECT_NE(NULL, strstr(self->caller.failure, "set ca-file"))
	TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(0, requests(&self->peer));
	end_caller(&self->caller);
	snprintf(self->text + strlen(self->text), 100, "ca-file=%s\n", ca);
	ASSERT_EQ(0, begin_caller(&self->caller, "http", self->text));
	add_numbered(&self->caller, 2, 20);
	EXPECT_TRUE(deliver(&self->caller, 3000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(1, requests(&self->peer));
	unlink(ca);
	free(pem);
	drop_identity(&authority);
	drop_identity(&server);
}

TEST_F(http, splunk_gets_events_in_its_envelope)
{
	static const struct manner good = { .answer = TAKEN_ANSWER };

	ASSERT_EQ(0, begin(self, "splunk-hec", &good, 1, "index=security\nsource-type=kpol\n"));
	add_payload(&self->caller, "{\"n\":1}");
	add_payload(&self->caller, "plain \"text\"");
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_TRUE(peer_has(&self->peer, 0, "POST /services/collector/event HTTP/1.1\r\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "Authorization: Splunk s3cr3t-token\r\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0,
			     "\r\n\r\n{\"source\":\"kpold\",\"sourcetype\":\"kpol\",\"index\":"
			     "\"security\",\"time\":1700000000.123456,\"event\":{\"n\":1}}\n"));
	EXPECT_TRUE(peer_has(&self->peer, 0, "\"event\":\"plain \\\"text\\\"\"}\n"));
}

TEST_F(http, splunk_names_the_event_that_it_refuses)
{
	static const struct manner manners[] = {
		{ .answer =
			  "HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\n"
			  "{\"text\":\"Invalid data\",\"code\":6,\"invalid-event-number\":3}   " },
		{ .answer = TAKEN_ANSWER },
		{ .answer =
			  "HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\n"
			  "{\"text\":\"Invalid data\",\"code\":6,\"invalid-event-number\":0}   " },
		{ .answer =
			  "HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\n"
			  "{\"text\":\"Invalid data\",\"code\":6,\"invalid-event-number\":0}   " },
		{ .answer = TAKEN_ANSWER }
	};

	ASSERT_EQ(0, begin(self, "splunk-hec", manners, 5, ""));
	add_numbered(&self->caller, 8, 20);
	ASSERT_TRUE(deliver(&self->caller, 5000)) TH_LOG("%s", self->caller.failure);
	EXPECT_EQ(1, self->caller.n_refused);
	EXPECT_NE(NULL, strstr(self->caller.error, "the data is invalid"));
	EXPECT_EQ(5, requests(&self->peer));
}

TEST(codes_of_splunk_are_told_in_words)
{
	static const struct {
		long status;
		const char *body;
		enum kpol_answer answer;
		const char *words;
	} cases[] = {
		{ 200, "{\"text\":\"Success\",\"code\":0}", KPOL_ANSWER_TAKEN, "" },
		{ 403, "{\"text\":\"Token disabled\",\"code\":1}", KPOL_ANSWER_LATER, "disabled" },
		{ 403, "{\"text\":\"Invalid token\",\"code\":4}", KPOL_ANSWER_LATER, "is invalid" },
		{ 400, "{\"text\":\"Incorrect index\",\"code\":7}", KPOL_ANSWER_LATER, "index" },
		{ 503, "{\"text\":\"Server is busy\",\"code\":9}", KPOL_ANSWER_LATER, "busy" },
		{ 400, "{\"text\":\"No data\",\"code\":5}", KPOL_ANSWER_REFUSED, "no data" },
		{ 400, "not json", KPOL_ANSWER_REFUSED, "cannot read" },
		/* Nobody talks a refusal into a success. */
		{ 403, "{\"code\":0}", KPOL_ANSWER_LATER, "may not send" },
		{ 200, "{\"code\":9}", KPOL_ANSWER_TAKEN, "" },
		{ 500, "", KPOL_ANSWER_LATER, "trouble" },
		{ 429, "[1]", KPOL_ANSWER_LATER, "too much" },
		{ 0, "", KPOL_ANSWER_LATER, "no answer" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kpol_response response =
			kpol_answer_hec(cases[i].status, cases[i].body, strlen(cases[i].body));

		EXPECT_EQ(cases[i].answer, response.answer) TH_LOG("case %zu", i);
		EXPECT_NE(NULL, strstr(response.words, cases[i].words)) TH_LOG("case %zu", i);
	}
}

TEST_HARNESS_MAIN
