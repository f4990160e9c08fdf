// SPDX-License-Identifier: GPL-2.0-or-later
/* A namespace. */
#include "k8s/namespace.h"

#include <errno.h>

static const struct {
	const char *annotation, *section;
} annotations[] = {
	{ "kubearmor-process-posture", "process" },
	{ "kubearmor-file-posture", "file" },
	{ "kubearmor-network-posture", "network" },
	{ "kubearmor-capabilities-posture", "capabilities" },
};

static void read_postures(struct kpol_k8s_namespace *ns)
{
	for (size_t i = 0; i < sizeof(annotations) / sizeof(annotations[0]); i++) {
		const char *word =
			kpol_k8s_object_annotation(&ns->object, annotations[i].annotation);
		uint8_t *slot = kpol_posture_slot(&ns->postures, annotations[i].section);

		if (word && slot)
			*slot = (uint8_t)kpol_posture_find(word);
	}
}

int kpol_k8s_namespace_build(struct json_object *json, struct kpol_k8s_pack *pack)
{
	struct kpol_k8s_namespace *ns = kpol_k8s_pack_take(pack, sizeof(*ns));
	const char *visibility;
	int r;

	if (!ns)
		return -ENOMEM;
	r = kpol_k8s_object_build(json, pack, &ns->object);
	if (r < 0)
		return r;
	read_postures(ns);
	visibility = kpol_k8s_object_annotation(&ns->object, "kubearmor-visibility");
	ns->visibility = visibility ? visibility : "";
	return 0;
}
