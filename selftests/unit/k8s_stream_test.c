// SPDX-License-Identifier: GPL-2.0-or-later
/* The values of a JSON stream, however it is cut, and what is no such stream; how long to wait for the next. */
#include "kselftest_harness.h"

#include <errno.h>
#include <string.h>

#include "net/backoff.h"
#include "k8s/query.h"
#include "k8s/stream.h"
#include "k8s/trim.h"

static int note(const char *key, char *text, size_t len, void *userdata)
{
	struct kpol_buffer *out = userdata;

	kpol_buffer_printf(out, "%s%s", key, key[0] ? "=" : "");
	kpol_buffer_add(out, text ? text : "(lost)", text ? len : 6);
	kpol_buffer_putc(out, ';');
	return 0;
}

static int feed(enum kpol_k8s_stream_kind kind, const char *bytes, size_t chunk,
		struct kpol_buffer *out, bool *ret_ended)
{
	struct kpol_k8s_stream stream = { .kind = kind, .value = note, .userdata = out };
	size_t len = strlen(bytes);
	int r = 0;

	for (size_t at = 0; at < len && r == 0; at += chunk)
		r = kpol_k8s_stream_feed(&stream, bytes + at, len - at < chunk ? len - at : chunk);
	*ret_ended = kpol_k8s_stream_ended(&stream);
	kpol_k8s_stream_clear(&stream);
	return r;
}

#define LIST KPOL_K8S_STREAM_LIST
#define EVENTS KPOL_K8S_STREAM_EVENTS

TEST(values_come_out_the_same_however_the_bytes_arrive)
{
	static const struct {
		enum kpol_k8s_stream_kind kind;
		const char *bytes, *values;
		int r;
		bool ended;
	} cases[] = {
		{ EVENTS, "{\"a\":1}\n{\"b\":{}} {}", "{\"a\":1};{\"b\":{}};{};", 0, true },
		{ EVENTS, "{\"a\":\"}{\\\"\\\\\"}", "{\"a\":\"}{\\\"\\\\\"};", 0, true },
		{ EVENTS, "{\"a\":\"é😀\"}", "{\"a\":\"é😀\"};", 0, true },
		{ EVENTS, "{\"a\":1", "", 0, false },
		{ EVENTS, "{}x", "{};", -EBADMSG, false },
		{ EVENTS, "[]", "", -EBADMSG, false },
		{ EVENTS, "", "", 0, true },
		{ LIST, "{}", "", 0, true },
		{ LIST, "{\"items\":[]}", "", 0, true },
		{ LIST, "{\"items\":null}", "items=null;", 0, true },
		{ LIST,
		  " { \"kind\" : \"L\" , \"items\" : [ {} , 1 , \"x\" , [2] ] , \"n\":-1.5}\n",
		  "kind=\"L\";items={};items=1;items=\"x\";items=[2];n=-1.5;", 0, true },
		{ LIST, "{\"items\":[{\"items\":[1]}],\"metadata\":{\"a\":[]}}",
		  "items={\"items\":[1]};metadata={\"a\":[]};", 0, true },
		{ LIST, "{\"it\\u0065ms\":[1]}", "it??0065ms=[1];", 0, true },
		{ LIST, "{\"a\":1", "", 0, false },
		{ LIST, "{\"items\":[{}", "items={};", 0, false },
		{ LIST, "{\"a\":1}}", "a=1;", -EBADMSG, false },
		{ LIST, "{,}", "", -EBADMSG, false },
		{ LIST, "{\"a\" 1}", "", -EBADMSG, false },
		{ LIST, "{\"a\":}", "", -EBADMSG, false },
		{ LIST, "{\"a\":1,}", "a=1;", -EBADMSG, false },
		{ LIST, "{\"items\":[1,]}", "items=1;", -EBADMSG, false },
		{ LIST, "{\"items\":[1}}", "items=1;", -EBADMSG, false },
		{ LIST, "{\"items\":[1 2]}", "items=1;", -EBADMSG, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t chunk = 1; chunk <= strlen(cases[i].bytes); chunk++) {
			struct kpol_buffer out = { 0 };
			char *values;
			bool ended;
			int r = feed(cases[i].kind, cases[i].bytes, chunk, &out, &ended);

			values = kpol_buffer_take(&out);
			EXPECT_EQ(cases[i].r, r);
			EXPECT_EQ(cases[i].ended, ended);
			EXPECT_STREQ(cases[i].values, values)
			{
				TH_LOG("%s in pieces of %zu", cases[i].bytes, chunk);
			}
			free(values);
		}
}

TEST(what_is_too_large_is_lost_alone)
{
	struct kpol_buffer out = { 0 };
	struct kpol_k8s_stream stream = { .value = note, .userdata = &out };
	static char filler[1 << 16];
	char *values;

	memset(filler, 'x', sizeof(filler));
	EXPECT_EQ(0, kpol_k8s_stream_feed(&stream, "{}{\"a\":\"", 8));
	for (size_t n = 0; n <= KPOL_K8S_VALUE_MAX; n += sizeof(filler))
		EXPECT_EQ(0, kpol_k8s_stream_feed(&stream, filler, sizeof(filler)));
	EXPECT_EQ(0, kpol_k8s_stream_feed(&stream, "\"}{\"b\":1}", 10 - 1));
	values = kpol_buffer_take(&out);
	EXPECT_STREQ("{};(lost);{\"b\":1};", values);
	EXPECT_EQ(0, stream.text.capacity > 1 << 20);
	free(values);
	kpol_k8s_stream_clear(&stream);
}

TEST(bookkeeping_is_cut_out)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "{\"managedFields\":[{\"a]\\\"\":[1,{}]}],\"b\":[]}",
		  "{\"managedFields\":[],\"b\":[]}" },
		{ "{\"managedFields\":[]}", "{\"managedFields\":[]}" },
		{ "{\"managedFields\":7}", "{\"managedFields\":7}" },
		{ "{\"a\":\"\\\"managedFields\\\":[1]\"}",
		  "{\"a\":\"\\\"managedFields\\\":[1]\"}" },
		{ "{\"managedFields\":[\"", "{\"managedFields\":[\"" },
		{ "{\"managedFields\":[\"\\", "{\"managedFields\":[\"\\" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[128];
		size_t len;

		strcpy(text, cases[i].text);
		len = kpol_k8s_trim(text, strlen(text));
		EXPECT_STREQ(cases[i].trimmed, text);
		EXPECT_EQ(strlen(cases[i].trimmed), len);
	}
}

#define MS(n) ((n)*UINT64_C(1000))
#define S(n) MS((n)*UINT64_C(1000))

TEST(waits_grow_and_have_ends)
{
	struct kpol_backoff low = { 0 }, high = { 0 };
	static const uint64_t least[] = { MS(800),   MS(1600), MS(3200), MS(6400),
					  MS(12800), S(15),    S(15) };
	static const uint64_t most[] = { MS(1600),  MS(3200), MS(6400), MS(12800),
					 MS(25600), S(30),    S(30) };

	for (size_t i = 0; i < ARRAY_SIZE(least); i++) {
		EXPECT_EQ(least[i], kpol_backoff_next(&low, S(1), 0, 0));
		EXPECT_EQ(most[i], kpol_backoff_next(&high, S(1), 0, UINT32_MAX));
	}
}

TEST(a_server_is_given_the_time_it_asks_for_within_reason)
{
	struct kpol_backoff backoff = { 0 };

	EXPECT_EQ(S(7), kpol_backoff_next(&backoff, S(1), S(7), 0));
	EXPECT_EQ(S(120), kpol_backoff_next(&backoff, S(1), S(86400), 0));
	EXPECT_EQ(MS(3200), kpol_backoff_next(&backoff, S(1), MS(1), 0));
}

TEST(two_good_minutes_begin_anew)
{
	struct kpol_backoff backoff = { 0 };

	kpol_backoff_next(&backoff, S(1), 0, 0);
	kpol_backoff_healthy(&backoff, S(10));
	kpol_backoff_healthy(&backoff, S(100));
	EXPECT_EQ(MS(1600), kpol_backoff_next(&backoff, S(129), 0, 0));
	kpol_backoff_healthy(&backoff, S(130));
	EXPECT_EQ(MS(800), kpol_backoff_next(&backoff, S(250), 0, 0));
}

TEST(queries_are_escaped)
{
	const struct kpol_k8s_resource *pods = &kpol_k8s_resources[KPOL_K8S_PODS];
	const struct kpol_k8s_resource *policies = &kpol_k8s_resources[KPOL_K8S_KUBEARMOR_POLICIES];
	char *list = kpol_k8s_query_list(pods, "spec.nodeName=node-1", "0", true, NULL);
	char *next = kpol_k8s_query_list(pods, NULL, "0", true, "a+b/c=");
	char *whole = kpol_k8s_query_list(policies, NULL, "", false, NULL);
	char *watch = kpol_k8s_query_watch(policies, NULL, "220", 301);

	EXPECT_STREQ(
		"/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1&limit=500&resourceVersion=0",
		list);
	EXPECT_STREQ("/api/v1/pods?limit=500&continue=a%2Bb%2Fc%3D", next);
	EXPECT_STREQ("/apis/security.kubearmor.com/v1/kubearmorpolicies", whole);
	EXPECT_STREQ("/apis/security.kubearmor.com/v1/kubearmorpolicies?watch=1&"
		     "allowWatchBookmarks=true&resourceVersion=220&timeoutSeconds=301",
		     watch);
	free(list);
	free(next);
	free(whole);
	free(watch);
}

TEST_HARNESS_MAIN
