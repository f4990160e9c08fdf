// SPDX-License-Identifier: GPL-2.0-or-later
/* Each format of one line tells each sort of record as data/formats says, and docs/events.md shows it. */
#include "kselftest_harness.h"

#include <json.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "format/summary.h"
#include "records.h"

#define GOLDEN TEST_DATA "/formats"
#define EVENTS TEST_TOP "/docs/events.md"

/* Return: to free(), NULL: it cannot be read. */
static char *file_text(const char *path)
{
	char *text = NULL;
	size_t len;

	return kpol_file_read(path, 1 << 20, &text, &len) == 0 ? text : NULL;
}

/* Return: the line of @text that begins with @name and a space, behind that; to free(). */
static char *golden_line(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) == 0 && line[n] == ' ')
			return strndup(line + n + 1, strcspn(line + n + 1, "\n"));
	}
	return NULL;
}

static char *told_in(const struct kpol_format *format, const struct kpol_record *record)
{
	struct kpol_payload payload = { 0 };
	char *text = NULL;

	if (format->make(record, &sender, &payload) == 0 && payload.n_parts == 1)
		text = strndup(payload.parts[0].iov_base, payload.parts[0].iov_len);
	kpol_payload_clear(&payload);
	return text;
}

FIXTURE(format)
{
	const struct kpol_format *format;
};
FIXTURE_VARIANT(format)
{
	const char *name;
};
#define FORMAT(format_name)                      \
	FIXTURE_VARIANT_ADD(format, format_name) \
	{                                        \
		.name = #format_name             \
	}
FORMAT(rfc5424);
FORMAT(json);
FORMAT(ocsf);
FORMAT(ecs);
FORMAT(cef);
FORMAT(leef);
FORMAT(kubearmor);

FIXTURE_SETUP(format)
{
	const char *nearest;

	self->format = kpol_format_find(variant->name, &nearest);
	ASSERT_NE(NULL, self->format);
}
FIXTURE_TEARDOWN(format)
{
}

TEST_F(format, tells_every_sort_of_record)
{
	_cleanup_free_ char *golden = NULL;
	char path[256];

	snprintf(path, sizeof(path), GOLDEN "/%s.txt", variant->name);
	golden = file_text(path);
	ASSERT_NE(NULL, golden);
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		_cleanup_free_ char *text = told_in(self->format, &told[i].record);
		_cleanup_free_ char *want = golden_line(golden, told[i].name);

		ASSERT_NE(NULL, text);
		ASSERT_NE(NULL, want)
		TH_LOG("%s has no %s", path, told[i].name);
		EXPECT_STREQ(want, text)
		TH_LOG("%s in %s", told[i].name, variant->name);
	}
}

TEST_F(format, is_one_line_of_printable_text)
{
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		_cleanup_free_ char *text = told_in(self->format, &told[i].record);

		ASSERT_NE(NULL, text);
		EXPECT_EQ(NULL, strpbrk(text, "\n\r\t"));
		EXPECT_TRUE(kpol_utf8_valid(text, strlen(text), NULL));
	}
}

/* Nothing but bytes that take the longest to write, as much of them as there can be. */
TEST_F(format, fits_into_a_datagram)
{
	static char object[KPOL_EVENT_OBJECT_MAX + 1], source[KPOL_EVENT_SOURCE_MAX + 1];
	static char list[512], name[KPOL_NAME_MAX + 1], path[512], comm[KPOL_COMM_LEN];
	struct kpol_event event = exec_in_a_pod;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	_cleanup_free_ char *text = NULL;

	memset(object, 1, sizeof(object) - 1);
	memset(source, 1, sizeof(source) - 1);
	memset(list, 1, sizeof(list) - 1);
	memset(name, 1, sizeof(name) - 1);
	memset(path, 1, sizeof(path) - 1);
	memset(comm, 1, sizeof(comm) - 1);
	event.object = object;
	event.source = source;
	event.comm = comm;
	event.cgroup_path = path;
	event.tags = event.frameworks = list;
	event.scope = event.pod = event.container = event.namespace = event.policy = name;
	event.bundle = event.owner = event.file = event.message = name;
	text = told_in(self->format, &record);
	ASSERT_NE(NULL, text);
	EXPECT_GT(65507, strlen(text));
}

TEST_F(format, is_shown_in_the_documentation)
{
	_cleanup_free_ char *text = told_in(self->format, &told[0].record);
	_cleanup_free_ char *docs = file_text(EVENTS);
	_cleanup_free_ char *line = NULL;

	ASSERT_NE(NULL, text);
	ASSERT_NE(NULL, docs);
	ASSERT_LT(0, asprintf(&line, "\n    %s\n", text));
	EXPECT_NE(NULL, strstr(docs, line))
	TH_LOG("docs/events.md does not show:\n    %s", text);
}

TEST_F(format, bears_a_sender_that_knows_nothing)
{
	struct kpol_sender nobody = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		_cleanup_(kpol_payload_clear) struct kpol_payload payload = { 0 };

		EXPECT_EQ(0, self->format->make(&told[i].record, &nobody, &payload));
		EXPECT_EQ(NULL, strstr(payload.bytes.text, "null"));
	}
}

TEST(every_format_is_tested_here)
{
	size_t n = 0;

	for (const struct kpol_format *format = kpol_formats(); format->name; format++)
		n += format->media != NULL;
	EXPECT_EQ(7, n);
}

TEST(a_format_is_found_by_name_or_the_nearest_is_told)
{
	static const struct {
		const char *name;
		const char *nearest;
	} cases[] = {
		{ "ocfs", "ocsf" }, { "elastic", NULL },	   { "rfc5242", "rfc5424" },
		{ "ECS", "ecs" },   { "kubearmour", "kubearmor" }, { "", NULL },
	};

	for (const struct kpol_format *format = kpol_formats(); format->name; format++) {
		const char *nearest = "untouched";

		EXPECT_EQ(format, kpol_format_find(format->name, &nearest));
		EXPECT_STREQ("untouched", nearest);
		EXPECT_LT(0, strlen(format->purpose));
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *nearest = "";

		EXPECT_EQ(NULL, kpol_format_find(cases[i].name, &nearest));
		if (cases[i].nearest && nearest) {
			EXPECT_STREQ(cases[i].nearest, nearest);
		} else {
			EXPECT_EQ(cases[i].nearest, nearest);
		}
	}
}

TEST(ids_tell_records_apart_and_last)
{
	struct kpol_summary a, b;

	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		kpol_summary_make(&told[i].record, &sender, &a);
		kpol_summary_make(&told[i].record, &sender, &b);
		EXPECT_STREQ(a.id, b.id);
		EXPECT_EQ(0, strncmp(BOOT_ID "-", a.id, strlen(BOOT_ID) + 1));
		for (size_t j = 0; j < i; j++) {
			kpol_summary_make(&told[j].record, &sender, &b);
			EXPECT_STRNE(a.id, b.id);
		}
	}
	kpol_summary_make(&told[0].record, &sender, &a);
	EXPECT_STREQ(BOOT_ID "-42", a.id);
}

TEST(severity_is_the_policys_or_follows_from_what_happened)
{
	static const struct {
		uint32_t verdict;
		unsigned int given, severity;
	} cases[] = {
		{ KPOL_VERDICT_DENY, 0, 7 },	{ KPOL_VERDICT_WOULD_DENY, 0, 5 },
		{ KPOL_VERDICT_AUDIT, 0, 3 },	{ KPOL_VERDICT_DENY, 1, 1 },
		{ KPOL_VERDICT_AUDIT, 10, 10 }, { KPOL_VERDICT_AUDIT, 4000, 10 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kpol_event event = { .verdict = cases[i].verdict,
					    .severity = cases[i].given,
					    .op = KPOL_OP_EXEC };
		struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
		struct kpol_summary summary;

		kpol_summary_make(&record, &sender, &summary);
		EXPECT_EQ(cases[i].severity, summary.severity);
	}
}

/* The table of docs/events.md has a row for each member of an event. */
TEST(documentation_maps_every_member)
{
	_cleanup_free_ char *docs = file_text(EVENTS);
	struct kpol_event event = exec_in_a_pod;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	struct kpol_jsonw w = { 0 };
	struct json_object *json, *members;

	event.class = KPOL_CLASS_NETWORK;
	event.cut = true;
	event.rule = event.family = event.protocol = event.port = 1;
	event.addr_len = 4;
	event.unit = "x";
	kpol_jsonw_object_begin(&w, NULL);
	kpol_record_json(&record, &w);
	kpol_jsonw_object_end(&w);
	json = json_tokener_parse(w.out.text);
	ASSERT_NE(NULL, docs);
	ASSERT_TRUE(json_object_object_get_ex(json, "event", &members));
	json_object_object_foreach(members, key, value)
	{
		char cell[64];

		(void)value;
		snprintf(cell, sizeof(cell), "`%s`", key);
		EXPECT_NE(NULL, strstr(docs, cell))
		TH_LOG("docs/events.md does not map %s", key);
	}
	json_object_put(json);
	kpol_jsonw_clear(&w);
}

TEST_HARNESS_MAIN
