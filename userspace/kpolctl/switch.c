// SPDX-License-Identifier: GPL-2.0-or-later
/* The global switch, thrown in the kernel first and told to kpold after. */
#include "kpolctl/switch.h"

#include <linux/kpol.h>
#include <stdio.h>

#include "base/words.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/client.h"
#include "kpolctl/message.h"
#include "kpolctl/module.h"
#include "kpolctl/output.h"
#include "kpolctl/verb.h"

#define TIMEOUT_S 3 /* the kernel has obeyed already: a stuck daemon must not hold us */

static const char *const sentences[] = {
	[KPOL_MODE_ENFORCE] = "enforcing again: policies in enforce mode deny",
	[KPOL_MODE_OBSERVE] = "nothing is denied any more: every policy only observes",
};

static int tell_daemon(uint32_t mode)
{
	struct kpolctl_request request = { .method = "SetGlobalMode",
					   .parameters = json_object_new_object(),
					   .timeout_s = TIMEOUT_S };
	_cleanup_json_ struct json_object *reply = NULL;

	json_object_object_add(request.parameters, "mode",
			       json_object_new_string(kpol_word(KPOL_WORDS_MODE, mode)));
	return kpolctl_try(&request, &reply);
}

static int print_mode(uint32_t mode, int module, int daemon)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();

	if (kpolctl_output != KPOLCTL_JSON)
		return puts(sentences[mode]) < 0 ? KPOLCTL_TROUBLE : KPOLCTL_OK;
	json_object_object_add(object, "mode",
			       json_object_new_string(kpol_word(KPOL_WORDS_MODE, mode)));
	json_object_object_add(object, "module", json_object_new_boolean(!module));
	json_object_object_add(object, "daemon", json_object_new_boolean(!daemon));
	return kpolctl_object_print("GlobalMode", object, false) ? KPOLCTL_TROUBLE : KPOLCTL_OK;
}

int kpolctl_switch_throw(uint32_t mode)
{
	int module = kpolctl_module_mode_set(mode), daemon = tell_daemon(mode);

	if (module && daemon)
		return kpolctl_module_fail(module);
	if (daemon)
		kpolctl_note(
			"kpolctl: kpold was not told (it does not answer); it adopts the switch "
			"when it starts");
	return print_mode(mode, module, daemon);
}
