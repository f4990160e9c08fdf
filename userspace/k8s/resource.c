// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds that are watched. */
#include "k8s/resource.h"

#include <errno.h>
#include <stdio.h>

#include "k8s/field.h"
#include "k8s/namespace.h"
#include "k8s/node.h"
#include "k8s/pod.h"
#include "k8s/policy.h"

#define CORE(name, of, fn)                                                            \
	{                                                                             \
		.plural = name, .group = "", .version = "v1", .kind = of, .build = fn \
	}
#define POLICY(name, of, in)                                                              \
	{                                                                                 \
		.plural = name, .group = in, .version = "v1", .kind = of, .custom = true, \
		.build = kpol_k8s_policy_build                                            \
	}
#define KUBEARMOR "security.kubearmor.com"

const struct kpol_k8s_resource kpol_k8s_resources[KPOL_K8S_RESOURCES] = {
	[KPOL_K8S_PODS] = CORE("pods", "Pod", kpol_k8s_pod_build),
	[KPOL_K8S_NAMESPACES] = CORE("namespaces", "Namespace", kpol_k8s_namespace_build),
	[KPOL_K8S_NODES] = CORE("nodes", "Node", kpol_k8s_node_build),
	[KPOL_K8S_RUNTIME_POLICIES] = POLICY("runtimepolicies", "RuntimePolicy", "kpol.io"),
	[KPOL_K8S_KUBEARMOR_POLICIES] = POLICY("kubearmorpolicies", "KubeArmorPolicy", KUBEARMOR),
	[KPOL_K8S_KUBEARMOR_HOST_POLICIES] =
		POLICY("kubearmorhostpolicies", "KubeArmorHostPolicy", KUBEARMOR),
	[KPOL_K8S_KUBEARMOR_CLUSTER_POLICIES] =
		POLICY("kubearmorclusterpolicies", "KubeArmorClusterPolicy", KUBEARMOR),
};

void kpol_k8s_resource_path(const struct kpol_k8s_resource *resource, struct kpol_buffer *path)
{
	kpol_buffer_puts(path, resource->group[0] ? "/apis/" : "/api");
	kpol_buffer_puts(path, resource->group);
	kpol_buffer_printf(path, "/%s/%s", resource->version, resource->plural);
}

static int add_text(struct json_object *json, const char *key, const char *text)
{
	struct json_object *value;

	if (kpol_k8s_field(json, key))
		return 0;
	value = json_object_new_string(text);
	return value && json_object_object_add(json, key, value) == 0 ? 0 : -ENOMEM;
}

static int add_type(const struct kpol_k8s_resource *resource, struct json_object *json)
{
	char version[128];
	int r;

	snprintf(version, sizeof(version), "%s%s%s", resource->group, resource->group[0] ? "/" : "",
		 resource->version);
	r = add_text(json, "apiVersion", version);
	return r == 0 ? add_text(json, "kind", resource->kind) : r;
}

int kpol_k8s_resource_parse(const struct kpol_k8s_resource *resource, struct json_object *json,
			    struct kpol_k8s_object **ret)
{
	void *object = NULL;
	int r;

	if (!json_object_is_type(json, json_type_object))
		return -EBADMSG;
	r = add_type(resource, json);
	if (r == 0)
		r = kpol_k8s_pack_build(resource->build, json, &object);
	if (r == 0)
		*ret = object;
	return r;
}
