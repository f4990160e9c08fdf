// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of a ruleset and findings as the control socket shows them. */
#include "kpold/rule_json.h"

#include <stdio.h>

#include "compile/rule_json.h"
#include "format/record.h"

void kpold_json_rule(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
		     const struct kpol_rule *rule, const char *file)
{
	kpol_jsonw_object_begin(w, key);
	kpol_rule_row_json(w, ruleset, rule, file);
	kpol_jsonw_object_end(w);
}

size_t kpold_json_rules(struct kpol_jsonw *w, const char *key, const struct kpol_ruleset *ruleset,
			const size_t *indexes, size_t n, const char *file)
{
	size_t i = 0;

	kpol_jsonw_array_begin(w, key);
	for (; i < n && w->out.len < KPOLD_LIST_BYTES_MAX; i++)
		kpold_json_rule(w, NULL, ruleset, &ruleset->rules[indexes[i]], file);
	kpol_jsonw_array_end(w);
	return n - i;
}

static void json_diag(struct kpol_jsonw *w, const struct kpol_diag *diag)
{
	static const char *const severities[] = {
		[KPOL_ERROR] = "error",
		[KPOL_WARNING] = "warning",
		[KPOL_NOTE] = "note",
	};

	kpol_jsonw_object_begin(w, NULL);
	kpol_jsonw_string(w, "severity", severities[diag->severity]);
	kpol_jsonw_string(w, "code", diag->code);
	kpol_jsonw_string_if(w, "file", diag->file);
	kpol_jsonw_uint(w, "line", diag->line);
	kpol_jsonw_uint(w, "column", diag->column);
	kpol_jsonw_string(w, "message", diag->message);
	kpol_jsonw_object_end(w);
}

void kpold_json_diags(struct kpol_jsonw *w, const struct kpol_diags *diags)
{
	kpol_jsonw_array_begin(w, "diagnostics");
	for (size_t i = 0; i < diags->n; i++)
		json_diag(w, &diags->items[i]);
	kpol_jsonw_array_end(w);
}

void kpold_json_digest(struct kpol_jsonw *w, const char *key, const uint8_t digest[KPOL_DIGEST_LEN])
{
	char hex[2 * KPOL_DIGEST_LEN + 1];

	for (size_t i = 0; i < KPOL_DIGEST_LEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	kpol_jsonw_string(w, key, hex);
}

void kpold_json_time(struct kpol_jsonw *w, const char *key, int64_t us)
{
	char text[KPOL_TIME_SIZE];

	if (us <= 0)
		return;
	kpol_time_format((uint64_t)us * 1000, text);
	kpol_jsonw_string(w, key, text);
}
