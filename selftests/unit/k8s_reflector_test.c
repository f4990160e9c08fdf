// SPDX-License-Identifier: GPL-2.0-or-later
/* Following an API server that does everything one can do to its clients. */
#include "kselftest_harness.h"

#include "apiserver.h"
#include "follower.h"

#define POD(name, version)                                       \
	"{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name \
	"\",\"resourceVersion\":\"" version "\"}}"
#define PAGE(version, next, items)                                           \
	"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" version \
	"\",\"continue\":\"" next "\"},\"items\":[" items "]}"
#define LIST(version, items) PAGE(version, "", items)
#define EVENT(type, object) "{\"type\":\"" type "\",\"object\":" object "}\n"
#define BOOKMARK(version) EVENT("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"" version "\"}}")
#define GONE                                                                                    \
	"{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"too old resource version\"," \
	"\"reason\":\"Expired\",\"code\":410}"
#define QUIET                     \
	{                         \
		200, .hold = true \
	}
#define FIRST                                          \
	{                                              \
		200, .body = LIST("10", POD("a", "1")) \
	}

#define LISTS "/api/v1/pods?limit=500&resourceVersion="
#define WATCHES "watch=1&allowWatchBookmarks=true&resourceVersion="

#define MAX_STEPS 8

FIXTURE(scene)
{
	struct apiserver server;
	struct follower follower;
	struct identity authority, ours, foreign;
};

FIXTURE_VARIANT(scene)
{
	struct answer script[MAX_STEPS];
	size_t n; /* steps */
	int family;
	/* What is told to the end, in order; asked[i] is part of the i-th request. */
	const char *told;
	const char *asked[MAX_STEPS];
	const char *error;
	/* Instead of the server's own address. */
	const char *names;
	int days;
};

#define SCENE(name, ...)                 \
	FIXTURE_VARIANT_ADD(scene, name) \
	{                                \
		__VA_ARGS__              \
	}
#define SCRIPT(...)                \
	.script = { __VA_ARGS__ }, \
	.n = sizeof((struct answer[]){ __VA_ARGS__ }) / sizeof(struct answer)

SCENE(empty_list_is_a_view_too, SCRIPT({ 200, .body = LIST("7", "") }, QUIET),
      .asked = { LISTS "0", WATCHES "7" });
SCENE(ipv6_server, SCRIPT(FIRST, QUIET), .family = AF_INET6, .told = "+a | ");
SCENE(pages_make_one_batch,
      SCRIPT({ 200, .body = PAGE("10", "tok/en=", POD("a", "1")) },
	     { 200, .body = LIST("10", POD("b", "2")) }, QUIET),
      .told = "+b +a | ", .asked = { LISTS "0", "limit=500&continue=tok%2Fen%3D", WATCHES "10" });
SCENE(recorded_list_and_watch,
      SCRIPT({ 200, .file = "pods-node1-list.json" },
	     { 200, .file = "pods-node1-watch.jsonl", .hold = true }),
      .told = "~batch-5f7-abcde ~sample-api-7d9c-x2x4z ~payment-db-0 -payment-db-0 "
	      "~sample-api-7d9c-new11 -sample-api-7d9c-new11 | ",
      .asked = { LISTS "0", WATCHES "220" });
SCENE(recorded_watch_cut_within_characters,
      SCRIPT({ 200, .body = LIST("10", ""), .piece = 1 },
	     { 200, .body = EVENT("ADDED", POD("é😀", "11")) EVENT("ADDED", POD("z", "12")),
	       .piece = 1, .hold = true }),
      .told = "+é😀 | +z | ");
SCENE(watch_that_ends_goes_on_where_it_was,
      SCRIPT(FIRST, { 200, .body = EVENT("ADDED", POD("b", "11")) },
	     { 200, .body = EVENT("DELETED", POD("b", "12")), .hold = true }),
      .told = "+a | +b | -b | ", .asked = { LISTS "0", WATCHES "10", WATCHES "11" });
SCENE(bookmark_moves_the_place_to_go_on_from, SCRIPT(FIRST, { 200, .body = BOOKMARK("99") }, QUIET),
      .told = "+a | ", .asked = { LISTS "0", WATCHES "10", WATCHES "99" });
SCENE(unknown_events_are_passed_over,
      SCRIPT(FIRST, { 200,
		      .body = EVENT("PERHAPS", POD("x", "11")) "{\"type\":7}\n{\"a\":[]}\n" EVENT(
			      "ADDED", "{\"metadata\":{}}") EVENT("ADDED", POD("b", "12")),
		      .hold = true }),
      .told = "+a | +b | ");
SCENE(gone_as_a_status_lists_again_and_tells_the_difference,
      SCRIPT(FIRST, { 410, .body = GONE }, { 200, .body = LIST("30", POD("b", "29")) }, QUIET),
      .told = "+a | -a +b | ", .asked = { LISTS "0", WATCHES "10", LISTS "10", WATCHES "30" });
SCENE(gone_as_an_event_lists_again_and_tells_the_difference,
      SCRIPT(FIRST, { 200, .body = EVENT("ADDED", POD("b", "11")) EVENT("ERROR", GONE) },
	     { 200, .body = LIST("30", POD("a", "1")) }, QUIET),
      .told = "+a | +b | -b | ", .asked = { LISTS "0", WATCHES "10", LISTS "11", WATCHES "30" });
SCENE(recorded_gone_lists_again,
      SCRIPT(FIRST, { 200, .file = "pods-watch-410-gone.json" }, FIRST, QUIET), .told = "+a | ",
      .asked = { LISTS "0", WATCHES "10", LISTS "10", WATCHES "10" });
SCENE(list_that_has_expired_too_is_asked_for_anew,
      SCRIPT(FIRST, { 410, .body = GONE }, { 410, .body = GONE }, { 200, .body = LIST("30", "") },
	     QUIET),
      .told = "+a | -a | ",
      .asked = { LISTS "0", WATCHES "10", LISTS "10", "/api/v1/pods?limit=500", WATCHES "30" });
SCENE(pages_that_have_expired_are_asked_for_in_one,
      SCRIPT({ 200, .body = PAGE("10", "t", POD("a", "1")) },
	     { 410, .file = "pods-list-continue-410-expired.json" },
	     { 200, .body = LIST("11", POD("b", "2")) }, QUIET),
      .told = "+b | ",
      .asked = { LISTS "0", "continue=t", "/api/v1/pods?resourceVersion=0", WATCHES "11" });
SCENE(always_gone_is_not_asked_for_all_the_time,
      SCRIPT(FIRST, { 410, .body = GONE }, FIRST, { 410, .body = GONE }, FIRST, QUIET),
      .told = "+a | ", .error = "what the API server lists is too old for it to watch from");
SCENE(version_from_the_future_is_given_up,
      SCRIPT(FIRST, { 410, .body = GONE }, { 504, .body = "{\"reason\":\"Timeout\"}" },
	     { 200, .body = LIST("3", POD("a", "1")) }, QUIET),
      .told = "+a | ",
      .asked = { LISTS "0", WATCHES "10", LISTS "10", "/api/v1/pods?limit=500", WATCHES "3" });
SCENE(missing_right_is_named, SCRIPT({ 403, .file = "forbidden-403.json" }, FIRST, QUIET),
      .told = "+a | ",
      .error =
	      "the service account may not \"list\" \"pods\" in the API group \"\" on the cluster: "
	      "add {apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]} to its "
	      "ClusterRole");
SCENE(missing_right_to_watch_is_named, SCRIPT(FIRST, { 403, .body = "no" }, QUIET), .told = "+a | ",
      .error = "may not \"watch\" \"pods\"", .asked = { LISTS "0", WATCHES "10", WATCHES "10" });
SCENE(refused_credentials_are_told,
      SCRIPT({ 401, .file = "unauthorized-401.json" }, { 401, .file = "unauthorized-401.json" },
	     FIRST, QUIET),
      .told = "+a | ", .error = "does not accept the credentials");
SCENE(busy_server_says_why,
      SCRIPT({ 429, .body = "{\"message\":\"too many\\u001b[31m\"}" }, FIRST, QUIET),
      .told = "+a | ", .error = "the API server answers 429: too many\\x1b[31m");
SCENE(broken_server_is_asked_again,
      SCRIPT({ 500, .body = "oops\nsecond line" }, { .status = 503 }, { .status = 0 }, FIRST,
	     { .status = 500 }, QUIET),
      .told = "+a | ", .error = "the API server answers 500: oops\n");
SCENE(redirect_is_not_followed,
      SCRIPT({ 302, .headers = "Location: https://127.0.0.1:1/\r\n" }, FIRST, QUIET),
      .told = "+a | ", .error = "the API server answers 302");
SCENE(cut_list_changes_nothing,
      SCRIPT({ 200, .body = LIST("10", POD("a", "1") "," POD("b", "1")), .piece = 20, .cut = 80 },
	     FIRST, QUIET),
      .told = "+a | ", .error = "to \"list\" \"pods\" failed: ");
SCENE(list_without_its_end_changes_nothing,
      SCRIPT({ 200,
	       .body = "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[" POD("b", "1") },
	     FIRST, QUIET),
      .told = "+a | ", .error = "the API server's list is not whole, or is none");
SCENE(list_that_is_none_changes_nothing,
      SCRIPT({ 200, .body = "<html>sign in</html>" }, { 200, .body = "{}" }, FIRST, QUIET),
      .told = "+a | ", .error = "the API server's list is not whole");
SCENE(cut_watch_goes_on_where_it_was,
      SCRIPT(FIRST,
	     { 200, .body = EVENT("ADDED", POD("b", "11")) EVENT("ADDED", POD("c", "12")),
	       .piece = 40, .cut = 120 },
	     { 200, .body = EVENT("ADDED", POD("c", "12")), .hold = true }),
      .told = "+a | +b | +c | ", .asked = { LISTS "0", WATCHES "10", WATCHES "11" });
SCENE(watch_that_ends_at_once_is_a_failure,
      SCRIPT(FIRST, { .status = 200 }, { .status = 200 }, QUIET), .told = "+a | ",
      .error = "the API server ends each watch at once");
SCENE(watch_that_is_nonsense_is_a_failure, SCRIPT(FIRST, { 200, .body = "nonsense" }, QUIET),
      .told = "+a | ", .error = "what the API server sends is no stream of events");
SCENE(error_event_says_why,
      SCRIPT(FIRST,
	     { 200, .body = EVENT("ERROR", "{\"kind\":\"Status\",\"message\":\"etcd is gone\","
					   "\"code\":500}") },
	     QUIET),
      .told = "+a | ", .error = "the API server answers 500: etcd is gone",
      .asked = { LISTS "0", WATCHES "10", WATCHES "10" });
SCENE(watch_silent_beyond_its_end_is_given_up, SCRIPT(FIRST, QUIET, QUIET), .told = "+a | ",
      .error = "nobody is at the other end", .asked = { LISTS "0", WATCHES "10", WATCHES "10" });
SCENE(list_that_comes_too_slowly_is_given_up,
      SCRIPT({ 200, .body = LIST("10", POD("a", "1")), .piece = 1, .pause_ms = 60 }, FIRST, QUIET),
      .told = "+a | ", .error = "to \"list\" \"pods\" failed: ");
SCENE(slow_watch_is_none_of_our_business,
      SCRIPT(FIRST, { 200, .body = EVENT("ADDED", POD("b", "11")), .piece = 10, .pause_ms = 30,
		      .hold = true }),
      .told = "+a | +b | ");
SCENE(headers_without_end_are_not_taken, SCRIPT({ 200, .endless = true }, FIRST, QUIET),
      .told = "+a | ", .error = "to \"list\" \"pods\" failed: ");
SCENE(certificate_for_another_name_is_refused, SCRIPT(FIRST, QUIET), .names = "DNS:elsewhere",
      .error = "SSL: no alternative certificate subject name matches target host name");
SCENE(expired_certificate_is_refused, SCRIPT(FIRST, QUIET), .days = -10,
      .error = "certificate has expired");

FIXTURE_SETUP(scene)
{
	int family = variant->family ? variant->family : AF_INET;
	const char *names = family == AF_INET ? "IP:127.0.0.1" : "IP:0:0:0:0:0:0:0:1";
	char url[64];
	const char *why;
	char *ca;

	self->authority = issue(NULL, "authority", NULL, 10);
	self->ours = issue(&self->authority, "server", variant->names ? variant->names : names,
			   variant->days ? variant->days : 10);
	show_certificate(&self->server, 0, &self->ours);
	self->server.script = variant->script;
	self->server.n_script = variant->n;
	self->server.family = family;
	if (apiserver_start(&self->server) < 0)
		SKIP(return, "no IPv6 on this machine");
	snprintf(url, sizeof(url), family == AF_INET ? "https://127.0.0.1:%d" : "https://[::1]:%d",
		 self->server.port);
	ASSERT_EQ(0, kpol_k8s_endpoint_set_url(&self->follower.endpoint, url, NULL, &why));
	ca = to_pem(&self->authority, false);
	ASSERT_EQ(0, kpol_blob_set(&self->follower.endpoint.ca, ca, strlen(ca)));
	ASSERT_EQ(0, kpol_blob_set(&self->follower.endpoint.token, "secret\n", 7));
	free(ca);
	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, &hasty);
}

FIXTURE_TEARDOWN(scene)
{
	follower_end(&self->follower);
	apiserver_stop(&self->server);
	drop_identity(&self->authority);
	drop_identity(&self->ours);
}

/* Batches of what comes in one piece of the network may be one or several: only the order counts, but for lists. */
static bool has_told(struct follower *f, const void *what)
{
	const char *told = follower_told(f), *expected = what;
	size_t len = strlen(told), tail = strlen(expected);

	return f->synced && len >= tail && strcmp(told + len - tail, expected) == 0;
}

static bool has_asked(struct follower *f, const void *what)
{
	const struct apiserver *server = what;

	return atomic_load(&server->asked->n) >= server->n_script;
}

static bool has_failed(struct follower *f, const void *what)
{
	return strstr(follower_errors(f), what);
}

TEST_F(scene, is_followed)
{
	const char *told = variant->told ? variant->told : "";
	bool refused = variant->names || variant->days;

	if (!refused) {
		EXPECT_TRUE(follower_run(&self->follower, has_asked, &self->server, 6));
		EXPECT_TRUE(follower_run(&self->follower, has_told, told, 3));
	}
	if (variant->error) {
		EXPECT_TRUE(follower_run(&self->follower, has_failed, variant->error, 3));
	}
	for (size_t i = 0; i < MAX_STEPS && variant->asked[i]; i++) {
		EXPECT_NE(NULL, strstr(self->server.asked->lines[i], variant->asked[i]))
		{
			TH_LOG("%zu: %s", i, self->server.asked->lines[i]);
		}
	}
	for (size_t i = 0; i < atomic_load(&self->server.asked->n); i++) {
		EXPECT_STREQ("secret", self->server.asked->tokens[i]);
	}
	if (refused) {
		EXPECT_EQ(0, atomic_load(&self->server.asked->n));
	}
	if (!_metadata->passed)
		TH_LOG("told \"%s\", errors \"%s\"", follower_told(&self->follower),
		       follower_errors(&self->follower));
}

TEST_HARNESS_MAIN
