// SPDX-License-Identifier: GPL-2.0-or-later
/* A record in the Open Cybersecurity Schema Framework: an activity with the profile of a security
 * control, which is what the schema asks for where one act is judged (Detection Finding is for what
 * was concluded from several).
 */
#include <string.h>

#include "base/words.h"
#include "format/line.h"
#include "format/ocsf_object.h"

/** struct caption - a value of one of OCSF's enumerations, and its name there. */
struct caption {
	unsigned int id;
	const char *caption;
};

/* By the severities of a policy, 1 to 10. */
static const struct caption severities[] = {
	[1] = { 2, "Low" },	  [2] = { 2, "Low" },	 [3] = { 2, "Low" },
	[4] = { 3, "Medium" },	  [5] = { 3, "Medium" }, [6] = { 3, "Medium" },
	[7] = { 4, "High" },	  [8] = { 4, "High" },	 [9] = { 5, "Critical" },
	[10] = { 5, "Critical" },
};

static const struct {
	uint32_t verdict;
	struct caption action;
	struct caption disposition;
} verdicts[] = {
	{ KPOL_VERDICT_DENY, { 2, "Denied" }, { 2, "Blocked" } },
	{ KPOL_VERDICT_WOULD_DENY, { 3, "Observed" }, { 17, "Logged" } },
	{ KPOL_VERDICT_AUDIT, { 3, "Observed" }, { 17, "Logged" } },
	{ KPOL_VERDICT_ALLOW, { 1, "Allowed" }, { 1, "Allowed" } },
};

static const struct {
	const char *word;
	struct caption level;
} risks[] = {
	{ "low", { 1, "Low" } },
	{ "medium", { 2, "Medium" } },
	{ "high", { 3, "High" } },
	{ "critical", { 4, "Critical" } },
};

/* An enumeration has a member NAME_id for machines and NAME for people. */
static void add_caption(struct kpol_jsonw *w, const char *id_key, const char *key,
			const struct caption *value)
{
	kpol_jsonw_uint(w, id_key, value->id);
	kpol_jsonw_string(w, key, value->caption);
}

static void add_class(struct kpol_jsonw *w, const struct kpol_ocsf_activity *activity)
{
	const struct kpol_ocsf_class *class = activity->class;

	kpol_jsonw_uint(w, "category_uid", class->category);
	kpol_jsonw_string(w, "category_name", class->category_caption);
	kpol_jsonw_uint(w, "class_uid", class->uid);
	kpol_jsonw_string(w, "class_name", class->caption);
	kpol_jsonw_uint(w, "activity_id", activity->id);
	kpol_line_string(w, "activity_name", activity->caption);
	kpol_jsonw_uint(w, "type_uid", class->uid * 100 + activity->id);
}

static void add_profiles(struct kpol_jsonw *w, const struct kpol_record *record)
{
	const struct kpol_event *event = record->event;

	kpol_jsonw_array_begin(w, "profiles");
	if (record->kind == KPOL_RECORD_VERDICT)
		kpol_jsonw_string(w, NULL, "security_control");
	kpol_jsonw_string(w, NULL, "host");
	if (record->kind == KPOL_RECORD_VERDICT && event->has_task && event->container)
		kpol_jsonw_string(w, NULL, "container");
	kpol_jsonw_array_end(w);
}

static void add_metadata(struct kpol_jsonw *w, const struct kpol_record *record,
			 const struct kpol_summary *summary)
{
	kpol_jsonw_object_begin(w, "metadata");
	kpol_jsonw_string(w, "version", KPOL_OCSF_VERSION);
	kpol_jsonw_object_begin(w, "product");
	kpol_jsonw_string(w, "name", "kpol");
	kpol_jsonw_string(w, "vendor_name", "kpol");
	kpol_jsonw_string(w, "version", KPOL_VERSION);
	kpol_jsonw_object_end(w);
	add_profiles(w, record);
	kpol_line_string(w, "uid", summary->id);
	kpol_line_string(w, "event_code", summary->code);
	kpol_jsonw_string(w, "log_name", "kpol");
	kpol_jsonw_string(w, "original_time", summary->time);
	if (record->kind == KPOL_RECORD_VERDICT) {
		kpol_jsonw_uint(w, "sequence", record->event->seq);
		kpol_line_words(w, "labels", record->event->tags);
		if (record->event->cut)
			kpol_jsonw_bool(w, "is_truncated", true);
	}
	kpol_jsonw_object_end(w);
}

static void add_base(struct kpol_jsonw *w, const struct kpol_ocsf_activity *activity,
		     const struct kpol_record *record, const struct kpol_summary *summary)
{
	static const struct caption success = { 1, "Success" }, failure = { 2, "Failure" };
	bool done = strcmp(summary->outcome, "success") == 0;

	add_class(w, activity);
	add_caption(w, "severity_id", "severity", &severities[summary->severity]);
	add_caption(w, "status_id", "status", done ? &success : &failure);
	kpol_jsonw_uint(w, "time", summary->time_ns / 1000000);
	kpol_jsonw_string(w, "message", summary->sentence);
	add_metadata(w, record, summary);
}

static void add_policy(struct kpol_jsonw *w, const struct kpol_event *event)
{
	if (!event->policy || !event->policy[0])
		return;
	kpol_jsonw_object_begin(w, "policy");
	kpol_line_string(w, "name", event->policy);
	kpol_line_string(w, "version", event->bundle_version);
	kpol_line_string(w, "desc", event->message);
	kpol_jsonw_bool(w, "is_applied", event->verdict == KPOL_VERDICT_DENY);
	kpol_jsonw_object_end(w);
}

/* The profile "security_control". */
static void add_control_profile(struct kpol_jsonw *w, const struct kpol_event *event)
{
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (verdicts[i].verdict != event->verdict)
			continue;
		add_caption(w, "action_id", "action", &verdicts[i].action);
		add_caption(w, "disposition_id", "disposition", &verdicts[i].disposition);
	}
	kpol_jsonw_bool(w, "is_alert", event->verdict == KPOL_VERDICT_DENY);
	add_policy(w, event);
	for (size_t i = 0; event->risk && i < sizeof(risks) / sizeof(risks[0]); i++)
		if (strcmp(risks[i].word, event->risk) == 0)
			add_caption(w, "risk_level_id", "risk_level", &risks[i].level);
}

/* What the schema has no attribute for, by the names of docs/control.md. */
static void add_unmapped(struct kpol_jsonw *w, const struct kpol_event *event)
{
	kpol_jsonw_object_begin(w, "unmapped");
	kpol_jsonw_string(w, "verdict", kpol_word(KPOL_WORDS_VERDICT, event->verdict));
	kpol_jsonw_string(w, "reason", kpol_word(KPOL_WORDS_REASON, event->reason));
	kpol_jsonw_string(w, "class", kpol_word(KPOL_WORDS_CLASS, event->class));
	kpol_jsonw_string(w, "op", kpol_word(KPOL_WORDS_OP, event->op));
	kpol_line_string(w, "object", event->object);
	if (!event->has_task) {
		kpol_line_string(w, "source", event->source);
		kpol_line_string(w, "comm", event->comm);
		kpol_line_string(w, "container", event->container);
	}
	kpol_line_string(w, "cgroup", event->cgroup_path);
	kpol_line_string(w, "scope", event->scope);
	kpol_line_string(w, "unit", event->unit);
	kpol_line_string(w, "pod", event->pod);
	kpol_line_string(w, "namespace", event->namespace);
	kpol_line_string(w, "bundle", event->bundle);
	kpol_line_uint_if(w, "rule", event->rule);
	kpol_line_string(w, "file", event->file);
	kpol_line_uint_if(w, "line", event->line);
	kpol_line_string(w, "owner", event->owner);
	kpol_line_words(w, "frameworks", event->frameworks);
	kpol_jsonw_uint(w, "generation", event->generation);
	kpol_jsonw_object_end(w);
}

static void add_event(struct kpol_jsonw *w, const struct kpol_ocsf_activity *activity,
		      const struct kpol_event *event, const struct kpol_summary *summary)
{
	kpol_jsonw_uint(w, "count", event->count);
	kpol_ocsf_actor(w, event);
	kpol_ocsf_target(w, activity->class->uid, event, summary);
	add_control_profile(w, event);
	add_unmapped(w, event);
}

static void add_lost(struct kpol_jsonw *w, const struct kpol_record *record)
{
	kpol_jsonw_string(w, "log_name", "kpol");
	kpol_jsonw_string(w, "log_provider", "kpol");
	kpol_jsonw_uint(w, "count", record->last - record->first + 1);
	kpol_jsonw_object_begin(w, "unmapped");
	kpol_jsonw_uint(w, "first", record->first);
	kpol_jsonw_uint(w, "last", record->last);
	kpol_jsonw_object_end(w);
}

static void add_change(struct kpol_jsonw *w, const struct kpol_record *record)
{
	kpol_ocsf_caller(w, record);
	kpol_line_string(w, "status_detail", record->outcome);
	kpol_jsonw_object_begin(w, "entity");
	kpol_jsonw_string(w, "type", "Policy");
	kpol_jsonw_uint(w, "type_id", 5);
	/* Before the first load there is no bundle: what is managed is all of it. */
	kpol_line_string(w, "name", record->bundle && record->bundle[0] ? record->bundle : "kpol");
	kpol_jsonw_object_end(w);
	kpol_jsonw_object_begin(w, "unmapped");
	kpol_line_string(w, "action", record->action);
	kpol_line_string(w, "detail", record->detail);
	kpol_jsonw_uint(w, "generation", record->generation);
	kpol_jsonw_object_end(w);
}

int kpol_format_ocsf(const struct kpol_record *record, const struct kpol_sender *sender,
		     struct kpol_payload *ret)
{
	struct kpol_ocsf_activity activity;
	struct kpol_jsonw w = { 0 };
	struct kpol_summary summary;

	kpol_summary_make(record, sender, &summary);
	kpol_ocsf_activity(record, &activity);
	kpol_jsonw_object_begin(&w, NULL);
	add_base(&w, &activity, record, &summary);
	kpol_ocsf_device(&w, sender, &summary);
	if (record->kind == KPOL_RECORD_VERDICT)
		add_event(&w, &activity, record->event, &summary);
	else if (record->kind == KPOL_RECORD_LOST)
		add_lost(&w, record);
	else
		add_change(&w, record);
	kpol_jsonw_object_end(&w);
	return kpol_payload_line(ret, &w);
}
