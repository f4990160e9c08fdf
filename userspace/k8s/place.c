// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A place: the pod and container that a cgroup's path tells of.
 *
 * systemd:   /kubepods.slice/kubepods-<qos>.slice/kubepods-<qos>-pod<uid with _>.slice/<runtime>-<id>.scope
 * cgroupfs:  /kubepods/<qos>/pod<uid>/<id>
 * cgroupfs paths given to a runtime that uses systemd:  /…/kubepods-<qos>-pod<uid with _>.slice:<runtime>:<id>
 * (kubelet: pod_container_manager_linux.go, cgroup_manager_linux.go). Guaranteed pods have no <qos>.
 */
#include "k8s/place.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define HEX "0123456789abcdef"
#define ID_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define HASH_LEN 32

/** struct piece - some bytes of a path. */
struct piece {
	const char *text;
	size_t len;
};

static bool is(struct piece piece, const char *text)
{
	return piece.len == strlen(text) && memcmp(piece.text, text, piece.len) == 0;
}

static bool cut_front(struct piece *piece, const char *prefix)
{
	size_t len = strlen(prefix);

	if (piece->len < len || memcmp(piece->text, prefix, len) != 0)
		return false;
	piece->text += len;
	piece->len -= len;
	return true;
}

static bool cut_back(struct piece *piece, const char *suffix)
{
	size_t len = strlen(suffix);

	if (piece->len < len || memcmp(piece->text + piece->len - len, suffix, len) != 0)
		return false;
	piece->len -= len;
	return true;
}

/* The component behind @before, "" at the end. */
static struct piece next_component(struct piece before)
{
	const char *at = before.text + before.len;

	at += strspn(at, "/");
	return (struct piece){ at, strcspn(at, "/") };
}

/* 8-4-4-4-12 hexadecimal digits, or the 32 of a hash; @dash is what stands for the dashes here. */
static bool read_uid(struct piece text, char dash, char *ret)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (text.len != HASH_LEN && text.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool digit = strchr(HEX, text.text[i]) != NULL;

		if (text.len == HASH_LEN || form[i] == 'x' ? !digit : text.text[i] != dash)
			return false;
		ret[i] = digit ? text.text[i] : '-';
	}
	ret[text.len] = '\0';
	return true;
}

/* "kubepods-burstable-pod…" or "kubepods-pod…", the suffix gone. */
static bool read_slice(struct piece name, char *ret_uid)
{
	if (!cut_front(&name, "kubepods-"))
		return false;
	if (!cut_front(&name, "burstable-"))
		(void)cut_front(&name, "besteffort-");
	return cut_front(&name, "pod") && read_uid(name, '_', ret_uid);
}

static bool read_pod(struct piece name, struct piece parent, char *ret_uid)
{
	if (cut_back(&name, ".slice"))
		return read_slice(name, ret_uid);
	return (is(parent, "kubepods") || is(parent, "burstable") || is(parent, "besteffort")) &&
	       cut_front(&name, "pod") && read_uid(name, '-', ret_uid);
}

static bool keep_id(struct piece id, char *ret)
{
	if (id.len == 0 || id.len > KPOL_K8S_CONTAINER_ID_MAX ||
	    strspn(id.text, ID_CHARACTERS) < id.len)
		return false;
	memcpy(ret, id.text, id.len);
	ret[id.len] = '\0';
	return true;
}

/* A monitor of CRI-O stands beside the container it is for, and is the runtime's. */
static void read_container(struct piece name, char *ret)
{
	static const char *const prefixes[] = { "cri-containerd-", "crio-", "docker-" };

	ret[0] = '\0';
	if (!cut_back(&name, ".scope")) {
		(void)keep_id(name, ret);
		return;
	}
	if (cut_front(&name, "crio-conmon-"))
		return;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (cut_front(&name, prefixes[i])) {
			(void)keep_id(name, ret);
			return;
		}
}

/* "kubepods-….slice:cri-containerd:<id>": pod and container in one. */
static bool read_both(struct piece name, struct kpol_k8s_place *ret)
{
	const char *colon = memchr(name.text, ':', name.len), *last;
	struct piece pod = { name.text, colon ? (size_t)(colon - name.text) : 0 }, id;

	if (!colon || !cut_back(&pod, ".slice") || !read_slice(pod, ret->uid))
		return false;
	last = memrchr(name.text, ':', name.len);
	id = (struct piece){ last + 1, (size_t)(name.text + name.len - last - 1) };
	return last != colon && keep_id(id, ret->container);
}

int kpol_k8s_place_read(const char *path, struct kpol_k8s_place *ret)
{
	struct piece parent = { path, 0 }, name = next_component(parent);

	for (; name.len > 0; parent = name, name = next_component(name)) {
		struct kpol_k8s_place place = { .pod_len = 0 };

		if (read_both(name, &place)) {
			*ret = place;
			return 0;
		}
		if (!read_pod(name, parent, place.uid))
			continue;
		place.pod_len = (size_t)(name.text + name.len - path);
		read_container(next_component(name), place.container);
		*ret = place;
		return 0;
	}
	return -ENOENT;
}
