// SPDX-License-Identifier: GPL-2.0-or-later
/* An error reply of kpold, told to a person. */
#include "kpolctl/refusal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "kpolctl/field.h"
#include "kpolctl/message.h"
#include "kpolctl/verb.h"

static const struct {
	const char *error;
	int code;
	const char *sentence; /* when the daemon gave none */
} refusals[] = {
	{ "io.kpol.Invalid", KPOLCTL_NO, "the bundle has errors; nothing was changed" },
	{ "io.kpol.Kernel", KPOLCTL_TROUBLE, "the module refused; nothing was changed" },
	{ "io.kpol.NoModule", KPOLCTL_DOWN, "the module is not loaded: modprobe kpol" },
	{ "io.kpol.NotFound", KPOLCTL_NO, "no such thing" },
	{ "io.kpol.BadRequest", KPOLCTL_USAGE, "kpold does not understand the request" },
	{ "io.kpol.Denied", KPOLCTL_DENIED, "not permitted" },
	{ "io.kpol.Internal", KPOLCTL_TROUBLE, "kpold failed: journalctl -u kpold" },
};

static int code_of(size_t row, struct json_object *parameters)
{
	uint64_t error = kpolctl_field_number(parameters, "errno");

	return error == EPERM || error == EACCES ? KPOLCTL_DENIED : refusals[row].code;
}

static int fail_at(int code, const char *sentence, struct json_object *parameters)
{
	const char *file = kpolctl_field_string(parameters, "file", NULL);
	const char *suggestion = kpolctl_field_string(parameters, "suggestion", NULL);
	unsigned int line = (unsigned int)kpolctl_field_number(parameters, "line");

	if (file && line)
		return kpolctl_fail(code, "%s:%u: %s", file, line, sentence);
	if (suggestion)
		return kpolctl_fail(code, "%s (did you mean \"%s\"?)", sentence, suggestion);
	return kpolctl_fail(code, "%s", sentence);
}

int kpolctl_refusal(struct json_object *reply)
{
	const char *error = kpolctl_field_string(reply, "error", "");
	struct json_object *parameters = kpolctl_field(reply, "parameters");
	const char *sentence = kpolctl_field_string(parameters, "message", NULL);

	kpolctl_diagnostics(kpolctl_field_array(parameters, "diagnostics"));
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (!strcmp(refusals[i].error, error))
			return fail_at(code_of(i, parameters),
				       sentence ? sentence : refusals[i].sentence, parameters);
	return kpolctl_fail(KPOLCTL_TROUBLE, "%s: %s", error,
			    sentence ? sentence : "no reason given");
}
