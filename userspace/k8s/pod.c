// SPDX-License-Identifier: GPL-2.0-or-later
/* A pod. */
#include "k8s/pod.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "k8s/field.h"

static uint8_t phase_of(struct json_object *status)
{
	static const char *const words[] = {
		[KPOL_K8S_PHASE_PENDING] = "Pending",
		[KPOL_K8S_PHASE_RUNNING] = "Running",
		[KPOL_K8S_PHASE_SUCCEEDED] = "Succeeded",
		[KPOL_K8S_PHASE_FAILED] = "Failed",
	};
	const char *phase = kpol_k8s_field_text(status, "phase");

	for (uint8_t i = KPOL_K8S_PHASE_PENDING; phase && i <= KPOL_K8S_PHASE_FAILED; i++)
		if (strcmp(words[i], phase) == 0)
			return i;
	return KPOL_K8S_PHASE_UNKNOWN;
}

static bool parse_ip(const char *text, struct kpol_k8s_ip *ip)
{
	*ip = (struct kpol_k8s_ip){ 0 };
	if (!text)
		return false;
	if (inet_pton(AF_INET, text, ip->addr) == 1)
		ip->family = AF_INET;
	else if (inet_pton(AF_INET6, text, ip->addr) == 1)
		ip->family = AF_INET6;
	return ip->family != 0;
}

/* What is no address is left out. */
static int build_ips(struct json_object *status, struct kpol_k8s_pack *pack,
		     struct kpol_k8s_pod *pod)
{
	size_t n;
	struct json_object *ips = kpol_k8s_field_array(status, "podIPs", &n);

	if (n == 0)
		return 0;
	pod->ips = kpol_k8s_pack_take(pack, n * sizeof(*pod->ips));
	if (!pod->ips)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct json_object *ip = json_object_array_get_idx(ips, i);

		if (parse_ip(kpol_k8s_field_text(ip, "ip"), &pod->ips[pod->n_ips]))
			pod->n_ips++;
	}
	return 0;
}

/* Where the kinds of containers stand. */
static const struct {
	const char *spec, *status;
	uint8_t kind;
} lists[] = {
	{ "containers", "containerStatuses", KPOL_K8S_CONTAINER_MAIN },
	{ "initContainers", "initContainerStatuses", KPOL_K8S_CONTAINER_INIT },
	{ "ephemeralContainers", "ephemeralContainerStatuses", KPOL_K8S_CONTAINER_EPHEMERAL },
};

#define N_LISTS (sizeof(lists) / sizeof(lists[0]))

static const char *strip_runtime(const char *id)
{
	const char *slashes = id ? strstr(id, "://") : NULL;

	return slashes ? slashes + 3 : id;
}

static const char *find_id(struct json_object *status, const char *list, const char *name)
{
	size_t n;
	struct json_object *statuses = kpol_k8s_field_array(status, list, &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(statuses, i);
		const char *other = kpol_k8s_field_text(one, "name");

		if (other && strcmp(other, name) == 0)
			return strip_runtime(kpol_k8s_field_text(one, "containerID"));
	}
	return NULL;
}

static int build_container(struct json_object *json, const char *id, uint8_t kind,
			   struct kpol_k8s_pack *pack, struct kpol_k8s_container *container)
{
	container->name = kpol_k8s_pack_text(pack, kpol_k8s_field_text(json, "name"));
	container->id = kpol_k8s_pack_text(pack, id);
	container->image = kpol_k8s_pack_text(pack, kpol_k8s_field_text(json, "image"));
	container->kind = kind;
	return container->name && container->id && container->image ? 0 : -ENOMEM;
}

static int build_list(struct json_object *spec, struct json_object *status, size_t which,
		      struct kpol_k8s_pack *pack, struct kpol_k8s_pod *pod)
{
	size_t n;
	struct json_object *list = kpol_k8s_field_array(spec, lists[which].spec, &n);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct json_object *json = json_object_array_get_idx(list, i);
		const char *name = kpol_k8s_field_text(json, "name");

		if (!name)
			continue;
		r = build_container(json, find_id(status, lists[which].status, name),
				    lists[which].kind, pack, &pod->containers[pod->n_containers++]);
	}
	return r;
}

static int build_containers(struct json_object *spec, struct json_object *status,
			    struct kpol_k8s_pack *pack, struct kpol_k8s_pod *pod)
{
	size_t total = 0, n;
	int r = 0;

	for (size_t i = 0; i < N_LISTS; i++) {
		(void)kpol_k8s_field_array(spec, lists[i].spec, &n);
		total += n;
	}
	pod->containers = kpol_k8s_pack_take(pack, total * sizeof(*pod->containers));
	if (!pod->containers)
		return -ENOMEM;
	for (size_t i = 0; i < N_LISTS && r == 0; i++)
		r = build_list(spec, status, i, pack, pod);
	return r;
}

/* 32 hexadecimal digits, as no uid of the API server: nobody claims the cgroup of a pod by an annotation. */
static bool is_hash(const char *text)
{
	return text && strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

static void find_cgroup_uid(struct kpol_k8s_pod *pod)
{
	const char *hash = kpol_k8s_object_annotation(&pod->object, "kubernetes.io/config.hash");

	pod->mirror = kpol_k8s_object_annotation(&pod->object, "kubernetes.io/config.mirror");
	pod->cgroup_uid = pod->mirror && is_hash(hash) ? hash : pod->object.uid;
}

int kpol_k8s_pod_build(struct json_object *json, struct kpol_k8s_pack *pack)
{
	struct kpol_k8s_pod *pod = kpol_k8s_pack_take(pack, sizeof(*pod));
	struct json_object *spec = kpol_k8s_field_object(json, "spec");
	struct json_object *status = kpol_k8s_field_object(json, "status");
	int r;

	if (!pod)
		return -ENOMEM;
	r = kpol_k8s_object_build(json, pack, &pod->object);
	if (r < 0)
		return r;
	find_cgroup_uid(pod);
	pod->phase = phase_of(status);
	pod->host_network = kpol_k8s_field_true(spec, "hostNetwork");
	pod->host_pid = kpol_k8s_field_true(spec, "hostPID");
	pod->node = kpol_k8s_pack_text(pack, kpol_k8s_field_text(spec, "nodeName"));
	r = pod->node ? build_ips(status, pack, pod) : -ENOMEM;
	return r == 0 ? build_containers(spec, status, pack, pod) : r;
}

bool kpol_k8s_pod_has_addresses(const struct kpol_k8s_pod *pod)
{
	return !pod->host_network && pod->phase != KPOL_K8S_PHASE_SUCCEEDED &&
	       pod->phase != KPOL_K8S_PHASE_FAILED;
}
