// SPDX-License-Identifier: GPL-2.0-or-later
/* A bundle loaded and compiled on the spot. */
#include "kpolctl/offline.h"

#include <errno.h>
#include <string.h>

#include "kpolctl/message.h"
#include "kpolctl/verb.h"
#include "kpolctl/cleanup.h"
#include "load/load.h"

int kpolctl_offline_open(const char *file, const struct kpol_workload *workload,
			 struct kpolctl_offline *ret)
{
	int r = kpol_bundle_load(file, &ret->diags, &ret->bundle);

	if (r < 0)
		return r;
	return kpol_compile(ret->bundle, workload, workload ? 1 : 0, &ret->diags, &ret->ruleset);
}

int kpolctl_offline_fail(const struct kpolctl_offline *offline, int r)
{
	if (r == -ENOMEM || offline->diags.oom)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	kpolctl_findings_tell(&offline->diags);
	return r == -EINVAL ? KPOLCTL_NO : KPOLCTL_TROUBLE;
}

static const char *severity_word(enum kpol_severity severity)
{
	static const char *const words[] = {
		[KPOL_ERROR] = "error", [KPOL_WARNING] = "warning", [KPOL_NOTE] = "note"
	};

	return words[severity];
}

static struct json_object *finding_new(const struct kpol_diag *diag)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "severity",
			       json_object_new_string(severity_word(diag->severity)));
	json_object_object_add(object, "code", json_object_new_string(diag->code));
	json_object_object_add(object, "file", json_object_new_string(diag->file));
	json_object_object_add(object, "line", json_object_new_int64(diag->line));
	json_object_object_add(object, "column", json_object_new_int64(diag->column));
	json_object_object_add(object, "message", json_object_new_string(diag->message));
	if (diag->silence)
		json_object_object_add(object, "silenced", json_object_new_string(diag->silence));
	return object;
}

struct json_object *kpolctl_findings(const struct kpol_diags *diags)
{
	struct json_object *array = json_object_new_array_ext((int)diags->n + 1);

	for (size_t i = 0; i < diags->n; i++)
		json_object_array_add(array, finding_new(&diags->items[i]));
	return array;
}

void kpolctl_findings_tell(const struct kpol_diags *diags)
{
	_cleanup_json_ struct json_object *findings = kpolctl_findings(diags);

	kpolctl_diagnostics(findings);
}

void kpolctl_offline_clear(struct kpolctl_offline *offline)
{
	kpol_ruleset_free(offline->ruleset);
	kpol_bundle_free(offline->bundle);
	kpol_diags_clear(&offline->diags);
	memset(offline, 0, sizeof(*offline));
}
