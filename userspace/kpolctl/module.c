// SPDX-License-Identifier: GPL-2.0-or-later
/* The module asked directly over netlink. */
#include "kpolctl/module.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/verb.h"
#include "nl/control.h"
#include "nl/status.h"

static void add_number(struct json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
}

static void add_digest(struct json_object *object, const uint8_t digest[KPOL_DIGEST_LEN])
{
	char text[2 * KPOL_DIGEST_LEN + 1];

	for (size_t i = 0; i < KPOL_DIGEST_LEN; i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
	add_string(object, "digest", text);
}

static void add_counts(struct json_object *object, const struct kpol_nl_status *status)
{
	struct json_object *verdicts = json_object_new_array();

	for (uint32_t class = 1; class <= KPOL_CLASS_MAX; class ++) {
		struct json_object *count = json_object_new_object();

		add_string(count, "class", kpol_word(KPOL_WORDS_CLASS, class));
		add_number(count, "denied", status->verdicts[class].denied);
		add_number(count, "wouldDeny", status->verdicts[class].would_deny);
		add_number(count, "audited", status->verdicts[class].audited);
		add_number(count, "dropped", status->dropped[class]);
		json_object_array_add(verdicts, count);
	}
	json_object_object_add(object, "verdicts", verdicts);
}

static struct json_object *status_object(const struct kpol_nl_status *status)
{
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "generation", status->generation },
		{ "rules", status->rules },
		{ "policies", status->policies },
		{ "scopes", status->scopes },
		{ "bindings", status->bindings },
		{ "hooks", status->hooks },
		{ "hooksKnown", status->hooks_known },
		{ "hooksLost", status->hooks_lost },
		{ "entering", status->entering },
		{ "untraced", status->untraced },
		{ "memory", status->memory },
		{ "strings", status->strings },
		{ "eventSeq", status->event_seq },
		{ "eventQueued", status->event_queued },
		{ "eventCapacity", status->event_capacity },
		{ "subscriber", status->subscriber },
	};
	struct json_object *object = json_object_new_object();

	add_string(object, "version", status->version);
	add_string(object, "mode", kpol_word(KPOL_WORDS_MODE, status->mode));
	if (status->boot_mode)
		add_string(object, "bootMode", kpol_word(KPOL_WORDS_MODE, status->boot_mode));
	json_object_object_add(object, "locked", json_object_new_boolean((int)status->locked));
	add_string(object, "bundle", status->bundle);
	add_digest(object, status->digest);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		add_number(object, numbers[i].key, numbers[i].value);
	add_counts(object, status);
	return object;
}

int kpolctl_module_status(struct json_object **ret)
{
	_cleanup_(kpol_nl_freep) struct kpol_nl *nl = NULL;
	struct kpol_nl_status status;
	int r = kpol_nl_new(false, &nl);

	if (!r)
		r = kpol_nl_status_get(nl, &status);
	if (!r)
		*ret = status_object(&status);
	return r;
}

int kpolctl_module_mode_set(uint32_t mode)
{
	_cleanup_(kpol_nl_freep) struct kpol_nl *nl = NULL;
	int r = kpol_nl_new(false, &nl);

	return r ? r : kpol_nl_mode_set(nl, mode);
}

int kpolctl_module_lock(void)
{
	_cleanup_(kpol_nl_freep) struct kpol_nl *nl = NULL;
	int r = kpol_nl_new(false, &nl);

	return r ? r : kpol_nl_lock(nl);
}

int kpolctl_module_fail(int error)
{
	if (error == -ENODEV)
		return kpolctl_fail(KPOLCTL_DOWN, "the module is not loaded: modprobe kpol");
	if (error == -EPERM || error == -EACCES)
		return kpolctl_fail(KPOLCTL_DENIED,
				    "the module lets only root in, from outside any scope");
	return kpolctl_fail(KPOLCTL_TROUBLE, "talking to the module: %s", strerror(-error));
}
