// SPDX-License-Identifier: GPL-2.0-or-later
/* Records as sentence, JSON, journal fields and syslog: nothing a workload chooses breaks out of
 * its place. */
#include "kselftest_harness.h"

#include <json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "format/payload.h"

static const struct kpol_sender sender = {
	.host = "web1", .pid = 77, .enterprise = 32473, .sequence = 9, .uptime_cs = 1234
};

static struct kpol_event denied_exec(void)
{
	return (struct kpol_event){ .seq = 42,
				    .time_ns = 1700000000123456789ULL,
				    .generation = 7,
				    .verdict = KPOL_VERDICT_DENY,
				    .reason = KPOL_REASON_DEFAULT,
				    .class = KPOL_CLASS_PROCESS,
				    .op = KPOL_OP_EXEC,
				    .count = 1,
				    .line = 21,
				    .pid = 312,
				    .tgid = 312,
				    .uid = 1000,
				    .has_task = true,
				    .comm = "payd",
				    .object = "/bin/sh",
				    .source = "/usr/bin/payd",
				    .policy = "payments/payments-process",
				    .file = "payments.yaml" };
}

static struct kpol_event denied_connect(void)
{
	struct kpol_event event = denied_exec();

	event.class = KPOL_CLASS_NETWORK;
	event.op = KPOL_OP_CONNECT;
	event.object = NULL;
	event.family = 2;
	event.protocol = 6;
	event.port = 443;
	event.addr_len = 4;
	memcpy(event.addr, (uint8_t[]){ 10, 0, 0, 7 }, 4);
	return event;
}

TEST(sentence_says_what_who_and_where)
{
	struct kpol_event event = denied_exec();
	char text[512];

	kpol_event_sentence(&event, text, sizeof(text));
	EXPECT_STREQ("denied exec /bin/sh by /usr/bin/payd (pid 312): payments.yaml:21 policy "
		     "payments/payments-process, default deny",
		     text);
}

TEST(sentence_names_the_peer)
{
	struct kpol_event event = denied_connect();
	char text[512];

	event.verdict = KPOL_VERDICT_WOULD_DENY;
	event.reason = KPOL_REASON_RULE;
	event.count = 3;
	kpol_event_sentence(&event, text, sizeof(text));
	EXPECT_STREQ("would deny connect 10.0.0.7:443 tcp by /usr/bin/payd (pid 312) 3 times: "
		     "payments.yaml:21 policy payments/payments-process",
		     text);
}

TEST(sentence_of_a_default_that_reports_speaks_of_no_denial)
{
	struct kpol_event event = denied_exec();
	char text[512];

	event.verdict = KPOL_VERDICT_AUDIT;
	kpol_event_sentence(&event, text, sizeof(text));
	EXPECT_STREQ("audited exec /bin/sh by /usr/bin/payd (pid 312): payments.yaml:21 policy "
		     "payments/payments-process, no rule is for it",
		     text);
}

TEST(sentence_without_names_ends_with_the_reason)
{
	struct kpol_event event = denied_exec();
	char text[512];

	event.policy = event.file = NULL;
	kpol_event_sentence(&event, text, sizeof(text));
	EXPECT_STREQ("denied exec /bin/sh by /usr/bin/payd (pid 312), default deny", text);
}

TEST(long_sentence_ends_between_characters)
{
	struct kpol_event event = denied_exec();
	char object[1001], text[101];

	for (size_t i = 0; i < 1000; i += 2)
		memcpy(object + i, "é", 2);
	object[1000] = '\0';
	event.object = object;
	for (size_t size = 60; size < 70; size++) {
		kpol_event_sentence(&event, text, size);
		EXPECT_TRUE(kpol_utf8_valid(text, strlen(text), NULL));
		EXPECT_GT(size, strlen(text));
		EXPECT_STREQ("…", text + strlen(text) - strlen("…"));
	}
}

TEST(losses_and_control_are_sentences_too)
{
	struct kpol_record lost = { .kind = KPOL_RECORD_LOST, .first = 17, .last = 40 };
	struct kpol_record control = { .kind = KPOL_RECORD_CONTROL,
				       .action = "mode",
				       .detail = "payments/web observe",
				       .outcome = "ok",
				       .uid = 0,
				       .pid = 5 };
	char text[256];

	kpol_record_sentence(&lost, text, sizeof(text));
	EXPECT_STREQ("events 17–40 lost", text);
	lost.last = 17;
	kpol_record_sentence(&lost, text, sizeof(text));
	EXPECT_STREQ("event 17 lost", text);
	kpol_record_sentence(&control, text, sizeof(text));
	EXPECT_STREQ("mode payments/web observe by uid 0 (pid 5): ok", text);
}

TEST(syslog_message_is_rfc5424)
{
	_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
	struct kpol_event event = denied_exec();
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };

	ASSERT_EQ(0, kpol_format_rfc5424(&record, &sender, &payload));
	ASSERT_EQ(1, payload.n_parts);
	EXPECT_STREQ("<84>1 2023-11-14T22:13:20.123456Z web1 kpold 77 denied "
		     "[kpol@32473 seq=\"42\" verdict=\"denied\" reason=\"default\" "
		     "class=\"process\" op=\"exec\" count=\"1\" pid=\"312\" ppid=\"0\" "
		     "uid=\"1000\" line=\"21\" generation=\"7\" comm=\"payd\" "
		     "policy=\"payments/payments-process\" file=\"payments.yaml\" "
		     "object=\"/bin/sh\" source=\"/usr/bin/payd\"]"
		     "[meta sequenceId=\"9\" sysUpTime=\"1234\"] \xEF\xBB\xBF"
		     "denied exec /bin/sh by /usr/bin/payd (pid 312): payments.yaml:21 policy "
		     "payments/payments-process, default deny",
		     payload.bytes.text);
}

TEST(syslog_severity_follows_the_verdict)
{
	static const struct {
		uint32_t verdict;
		const char *start;
	} cases[] = {
		{ KPOL_VERDICT_DENY, "<84>1 " },
		{ KPOL_VERDICT_WOULD_DENY, "<85>1 " },
		{ KPOL_VERDICT_AUDIT, "<85>1 " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
		struct kpol_event event = denied_exec();
		struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };

		event.verdict = cases[i].verdict;
		ASSERT_EQ(0, kpol_format_rfc5424(&record, &sender, &payload));
		EXPECT_EQ(0, strncmp(cases[i].start, payload.bytes.text, strlen(cases[i].start)));
	}
}

TEST(host_name_with_spaces_is_cut_and_without_is_a_dash)
{
	struct kpol_sender odd = sender;
	struct kpol_record record = { .kind = KPOL_RECORD_LOST, .first = 1, .last = 1 };
	_cleanup_(kpol_payload_clear) struct kpol_payload a = { 0 }, b = { 0 };

	odd.host = "we b";
	ASSERT_EQ(0, kpol_format_rfc5424(&record, &odd, &a));
	EXPECT_NE(NULL, strstr(a.bytes.text, "Z we kpold "));
	odd.host = "";
	ASSERT_EQ(0, kpol_format_rfc5424(&record, &odd, &b));
	EXPECT_NE(NULL, strstr(b.bytes.text, "Z - kpold "));
}

/* What a hostile workload may call its files. */
FIXTURE(hostile){};
FIXTURE_SETUP(hostile)
{
}
FIXTURE_TEARDOWN(hostile)
{
}

FIXTURE_VARIANT(hostile)
{
	const char *path;
	const char *shown;
	const char *in_syslog;
};

#define HOSTILE(name, ...)                 \
	FIXTURE_VARIANT_ADD(hostile, name) \
	{                                  \
		__VA_ARGS__                \
	}

HOSTILE(newline, "/tmp/a\nMESSAGE=b", "/tmp/a\\x0aMESSAGE=b", "/tmp/a\\\\x0aMESSAGE=b");
HOSTILE(ansi, "/tmp/\x1b[31mred", "/tmp/\\x1b[31mred", "/tmp/\\\\x1b[31mred");
HOSTILE(quote_and_bracket, "/tmp/\"] [x@1 a=\"", "/tmp/\"] [x@1 a=\"", "/tmp/\\\"\\] [x@1 a=\\\"");
HOSTILE(backslash, "/tmp/a\\", "/tmp/a\\", "/tmp/a\\\\");
HOSTILE(invalid_utf8, "/tmp/\xff\xc3", "/tmp/\\xff\\xc3", "/tmp/\\\\xff\\\\xc3");
HOSTILE(c1_control, "/tmp/\xc2\x9b", "/tmp/\\xc2\\x9b", "/tmp/\\\\xc2\\\\x9b");
HOSTILE(bidirectional, "/tmp/\xe2\x80\xae", "/tmp/\\xe2\\x80\\xae", "/tmp/\\\\xe2\\\\x80\\\\xae");
HOSTILE(plain_unicode, "/tmp/grün", "/tmp/grün", "/tmp/grün");

TEST_F(hostile, path_stays_in_the_sentence)
{
	struct kpol_event event = denied_exec();
	char text[512], want[600];

	event.object = variant->path;
	kpol_event_sentence(&event, text, sizeof(text));
	snprintf(want, sizeof(want),
		 "denied exec %s by /usr/bin/payd (pid 312): payments.yaml:21 policy "
		 "payments/payments-process, default deny",
		 variant->shown);
	EXPECT_STREQ(want, text);
}

TEST_F(hostile, path_stays_in_its_syslog_value)
{
	_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
	struct kpol_event event = denied_exec();
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	char want[600];

	event.object = variant->path;
	ASSERT_EQ(0, kpol_format_rfc5424(&record, &sender, &payload));
	snprintf(want, sizeof(want), " object=\"%s\" source=", variant->in_syslog);
	EXPECT_NE(NULL, strstr(payload.bytes.text, want));
	EXPECT_EQ(NULL, strpbrk(payload.bytes.text, "\n\x1b"));
	EXPECT_TRUE(kpol_utf8_valid(payload.bytes.text, payload.bytes.len, NULL));
}

TEST_F(hostile, path_stays_in_its_journal_field)
{
	_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
	struct kpol_event event = denied_exec();
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	char want[600];
	bool found = false;

	event.object = variant->path;
	ASSERT_EQ(0, kpol_format_journal(&record, &sender, &payload));
	snprintf(want, sizeof(want), "KPOL_OBJECT=%s", variant->shown);
	for (int i = 0; i < payload.n_parts; i++) {
		const struct iovec *part = &payload.parts[i];

		EXPECT_EQ(NULL, memchr(part->iov_base, '\n', part->iov_len));
		if (part->iov_len == strlen(want) &&
		    memcmp(part->iov_base, want, part->iov_len) == 0)
			found = true;
	}
	EXPECT_TRUE(found);
}

TEST_F(hostile, path_stays_in_its_json_string)
{
	struct kpol_event event = denied_exec();
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	struct kpol_jsonw w = { 0 };
	struct json_object *json, *value;
	char *text;

	event.object = variant->path;
	kpol_jsonw_object_begin(&w, NULL);
	kpol_record_json(&record, &w);
	kpol_jsonw_object_end(&w);
	text = kpol_jsonw_take(&w);
	EXPECT_EQ(NULL, strpbrk(text, "\n\x1b"));
	json = json_tokener_parse(text);
	ASSERT_NE(NULL, json);
	ASSERT_TRUE(json_object_object_get_ex(json, "event", &json));
	ASSERT_TRUE(json_object_object_get_ex(json, "object", &value));
	if (kpol_utf8_valid(variant->path, strlen(variant->path), NULL))
		EXPECT_STREQ(variant->path, json_object_get_string(value));
	ASSERT_TRUE(json_object_object_get_ex(json, "uid", &value));
	EXPECT_EQ(1000, json_object_get_int(value));
	free(text);
}

TEST(syslog_message_has_an_end)
{
	_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
	struct kpol_event event = denied_exec();
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	char path[KPOL_EVENT_OBJECT_MAX + 1];

	memset(path, '\x01', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	event.object = event.source = event.cgroup_path = event.message = event.scope = path;
	event.policy = event.file = event.owner = event.tags = event.unit = path;
	event.frameworks = event.risk = path;
	ASSERT_EQ(0, kpol_format_rfc5424(&record, &sender, &payload));
	EXPECT_GE(KPOL_RFC5424_MAX, payload.bytes.len);
	EXPECT_NE(NULL, strstr(payload.bytes.text, " truncated=\"yes\"][meta "));
	EXPECT_NE(NULL, strstr(payload.bytes.text, "seq=\"42\""));
}

TEST(journal_has_an_id_per_kind)
{
	static const uint32_t verdicts[] = { KPOL_VERDICT_DENY, KPOL_VERDICT_WOULD_DENY,
					     KPOL_VERDICT_AUDIT };
	char ids[3][64];

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };
		struct kpol_event event = denied_exec();
		struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };

		event.verdict = verdicts[i];
		ASSERT_EQ(0, kpol_format_journal(&record, &sender, &payload));
		for (int j = 0; j < payload.n_parts; j++)
			if (strncmp(payload.parts[j].iov_base, "MESSAGE_ID=", 11) == 0)
				snprintf(ids[i], sizeof(ids[i]), "%.*s",
					 (int)payload.parts[j].iov_len,
					 (char *)payload.parts[j].iov_base);
	}
	EXPECT_STRNE(ids[0], ids[1]);
	EXPECT_STRNE(ids[1], ids[2]);
}

TEST_HARNESS_MAIN
