/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bundle loaded and compiled on the spot, without daemon and module. */
#ifndef KPOL_KPOLCTL_OFFLINE_H
#define KPOL_KPOLCTL_OFFLINE_H

#include <json-c/json.h>

#include "base/diag.h"
#include "base/jsonw.h"
#include "compile/compile.h"

/** struct kpolctl_offline - zero-initialise, end with kpolctl_offline_clear(). */
struct kpolctl_offline {
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
	struct kpol_diags diags;
};

/**
 * kpolctl_offline_open() - load and compile
 * @workload: to be covered by a scope; NULL: none.
 *
 * Findings are in @ret's diags, also on failure. Return: 0; -EINVAL: errors; the errno of reading;
 * -ENOMEM.
 */
int kpolctl_offline_open(const char *file, const struct kpol_workload *workload,
			 struct kpolctl_offline *ret);

/**
 * kpolctl_offline_fail() - tell the findings on stderr, and turn kpolctl_offline_open()'s error
 * into an exit code
 */
int kpolctl_offline_fail(const struct kpolctl_offline *offline, int r);

/** kpolctl_findings_tell() - print diagnostics on stderr. */
void kpolctl_findings_tell(const struct kpol_diags *diags);

/** kpolctl_json_take() - what was written, as objects. The caller puts it; NULL: no memory. */
struct json_object *kpolctl_json_take(struct kpol_jsonw *w);

/** kpolctl_offline_rule() - @rule as docs/control.md has it. The caller puts it; NULL: no memory. */
struct json_object *kpolctl_offline_rule(const struct kpol_ruleset *ruleset,
					 const struct kpol_rule *rule, const char *file);

/** kpolctl_offline_rules() - all rules, as an array. The caller puts it; NULL: no memory. */
struct json_object *kpolctl_offline_rules(const struct kpolctl_offline *offline);

/** kpolctl_findings() - diagnostics as docs/control.md has them: an array. The caller puts it. */
struct json_object *kpolctl_findings(const struct kpol_diags *diags);

void kpolctl_offline_clear(struct kpolctl_offline *offline);

#endif /* KPOL_KPOLCTL_OFFLINE_H */
