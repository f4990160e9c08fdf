// SPDX-License-Identifier: GPL-2.0-or-later
/* The summary of a record: the few facts that every format leads with. */
#include "format/summary.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"

/* Where no policy says how bad it is. */
static const struct {
	enum kpol_record_kind kind;
	uint32_t verdict;
	unsigned int severity;
} severities[] = {
	{ KPOL_RECORD_VERDICT, KPOL_VERDICT_DENY, 7 },
	{ KPOL_RECORD_VERDICT, KPOL_VERDICT_WOULD_DENY, 5 },
	{ KPOL_RECORD_VERDICT, 0, 3 },
	{ KPOL_RECORD_LOST, 0, 7 },
};

static bool is_done(const struct kpol_record *record)
{
	return strcmp(record->outcome, "ok") == 0;
}

static unsigned int severity_of(const struct kpol_record *record)
{
	if (record->kind == KPOL_RECORD_VERDICT && record->event->severity)
		return record->event->severity < 10 ? record->event->severity : 10;
	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++)
		if (severities[i].kind == record->kind &&
		    (!severities[i].verdict || severities[i].verdict == record->event->verdict))
			return severities[i].severity;
	return is_done(record) ? 3 : 6;
}

static const char *outcome_of(const struct kpol_record *record)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		return record->event->verdict == KPOL_VERDICT_DENY ? "failure" : "success";
	case KPOL_RECORD_LOST:
		return "failure";
	default:
		return is_done(record) ? "success" : "failure";
	}
}

/* Our own words are lower case with dashes; a header needs no more, and no escapes. */
static void keep_plain(char *code)
{
	for (; *code; code++)
		if (!isalnum((unsigned char)*code) && *code != '-')
			*code = '?';
}

static void write_code(const struct kpol_record *record, char *buf, size_t size)
{
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		snprintf(buf, size, "%s-%s", kpol_word(KPOL_WORDS_OP, record->event->op),
			 kpol_word(KPOL_WORDS_VERDICT, record->event->verdict));
		break;
	case KPOL_RECORD_LOST:
		snprintf(buf, size, "events-lost");
		break;
	case KPOL_RECORD_CONTROL:
		snprintf(buf, size, "control-%s", record->action);
		break;
	}
	keep_plain(buf);
}

/* The module numbers events from its load on, which is once in a boot unless somebody reloads it.
 * What else the daemon tells has no number but its time.
 */
static void write_id(const struct kpol_record *record, const char *boot_id, char *buf, size_t size)
{
	buf[0] = '\0';
	if (!boot_id)
		return;
	switch (record->kind) {
	case KPOL_RECORD_VERDICT:
		snprintf(buf, size, "%s-%" PRIu64, boot_id, record->event->seq);
		break;
	case KPOL_RECORD_LOST:
		snprintf(buf, size, "%s-lost-%" PRIu64 "-%" PRIu64, boot_id, record->first,
			 record->last);
		break;
	case KPOL_RECORD_CONTROL:
		snprintf(buf, size, "%s-control-%" PRIu64, boot_id, record->time_ns);
		break;
	}
}

void kpol_summary_make(const struct kpol_record *record, const struct kpol_sender *sender,
		       struct kpol_summary *ret)
{
	ret->time_ns =
		record->kind == KPOL_RECORD_VERDICT ? record->event->time_ns : record->time_ns;
	ret->severity = severity_of(record);
	ret->outcome = outcome_of(record);
	ret->host = sender->host && sender->host[0] ? sender->host : "-";
	write_id(record, sender->boot_id, ret->id, sizeof(ret->id));
	write_code(record, ret->code, sizeof(ret->code));
	kpol_time_format(ret->time_ns, ret->time);
	kpol_record_sentence(record, ret->sentence, sizeof(ret->sentence));
}

uint32_t kpol_event_pid(const struct kpol_event *event)
{
	if (!event->has_task)
		return 0;
	return event->tgid ? event->tgid : event->pid;
}

const char *kpol_path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

const char *kpol_event_path(const struct kpol_event *event)
{
	static const uint32_t classes =
		1U << KPOL_CLASS_PROCESS | 1U << KPOL_CLASS_LIBRARY | 1U << KPOL_CLASS_FILE;

	if (event->op == KPOL_OP_UNIX)
		return event->object;
	if (event->op == KPOL_OP_PROTECT || event->class > KPOL_CLASS_MAX)
		return NULL;
	return classes >> event->class & 1 ? event->object : NULL;
}
