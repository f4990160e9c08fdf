// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer to "is it well?", one row per part. */
#include "kpolctl/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kpolctl/cleanup.h"
#include "kpolctl/field.h"

/* What a part has to say: prints to @out, answers whether it is well. A part that prints nothing
 * has no row. */
typedef bool part_fn(FILE *out, struct json_object *status);

static uint64_t number(struct json_object *object, const char *key)
{
	return kpolctl_field_number(object, key);
}

static void print_count(FILE *out, uint64_t n, const char *one, const char *many)
{
	fprintf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static bool module_part(FILE *out, struct json_object *status)
{
	struct json_object *module = kpolctl_field(status, "module");
	uint64_t hooks = number(module, "hooks"), known = number(module, "hooksKnown");
	uint64_t lost = number(module, "hooksLost");

	if (!module) {
		fputs("not loaded: modprobe kpol", out);
		return false;
	}
	fprintf(out, "%s, %" PRIu64 " of %" PRIu64 " hooks attached",
		kpolctl_field_string(module, "version", "?"), hooks, known);
	if (lost)
		fprintf(out, ", %" PRIu64 " of them SILENT (kpolctl get hooks)", lost);
	if (kpolctl_field_true(module, "locked"))
		fputs(", locked until the next boot", out);
	return hooks > 0 && !lost;
}

/* What a rule costs beside its text: the kernel's tables, shared out. */
static void print_memory(FILE *out, struct json_object *module)
{
	uint64_t memory = number(module, "memory"), strings = number(module, "strings");
	uint64_t rules = number(module, "rules");

	fprintf(out, ", %" PRIu64 " KiB", (memory + 1023) / 1024);
	if (strings && strings <= memory && rules)
		fprintf(out, " (%" PRIu64 " KiB of text, %" PRIu64 " bytes a rule beside)",
			(strings + 1023) / 1024, (memory - strings + rules - 1) / rules);
}

static bool ruleset_part(FILE *out, struct json_object *status)
{
	struct json_object *module = kpolctl_field(status, "module");

	if (!module)
		return true;
	if (!number(module, "generation")) {
		fputs("nothing is loaded", out);
		return true;
	}
	fprintf(out, "generation %" PRIu64 ": ", number(module, "generation"));
	print_count(out, number(module, "rules"), "rule", "rules");
	fputs(", ", out);
	print_count(out, number(module, "policies"), "policy", "policies");
	fputs(", ", out);
	print_count(out, number(module, "scopes"), "scope", "scopes");
	fputs(", ", out);
	print_count(out, number(module, "bindings"), "binding", "bindings");
	print_memory(out, module);
	return true;
}

static bool digest_part(FILE *out, struct json_object *status)
{
	struct json_object *module = kpolctl_field(status, "module");
	struct json_object *matches = kpolctl_field(status, "digestMatches");

	if (!number(module, "generation"))
		return true;
	fprintf(out, "sha256 %.16s…", kpolctl_field_string(module, "digest", "?"));
	if (!matches)
		return true;
	fputs(json_object_get_boolean(matches) ? ", as kpold loaded it" : ", NOT what kpold loaded",
	      out);
	return json_object_get_boolean(matches);
}

static bool bundle_part(FILE *out, struct json_object *status)
{
	struct json_object *bundle = kpolctl_field(status, "bundle");
	const char *version = kpolctl_field_string(bundle, "version", "");

	if (!kpolctl_field_string(bundle, "name", NULL))
		return true;
	fprintf(out, "%s%s%s from %s", kpolctl_field_string(bundle, "name", "?"),
		*version ? " " : "", version, kpolctl_field_string(bundle, "file", "?"));
	if (kpolctl_field(bundle, "loadedAt"))
		fprintf(out, ", loaded %s by uid %" PRIu64,
			kpolctl_field_string(bundle, "loadedAt", "?"), number(bundle, "loadedBy"));
	return true;
}

static bool mode_part(FILE *out, struct json_object *status)
{
	struct json_object *module = kpolctl_field(status, "module");
	const char *mode = kpolctl_field_string(module, "mode", "");
	const char *boot = kpolctl_field_string(module, "bootMode", NULL);

	if (!module)
		return true;
	fputs(mode, out);
	if (boot)
		fprintf(out, ", because the kernel command line says kpol.mode=%s", boot);
	else if (strcmp(mode, "enforce"))
		fputs(": nothing is denied (kpolctl resume)", out);
	return !strcmp(mode, "enforce");
}

static bool daemon_part(FILE *out, struct json_object *status)
{
	struct json_object *daemon = kpolctl_field(status, "daemon");

	if (!daemon) {
		fputs("not running: systemctl start kpold", out);
		if (kpolctl_field(status, "module"))
			fputs(" (the kernel goes on enforcing)", out);
		return false;
	}
	fprintf(out, "%s, pid %" PRIu64 ", since %s", kpolctl_field_string(daemon, "version", "?"),
		number(daemon, "pid"), kpolctl_field_string(daemon, "since", "?"));
	if (kpolctl_field_true(daemon, "adopted"))
		fputs(", adopted the running ruleset", out);
	return true;
}

static uint64_t sum_verdicts(struct json_object *module, const char *key)
{
	struct json_object *verdicts = kpolctl_field_array(module, "verdicts");
	uint64_t sum = 0;

	for (size_t i = 0; verdicts && i < json_object_array_length(verdicts); i++)
		sum += number(json_object_array_get_idx(verdicts, i), key);
	return sum;
}

static bool verdicts_part(FILE *out, struct json_object *status)
{
	struct json_object *module = kpolctl_field(status, "module");

	if (module)
		fprintf(out, "denied %" PRIu64 ", would deny %" PRIu64 ", audited %" PRIu64,
			sum_verdicts(module, "denied"), sum_verdicts(module, "wouldDeny"),
			sum_verdicts(module, "audited"));
	return true;
}

static bool events_part(FILE *out, struct json_object *status)
{
	struct json_object *events = kpolctl_field(status, "events");
	struct json_object *module = kpolctl_field(status, "module");
	uint64_t lost = events ? number(events, "lost") : sum_verdicts(module, "dropped");

	if (events)
		fprintf(out, "seen %" PRIu64 ", exported %" PRIu64 ", ", number(events, "seen"),
			number(events, "exported"));
	else if (module)
		fprintf(out, "queued %" PRIu64 " of %" PRIu64 ", ", number(module, "eventQueued"),
			number(module, "eventCapacity"));
	if (events || module)
		fprintf(out, "lost %" PRIu64, lost);
	return !lost;
}

/* What is wrong with it is among the problems. */
static bool kubernetes_part(FILE *out, struct json_object *status)
{
	struct json_object *cluster = kpolctl_field(status, "kubernetes");
	struct json_object *watches = cluster ? kpolctl_field_array(cluster, "watches") : NULL;
	size_t n = watches ? json_object_array_length(watches) : 0, followed = 0;

	for (size_t i = 0; i < n; i++)
		followed += !strcmp(
			kpolctl_field_string(json_object_array_get_idx(watches, i), "state", "?"),
			"watching");
	if (cluster)
		fprintf(out, "%" PRIu64 " pods of node %s, %zu of %zu kinds followed at %s",
			number(cluster, "pods"), kpolctl_field_string(cluster, "node", "?"),
			followed, n, kpolctl_field_string(cluster, "server", "?"));
	return true;
}

static const struct {
	const char *name;
	part_fn *print;
} parts[] = {
	{ "module", module_part },
	{ "ruleset", ruleset_part },
	{ "digest", digest_part },
	{ "bundle", bundle_part },
	{ "mode", mode_part },
	{ "kpold", daemon_part },
	{ "verdicts", verdicts_part },
	{ "events", events_part },
	{ "kubernetes", kubernetes_part },
};

static void add_state(struct json_object *rows, const char *part, const char *state,
		      const char *text)
{
	struct json_object *row = json_object_new_object();

	json_object_object_add(row, "part", json_object_new_string(part));
	json_object_object_add(row, "state", json_object_new_string(state));
	json_object_object_add(row, "text", json_object_new_string(text));
	json_object_array_add(rows, row);
}

static void add_row(struct json_object *rows, const char *part, bool good, const char *text)
{
	add_state(rows, part, good ? "ok" : "bad", text);
}

static void add_part(struct json_object *rows, size_t i, struct json_object *status)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool good = out && parts[i].print(out, status);

	if (out)
		fclose(out);
	if (len || !good)
		add_row(rows, parts[i].name, good, len ? text : "unknown");
}

static void add_exporter(struct json_object *rows, struct json_object *exporter)
{
	const char *error = kpolctl_field_string(exporter, "lastError", "");
	const char *state = kpolctl_field_string(exporter, "state", "?");
	char text[512];

	snprintf(text, sizeof(text), "%s, sent %" PRIu64 ", failed %" PRIu64 "%s%s", state,
		 number(exporter, "sent"), number(exporter, "failed"), *error ? ": " : "", error);
	add_row(rows, kpolctl_field_string(exporter, "name", "exporter"), !strcmp(state, "ok"),
		text);
}

/* So many are named on the screen; -o json and "get unenforced" name all. */
#define GAPS_SHOWN 20

static void add_gap(struct json_object *rows, struct json_object *gap)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s:%" PRIu64 ": %s: %s",
		 kpolctl_field_string(gap, "file", "?"), number(gap, "line"),
		 kpolctl_field_string(gap, "policy", "?"),
		 kpolctl_field_string(gap, "message", "?"));
	add_state(rows, "unenforced", "note", text);
}

/* What a bundle says and nobody enforces is no fault, but never goes unsaid. */
static void add_gaps(struct json_object *rows, struct json_object *status)
{
	struct json_object *gaps = kpolctl_field_array(status, "unenforced");
	size_t n = gaps ? json_object_array_length(gaps) : 0;
	char text[128];

	for (size_t i = 0; i < n && i < GAPS_SHOWN; i++)
		add_gap(rows, json_object_array_get_idx(gaps, i));
	if (n <= GAPS_SHOWN)
		return;
	snprintf(text, sizeof(text), "%zu more: kpolctl get unenforced", n - GAPS_SHOWN);
	add_state(rows, "unenforced", "note", text);
}

struct json_object *kpolctl_status_rows(struct json_object *status)
{
	struct json_object *exporters = kpolctl_field_array(status, "exporters");
	struct json_object *problems = kpolctl_field_array(status, "problems");
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		add_part(rows, i, status);
	for (size_t i = 0; exporters && i < json_object_array_length(exporters); i++)
		add_exporter(rows, json_object_array_get_idx(exporters, i));
	add_gaps(rows, status);
	for (size_t i = 0; problems && i < json_object_array_length(problems); i++)
		add_row(rows, "problem", false,
			json_object_get_string(json_object_array_get_idx(problems, i)));
	return rows;
}

bool kpolctl_status_good(struct json_object *rows)
{
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		if (!strcmp(kpolctl_field_string(json_object_array_get_idx(rows, i), "state",
						 "bad"),
			    "bad"))
			return false;
	return true;
}
