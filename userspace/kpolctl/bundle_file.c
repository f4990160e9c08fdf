// SPDX-License-Identifier: GPL-2.0-or-later
/* A bundle read from disk. */
#include "kpolctl/bundle_file.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/verb.h"
#include "load/load.h"

int kpolctl_bundle_read(const char *file, struct json_object **ret)
{
	_cleanup_free_ char *text = NULL;
	struct json_object *parameters;
	size_t len;
	int r = kpol_file_read(file, KPOL_BUNDLE_BYTES_MAX, &text, &len);

	if (r == -EFBIG)
		return kpolctl_fail(KPOLCTL_TROUBLE, "%s is longer than %u MiB", file,
				    KPOL_BUNDLE_BYTES_MAX >> 20);
	if (r)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot read %s: %s", file, strerror(-r));
	parameters = json_object_new_object();
	json_object_object_add(parameters, "file", json_object_new_string(file));
	json_object_object_add(parameters, "text", json_object_new_string_len(text, (int)len));
	*ret = parameters;
	return KPOLCTL_OK;
}
