/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON object that goes away at the end of its block. */
#ifndef KPOL_KPOLCTL_CLEANUP_H
#define KPOL_KPOLCTL_CLEANUP_H

#include <json-c/json.h>

#include "base/cleanup.h"

static inline void kpolctl_cleanup_json(struct json_object **object)
{
	json_object_put(*object);
}

#define _cleanup_json_ _cleanup_(kpolctl_cleanup_json)

#endif /* KPOL_KPOLCTL_CLEANUP_H */
