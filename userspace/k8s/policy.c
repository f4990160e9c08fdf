// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy as a custom resource. */
#include "k8s/policy.h"

#include <errno.h>
#include <string.h>

#include "k8s/field.h"

/* What the loader has a use for; the rest is the server's bookkeeping. */
static const char *const kept[] = { "apiVersion", "kind", "spec" };
static const char *const kept_metadata[] = { "name", "namespace", "labels" };

static int copy_members(struct json_object *from, const char *const *keys, size_t n,
			struct json_object *to)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *value = kpol_k8s_field(from, keys[i]);

		if (value && json_object_object_add(to, keys[i], json_object_get(value)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int copy_document(struct json_object *json, struct json_object *to)
{
	struct json_object *metadata = json_object_new_object();
	int r;

	if (!metadata || json_object_object_add(to, "metadata", metadata) < 0)
		return -ENOMEM;
	r = copy_members(json, kept, sizeof(kept) / sizeof(kept[0]), to);
	return r < 0 ? r
		     : copy_members(kpol_k8s_field_object(json, "metadata"), kept_metadata,
				    sizeof(kept_metadata) / sizeof(kept_metadata[0]), metadata);
}

static int build_text(struct json_object *json, struct kpol_k8s_pack *pack,
		      struct kpol_k8s_policy *policy)
{
	_cleanup_json_ struct json_object *document = json_object_new_object();
	const char *text;
	int r = document ? copy_document(json, document) : -ENOMEM;

	if (r < 0)
		return r;
	text = json_object_to_json_string_length(
		document, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&policy->json_len);
	policy->json = text ? kpol_k8s_pack_text(pack, text) : NULL;
	return policy->json ? 0 : -ENOMEM;
}

int kpol_k8s_policy_build(struct json_object *json, struct kpol_k8s_pack *pack)
{
	struct kpol_k8s_policy *policy = kpol_k8s_pack_take(pack, sizeof(*policy));
	struct json_object *metadata = kpol_k8s_field_object(json, "metadata");
	int r;

	if (!policy)
		return -ENOMEM;
	r = kpol_k8s_object_build(json, pack, &policy->object);
	if (r < 0)
		return r;
	policy->generation = json_object_get_int64(kpol_k8s_field(metadata, "generation"));
	return build_text(json, pack, policy);
}
