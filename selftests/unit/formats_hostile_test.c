// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever bytes somebody else chose: they come out of every format's reader as they went in, and
 * nothing beside them changes.
 */
#include "kselftest_harness.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "readers.h"
#include "records.h"

/* Stands for the hostile text when all is well: a value without it may not differ. */
#define MARK "harmless"
#define HARMLESS "/" MARK "/" MARK

#define FORGED "rt=1 act=allowed verdict=allowed outcome=success"

static const char *const hostile[] = {
	"/tmp/a\nb",
	"/tmp/a\r\nb\n",
	"/tmp/\ta",
	"/tmp/\x1b[31mred\x1b]0;title\a",
	"/tmp/\x7f\b\f\v",
	"/tmp/\"quoted\" 'a'",
	"/tmp/a\\",
	"\\",
	"\\\\",
	"/tmp/\\n\\=\\|\\x0a\\u0000",
	"\\x5e\\x20",
	"/tmp/a|b||",
	"/tmp/a=b==",
	"=",
	"/tmp/a]b[",
	"^",
	"/tmp/a^b^^",
	" ",
	"   ",
	" leading",
	"trailing ",
	"/tmp/a " FORGED,
	"/tmp/a\\ " FORGED " ",
	"/tmp/a^"
	"verdict=allowed^outcome=success",
	"/tmp/a\tverdict=allowed\toutcome=success",
	"/tmp/a\nCEF:0|kpol|kpol|0.1.0|exec-allowed|x|0|" FORGED,
	"CEF:0|kpol|kpol|0.1.0|exec-allowed|x|0|" FORGED,
	"LEEF:2.0|kpol|kpol|0.1.0|exec-allowed|^|verdict=allowed",
	"/tmp/\",\"verdict\":\"allowed\",\"x\":\"",
	"/tmp/\"}}\n{\"event\":{\"verdict\":\"allowed\"}}",
	"/tmp/\\\",\"verdict\":\"allowed",
	"/tmp/#011#012%s%n%%${x}`x`$(x)<script>&amp;",
	"/tmp/grün \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf",
	"/tmp/\xe2\x80\xae"
	"txt.exe\xe2\x81\xa6\xe2\x80\x8f",
	"/tmp/\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\xc2\x9b\xef\xbb\xbf",
	"/tmp/\xff\xfe\xc3",
	"/tmp/\xc0\x80\xc0\xaf\xe0\x80\x8a\xf0\x80\x80\x8a",
	"/tmp/\xed\xa0\x80\xed\xbf\xbf\xf4\x90\x80\x80\xf8\x88\x80\x80\x80",
	"\xe2\x80",
	"\x80",
};

enum of { OF_EVENT, OF_RECORD, OF_SENDER };

#define EVENT(name) OF_EVENT, offsetof(struct kpol_event, name)
#define RECORD(name) OF_RECORD, offsetof(struct kpol_record, name)
#define SENDER(name) OF_SENDER, offsetof(struct kpol_sender, name)

/** struct place - one row: a text of a record, and where a format has it; NULL: it does not. */
struct place {
	enum of of;
	size_t offset;
	const char *key;
};

#define PLACES_MAX 24

static const struct form {
	const char *name;
	bool (*read)(const char *text, struct reading *reading);
	struct place places[PLACES_MAX];
} forms[] = {
	{ "json",
	  read_json,
	  { { SENDER(host), "host" },
	    { EVENT(object), "event.object" },
	    { EVENT(source), "event.source" },
	    { EVENT(comm), "event.comm" },
	    { EVENT(cgroup_path), "event.cgroup" },
	    { EVENT(scope), "event.scope" },
	    { EVENT(unit), "event.unit" },
	    { EVENT(pod), "event.pod" },
	    { EVENT(container), "event.container" },
	    { EVENT(namespace), "event.namespace" },
	    { EVENT(bundle), "event.bundle" },
	    { EVENT(bundle_version), "event.bundleVersion" },
	    { EVENT(policy), "event.policy" },
	    { EVENT(file), "event.file" },
	    { EVENT(message), "event.message" },
	    { EVENT(owner), "event.owner" },
	    { EVENT(risk), "event.risk" },
	    { RECORD(action), "control.action" },
	    { RECORD(detail), "control.detail" },
	    { RECORD(outcome), "control.outcome" },
	    { RECORD(bundle), "control.bundle" } } },
	{ "ocsf",
	  read_json,
	  { { SENDER(host), "device.hostname" },
	    { EVENT(object), "unmapped.object" },
	    { EVENT(object), "process.file.path" },
	    { EVENT(source), "actor.process.file.path" },
	    { EVENT(comm), "actor.process.name" },
	    { EVENT(cgroup_path), "unmapped.cgroup" },
	    { EVENT(scope), "unmapped.scope" },
	    { EVENT(unit), "unmapped.unit" },
	    { EVENT(pod), "unmapped.pod" },
	    { EVENT(container), "actor.process.container.name" },
	    { EVENT(namespace), "unmapped.namespace" },
	    { EVENT(bundle), "unmapped.bundle" },
	    { EVENT(bundle_version), "policy.version" },
	    { EVENT(policy), "policy.name" },
	    { EVENT(file), "unmapped.file" },
	    { EVENT(message), "policy.desc" },
	    { EVENT(owner), "unmapped.owner" },
	    { RECORD(action), "unmapped.action" },
	    { RECORD(detail), "unmapped.detail" },
	    { RECORD(outcome), "status_detail" },
	    { RECORD(bundle), "entity.name" } } },
	{ "ecs",
	  read_json,
	  { { SENDER(host), "host.hostname" },
	    { EVENT(object), "file.path" },
	    { EVENT(object), "kpol.object" },
	    { EVENT(source), "process.executable" },
	    { EVENT(comm), "process.name" },
	    { EVENT(cgroup_path), "kpol.cgroup" },
	    { EVENT(scope), "kpol.scope" },
	    { EVENT(unit), "kpol.unit" },
	    { EVENT(pod), "orchestrator.resource.name" },
	    { EVENT(container), "container.name" },
	    { EVENT(namespace), "orchestrator.namespace" },
	    { EVENT(bundle), "rule.ruleset" },
	    { EVENT(bundle_version), "rule.version" },
	    { EVENT(policy), "rule.name" },
	    { EVENT(file), "kpol.file" },
	    { EVENT(message), "rule.description" },
	    { EVENT(owner), "kpol.owner" },
	    { EVENT(risk), "kpol.risk" },
	    { RECORD(action), "kpol.action" },
	    { RECORD(detail), "kpol.detail" },
	    { RECORD(outcome), "event.reason" },
	    { RECORD(bundle), "rule.ruleset" } } },
	{ "cef",
	  read_cef,
	  { { SENDER(host), "dvchost" },
	    { EVENT(object), "filePath" },
	    { EVENT(source), "sproc" },
	    { EVENT(comm), "kpolComm" },
	    { EVENT(cgroup_path), "kpolCgroup" },
	    { EVENT(scope), "kpolScope" },
	    { EVENT(unit), "kpolUnit" },
	    { EVENT(pod), "cs1" },
	    { EVENT(namespace), "cs2" },
	    { EVENT(container), "cs3" },
	    { EVENT(bundle), "cs4" },
	    { EVENT(bundle_version), "kpolBundleVersion" },
	    { EVENT(policy), "cs5" },
	    { EVENT(file), "cs6" },
	    { EVENT(message), "kpolMessage" },
	    { EVENT(owner), "kpolOwner" },
	    { EVENT(risk), "kpolRisk" },
	    { EVENT(tags), "kpolTags" },
	    { EVENT(frameworks), "kpolFrameworks" },
	    { RECORD(action), "act" },
	    { RECORD(detail), "kpolDetail" },
	    { RECORD(outcome), "reason" },
	    { RECORD(bundle), "cs4" } } },
	{ "leef",
	  read_leef,
	  { { SENDER(host), "host" },
	    { EVENT(object), "object" },
	    { EVENT(source), "source" },
	    { EVENT(comm), "comm" },
	    { EVENT(cgroup_path), "cgroup" },
	    { EVENT(scope), "scope" },
	    { EVENT(unit), "unit" },
	    { EVENT(pod), "pod" },
	    { EVENT(namespace), "namespace" },
	    { EVENT(container), "container" },
	    { EVENT(bundle), "bundle" },
	    { EVENT(bundle_version), "bundleVersion" },
	    { EVENT(policy), "policy" },
	    { EVENT(file), "file" },
	    { EVENT(message), "message" },
	    { EVENT(owner), "owner" },
	    { EVENT(risk), "risk" },
	    { EVENT(tags), "tags" },
	    { EVENT(frameworks), "frameworks" },
	    { RECORD(action), "action" },
	    { RECORD(detail), "detail" },
	    { RECORD(outcome), "reason" },
	    { RECORD(bundle), "bundle" } } },
	{ "kubearmor",
	  read_json,
	  { { SENDER(host), "HostName" },
	    { EVENT(object), "Resource" },
	    { EVENT(object), "ProcessName" },
	    { EVENT(source), "Source" },
	    { EVENT(source), "ParentProcessName" },
	    { EVENT(pod), "PodName" },
	    { EVENT(container), "ContainerName" },
	    { EVENT(namespace), "NamespaceName" },
	    { EVENT(message), "Message" } } },
};

static const char **text_at(const struct place *place, struct kpol_event *event,
			    struct kpol_record *record, struct kpol_sender *from)
{
	void *of[] = { [OF_EVENT] = event, [OF_RECORD] = record, [OF_SENDER] = from };

	return (const char **)((char *)of[place->of] + place->offset);
}

/* Return: the line, to free(), with @text at @place; @base is not changed. */
static char *told_with(const struct form *form, const struct place *place,
		       const struct kpol_event *base, const char *text)
{
	struct kpol_event event = *base;
	struct kpol_sender from = sender;
	struct kpol_record record = { .kind = KPOL_RECORD_VERDICT, .event = &event };
	const struct kpol_format *format;
	struct kpol_payload payload = { 0 };
	const char *nearest;
	char *line;

	if (place->of == OF_RECORD)
		record = (struct kpol_record){ .kind = KPOL_RECORD_CONTROL,
					       .action = "x",
					       .detail = "x",
					       .outcome = "no",
					       .bundle = "x" };
	*text_at(place, &event, &record, &from) = text;
	format = kpol_format_find(form->name, &nearest);
	if (format->make(&record, &from, &payload) < 0)
		return NULL;
	line = strdup(payload.bytes.text);
	kpol_payload_clear(&payload);
	return line;
}

static bool is_harmless(const char *line)
{
	size_t len = strlen(line), n;
	uint32_t c;

	for (size_t at = 0; at < len; at += n) {
		n = kpol_utf8_decode(line + at, len - at, &c);
		if (n == 0 || !kpol_char_is_printable(c))
			return false;
	}
	return true;
}

/* Our own JSON is not quoted: the text is there as it is, or in hexadecimal if that cannot be. */
static char *text_back(const struct form *form, const struct place *place,
		       const struct reading *reading)
{
	const char *value = reading_value(reading, place->key), *hex;
	char key[64];

	if (!value || strcmp(form->name, "json") != 0 || place->of == OF_SENDER)
		return value ? unquote(value) : NULL;
	snprintf(key, sizeof(key), "bytes.%s", strchr(place->key, '.') + 1);
	hex = reading_value(reading, key);
	return hex ? unhex(hex) : strdup(value);
}

/* Return: the key of the first value that is not as it was with a harmless text; NULL: there is none. */
static const char *changed(const struct reading *is, const struct reading *was)
{
	size_t extra = 0;

	for (size_t i = 0; i < was->n; i++) {
		const char *value = reading_value(is, was->items[i].key);

		if (!value ||
		    (!strstr(was->items[i].value, MARK) && strcmp(value, was->items[i].value)))
			return was->items[i].key;
	}
	for (size_t i = 0; i < is->n; i++)
		extra += strncmp(is->items[i].key, "bytes.", 6) == 0;
	return is->n == was->n + extra ? NULL : "(more)";
}

/* Return: what is wrong; NULL: nothing. */
static const char *judge(const struct form *form, const struct place *place,
			 const struct kpol_event *base, const char *text)
{
	_cleanup_(reading_clear) struct reading is = { .n = 0 }, was = { .n = 0 };
	_cleanup_free_ char *line = told_with(form, place, base, text);
	_cleanup_free_ char *plain = told_with(form, place, base, HARMLESS);
	_cleanup_free_ char *back = NULL;
	const char *key;

	if (!line || !plain || !is_harmless(line))
		return "it is not one line of printable UTF-8";
	if (!form->read(line, &is) || !form->read(plain, &was))
		return "it cannot be read";
	back = text_back(form, place, &is);
	if (!back || strcmp(back, text) != 0)
		return "another text comes back";
	key = changed(&is, &was);
	return key ? "another value changed, or there are more or fewer" : NULL;
}

FIXTURE(hostile)
{
	const struct form *form;
};
FIXTURE_VARIANT(hostile)
{
	size_t form;
};
#define VARIANT(name, number)              \
	FIXTURE_VARIANT_ADD(hostile, name) \
	{                                  \
		.form = number             \
	}
VARIANT(json, 0);
VARIANT(ocsf, 1);
VARIANT(ecs, 2);
VARIANT(cef, 3);
VARIANT(leef, 4);
VARIANT(kubearmor, 5);

FIXTURE_SETUP(hostile)
{
	self->form = &forms[variant->form];
}
FIXTURE_TEARDOWN(hostile)
{
}

#define for_each_place(place, form) \
	for (const struct place *place = (form)->places; place->key; place++)

/* With a directory in ECS or a name in a file object, what is derived has the mark too; a text without a
 * slash has no directory, so each is made a path.
 */
static void as_path(const char *text, char *buf, size_t size)
{
	snprintf(buf, size, "/x/%s%s", text, text[strlen(text) - 1] == '/' ? "x" : "");
}

TEST_F(hostile, text_comes_back_and_changes_nothing_else)
{
	for_each_place(place, self->form)
	{
		for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
			const char *why;
			char path[256];

			as_path(hostile[i], path, sizeof(path));
			why = judge(self->form, place, &exec_in_a_pod, path);
			EXPECT_EQ(NULL, why)
			TH_LOG("%s, %s, text %zu: %s", self->form->name, place->key, i, why);
			if (strcmp(self->form->name, "ecs") == 0 && place->of == OF_EVENT)
				continue;
			why = judge(self->form, place, &exec_in_a_pod, hostile[i]);
			EXPECT_EQ(NULL, why)
			TH_LOG("%s, %s, text %zu: %s", self->form->name, place->key, i, why);
		}
	}
}

TEST_F(hostile, every_byte_comes_back)
{
	for_each_place(place, self->form)
	{
		for (unsigned int byte = 1; byte < 256; byte++) {
			char text[] = { '/', 'x', '/', 'a', (char)byte, 'b', '\0' };

			EXPECT_EQ(NULL, judge(self->form, place, &exec_in_a_pod, text))
			TH_LOG("%s, %s, byte %02x", self->form->name, place->key, byte);
		}
	}
}

TEST_F(hostile, the_longest_text_comes_back)
{
	char text[KPOL_EVENT_OBJECT_MAX + 1];

	memset(text, '\x01', sizeof(text) - 1);
	memcpy(text, "/x/", 3);
	text[sizeof(text) - 1] = '\0';
	for_each_place(place, self->form)
	{
		EXPECT_EQ(NULL, judge(self->form, place, &exec_in_a_pod, text))
		TH_LOG("%s, %s", self->form->name, place->key);
	}
}

/* A reader that accepts everything would find nothing. */
TEST(readers_refuse_what_is_wrong)
{
	static const struct {
		bool (*read)(const char *text, struct reading *reading);
		const char *text;
		bool good;
	} cases[] = {
		{ read_json, "{\"a\":1}", true },
		{ read_json, "{\"a\":1}\n", false },
		{ read_json, "{\"a\":\"\xff\"}", false },
		{ read_json, "{\"a\":\"\n\"}", false },
		{ read_json, "[1]", false },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b c\\=d", true },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b c=d", true },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b a=d", false },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b\\c", false },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b=c", false },
		{ read_cef, "CEF:0|a|b|c|d|e|1|a=b ", false },
		{ read_cef, "CEF:0|a|b|c|d|e", false },
		{ read_cef, "CEF:1|a|b|c|d|e|1|a=b", false },
		{ read_leef, "LEEF:2.0|a|b|c|d|^|a=b^c=d=e", true },
		{ read_leef, "LEEF:2.0|a|b|c|d|^|a=b^c=", false },
		{ read_leef, "LEEF:2.0|a|b|c|d|^|a=b^a=c", false },
		{ read_leef, "LEEF:2.0|a|b|c|d|^|a=b^c", false },
		{ read_leef, "LEEF:2.0|a|b|c|d|^^|a=b", false },
		{ read_leef, "LEEF:1.0|a|b|c|d|^|a=b", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(reading_clear) struct reading reading = { .n = 0 };

		EXPECT_EQ(cases[i].good, cases[i].read(cases[i].text, &reading))
		TH_LOG("%s", cases[i].text);
	}
}

TEST(quoting_can_be_undone_in_one_way_only)
{
	static const char *const wrong[] = { "\\", "\\n", "\\x1", "\\xg0", "a\\" };

	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct kpol_buffer quoted = { 0 };
		_cleanup_free_ char *back = NULL;

		kpol_text_quote_to(&quoted, hostile[i], strlen(hostile[i]));
		back = unquote(quoted.text);
		EXPECT_STREQ(hostile[i], back);
		kpol_buffer_clear(&quoted);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_EQ(NULL, unquote(wrong[i]));
}

TEST_HARNESS_MAIN
