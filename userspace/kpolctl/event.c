// SPDX-License-Identifier: GPL-2.0-or-later
/* An event object of docs/control.md, turned back into the struct that format/ tells in a sentence.
 */
#include "kpolctl/event.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>

#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/output.h"

#define LINE_BYTES 8192

#define FIELD(member) offsetof(struct kpol_event, member)

static const struct {
	const char *key;
	size_t offset;
} numbers64[] = {
	{ "seq", FIELD(seq) },
	{ "generation", FIELD(generation) },
};

static const struct {
	const char *key;
	size_t offset;
} numbers32[] = {
	{ "count", FIELD(count) }, { "rule", FIELD(rule) },	    { "line", FIELD(line) },
	{ "pid", FIELD(pid) },	   { "ppid", FIELD(ppid) },	    { "uid", FIELD(uid) },
	{ "port", FIELD(port) },   { "severity", FIELD(severity) },
};

static const struct {
	const char *key;
	size_t offset;
} strings[] = {
	{ "comm", FIELD(comm) },	   { "object", FIELD(object) },
	{ "source", FIELD(source) },	   { "cgroup", FIELD(cgroup_path) },
	{ "scope", FIELD(scope) },	   { "unit", FIELD(unit) },
	{ "container", FIELD(container) }, { "namespace", FIELD(namespace) },
	{ "bundle", FIELD(bundle) },	   { "bundleVersion", FIELD(bundle_version) },
	{ "policy", FIELD(policy) },	   { "file", FIELD(file) },
	{ "message", FIELD(message) },	   { "tags", FIELD(tags) },
	{ "owner", FIELD(owner) },
};

static const struct {
	const char *key;
	enum kpol_words words;
	size_t offset;
} words[] = {
	{ "verdict", KPOL_WORDS_VERDICT, FIELD(verdict) },
	{ "reason", KPOL_WORDS_REASON, FIELD(reason) },
	{ "class", KPOL_WORDS_CLASS, FIELD(class) },
	{ "op", KPOL_WORDS_OP, FIELD(op) },
	{ "protocol", KPOL_WORDS_PROTOCOL, FIELD(protocol) },
};

#define EACH(i, array) (size_t i = 0; i < sizeof(array) / sizeof((array)[0]); i++)

static void read_address(struct json_object *object, struct kpol_event *ret)
{
	const char *text = kpolctl_field_string(object, "address", "");

	if (inet_pton(AF_INET, text, ret->addr) == 1) {
		ret->family = AF_INET;
		ret->addr_len = 4;
	} else if (inet_pton(AF_INET6, text, ret->addr) == 1) {
		ret->family = AF_INET6;
		ret->addr_len = 16;
	}
}

void kpolctl_event_read(struct json_object *object, struct kpol_event *ret)
{
	char *base = (char *)ret;

	*ret = (struct kpol_event){ 0 };
	for
		EACH(i, numbers64)
	*(uint64_t *)(base + numbers64[i].offset) = kpolctl_field_number(object, numbers64[i].key);
	for
		EACH(i, numbers32)
	*(uint32_t *)(base + numbers32[i].offset) =
		(uint32_t)kpolctl_field_number(object, numbers32[i].key);
	for
		EACH(i, strings)
	*(const char **)(base + strings[i].offset) =
		kpolctl_field_string(object, strings[i].key, NULL);
	for
		EACH(i, words)
	*(uint32_t *)(base + words[i].offset) =
		kpol_word_value(words[i].words, kpolctl_field_string(object, words[i].key, ""));
	read_address(object, ret);
	ret->tgid = ret->pid;
	ret->has_task = kpolctl_field(object, "pid");
	ret->cut = kpolctl_field_true(object, "cut");
	ret->count = ret->count ? ret->count : 1;
}

char *kpolctl_event_line(struct json_object *object)
{
	const char *verdict = kpolctl_field_string(object, "verdict", "");
	_cleanup_free_ char *when = kpolctl_escape(kpolctl_field_string(object, "time", "-"));
	char sentence[LINE_BYTES], *line;
	struct kpol_event event;

	kpolctl_event_read(object, &event);
	kpol_event_sentence(&event, sentence, sizeof(sentence));
	if (!when || asprintf(&line, "%s %s%s%s", when, kpolctl_paint(verdict), sentence,
			      kpolctl_unpaint(verdict)) < 0)
		return NULL;
	return line;
}
