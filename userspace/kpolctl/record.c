// SPDX-License-Identifier: GPL-2.0-or-later
/* A record of the Events stream: a verdict, a loss, or somebody's doing. */
#include "kpolctl/record.h"

#include <inttypes.h>
#include <stdio.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/escape.h"
#include "kpolctl/field.h"
#include "kpolctl/output.h"

/* Each prints a sentence, and answers the word whose colour it has. */
static const char *print_event(FILE *out, struct json_object *record)
{
	fputs(kpolctl_field_string(record, "sentence", "?"), out);
	return kpolctl_field_string(record, "verdict", "");
}

static const char *print_lost(FILE *out, struct json_object *record)
{
	uint64_t first = kpolctl_field_number(record, "first");
	uint64_t last = kpolctl_field_number(record, "last");

	if (first == last)
		fprintf(out, "event %" PRIu64 " lost", first);
	else
		fprintf(out, "events %" PRIu64 " to %" PRIu64 " lost", first, last);
	return "bad";
}

static const char *print_control(FILE *out, struct json_object *record)
{
	const char *detail = kpolctl_field_string(record, "detail", "");

	fprintf(out, "%s%s%s", kpolctl_field_string(record, "action", "?"), *detail ? " " : "",
		detail);
	if (kpolctl_field_number(record, "pid"))
		fprintf(out, " by uid %" PRIu64 " (pid %" PRIu64 ")",
			kpolctl_field_number(record, "uid"), kpolctl_field_number(record, "pid"));
	fprintf(out, ": %s", kpolctl_field_string(record, "outcome", "?"));
	return "";
}

static const struct {
	const char *key, *kind;
	const char *(*print)(FILE *out, struct json_object *record);
} kinds[] = {
	{ "event", "Event", print_event },
	{ "lost", "Lost", print_lost },
	{ "control", "Control", print_control },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t find_kind(struct json_object *parameters)
{
	size_t i = 0;

	while (i < N_KINDS && !kpolctl_field(parameters, kinds[i].key))
		i++;
	return i;
}

struct json_object *kpolctl_record_read(struct json_object *parameters, const char **ret_kind)
{
	size_t i = find_kind(parameters);

	if (i == N_KINDS)
		return NULL;
	*ret_kind = kinds[i].kind;
	return kpolctl_field(parameters, kinds[i].key);
}

char *kpolctl_record_line(struct json_object *parameters)
{
	size_t len = 0, i = find_kind(parameters);
	_cleanup_free_ char *text = NULL, *safe = NULL, *when = NULL;
	struct json_object *record;
	const char *word;
	char *line;
	FILE *out;

	if (i == N_KINDS || !(out = open_memstream(&text, &len)))
		return NULL;
	record = kpolctl_field(parameters, kinds[i].key);
	word = kinds[i].print(out, record);
	fclose(out);
	safe = text ? kpolctl_escape(text) : NULL;
	when = kpolctl_escape(kpolctl_field_string(record, "time", "-"));
	if (!safe || !when ||
	    asprintf(&line, "%s %s%s%s", when, kpolctl_paint(word), safe, kpolctl_unpaint(word)) <
		    0)
		return NULL;
	return line;
}
