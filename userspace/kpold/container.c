// SPDX-License-Identifier: GPL-2.0-or-later
/* A container's name, from what its runtime left on disk. */
#include "kpold/container.h"

#include <errno.h>
#include <glob.h>
#include <json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "k8s/field.h"

/* A config.json with many mounts is some 100 KiB. */
#define CONFIG_BYTES_MAX (4U << 20)
#define ID_MAX KPOLD_CONTAINER_ID_MAX

static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static int keep(char **field, const char *value)
{
	char *copy;

	if (!value || !value[0])
		return 0;
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	free(*field);
	*field = copy;
	return 0;
}

static struct json_object *object_member(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) ? value : NULL;
}

static bool says(struct json_object *object, const char *key, const char *value)
{
	const char *text = object ? member(object, key) : NULL;

	return text && strcmp(text, value) == 0;
}

/* OCI bundle: what containerd, nerdctl and cri-o write as annotations. */
static int read_oci(struct json_object *config, const char *id, struct kpold_container *ret)
{
	static const char *const names[] = { "io.kubernetes.cri.container-name", "nerdctl/name",
					     "io.kubernetes.container.name" };
	static const char *const namespaces[] = { "io.kubernetes.cri.sandbox-namespace",
						  "io.kubernetes.pod.namespace" };
	struct json_object *annotations = object_member(config, "annotations");
	int r = 0;

	(void)id;
	if (!annotations)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && r == 0; i++)
		r = keep(&ret->name, member(annotations, names[i]));
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]) && r == 0; i++)
		r = keep(&ret->namespace, member(annotations, namespaces[i]));
	if (r == 0 && (says(annotations, "io.kubernetes.cri.container-type", "sandbox") ||
		       says(annotations, "io.kubernetes.cri-o.ContainerType", "sandbox")))
		r = keep(&ret->name, KPOLD_CONTAINER_SANDBOX);
	return r;
}

/* What Kubernetes has docker run says so in labels. */
static int read_docker(struct json_object *config, const char *id, struct kpold_container *ret)
{
	struct json_object *inner = object_member(config, "Config");
	struct json_object *labels = inner ? object_member(inner, "Labels") : NULL;
	const char *name = member(config, "Name"), *in_pod;
	int r;

	(void)id;
	if (says(labels, "io.kubernetes.docker.type", "podsandbox"))
		return keep(&ret->name, KPOLD_CONTAINER_SANDBOX);
	in_pod = labels ? member(labels, "io.kubernetes.container.name") : NULL;
	if (!in_pod)
		return keep(&ret->name, name && name[0] == '/' ? name + 1 : name);
	r = keep(&ret->name, in_pod);
	return r < 0 ? r : keep(&ret->namespace, member(labels, "io.kubernetes.pod.namespace"));
}

/* containers.json of podman's storage: an array of { "id", "names": [ … ] }. */
static int read_podman(struct json_object *config, const char *id, struct kpold_container *ret)
{
	if (!json_object_is_type(config, json_type_array))
		return 0;
	for (size_t i = 0; i < json_object_array_length(config); i++) {
		struct json_object *entry = json_object_array_get_idx(config, i), *names;
		const char *entry_id = member(entry, "id");

		if (!entry_id || strcmp(entry_id, id) != 0)
			continue;
		if (json_object_object_get_ex(entry, "names", &names) &&
		    json_object_is_type(names, json_type_array) &&
		    json_object_array_length(names) > 0)
			return keep(&ret->name,
				    json_object_get_string(json_object_array_get_idx(names, 0)));
	}
	return 0;
}

/**
 * struct runtime - one row: how a runtime names its cgroups and where it describes them
 * @pattern: glob(3) with one %s for the id.
 * @in_pods: the kubelet may use it.
 */
static const struct runtime {
	const char *prefix;
	const char *pattern;
	int (*read)(struct json_object *config, const char *id, struct kpold_container *ret);
	bool in_pods;
} runtimes[] = {
	{ "cri-containerd-", "/run/containerd/io.containerd.runtime.v2.task/*/%s/config.json",
	  read_oci, true },
	{ "nerdctl-", "/run/containerd/io.containerd.runtime.v2.task/*/%s/config.json", read_oci,
	  false },
	{ "docker-", "/var/lib/docker/containers/%s/config.v2.json", read_docker, true },
	{ "libpod-", "/var/lib/containers/storage/overlay-containers/containers.json%.0s",
	  read_podman, false },
	{ "crio-", "/run/containers/storage/overlay-containers/%s/userdata/config.json", read_oci,
	  true },
	/* cgroupfs driver: the directory is the bare id. */
	{ "", "/run/containerd/io.containerd.runtime.v2.task/*/%s/config.json", read_oci, false },
};

static bool is_hex_id(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* An id becomes part of a path and a pattern: only characters that mean nothing in either. */
static bool is_id(const char *text)
{
	size_t len =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return len > 0 && len <= ID_MAX && text[len] == '\0' && text[0] != '.';
}

static const struct runtime *parse_directory(const char *directory, char id[ID_MAX + 1])
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		const struct runtime *runtime = &runtimes[i];
		size_t prefix = strlen(runtime->prefix), len = strlen(directory);

		if (strncmp(directory, runtime->prefix, prefix) != 0)
			continue;
		if (len > prefix + 6 && strcmp(directory + len - 6, ".scope") == 0)
			len -= 6;
		if (len - prefix > ID_MAX)
			continue;
		memcpy(id, directory + prefix, len - prefix);
		id[len - prefix] = '\0';
		if (prefix ? is_id(id) : is_hex_id(directory))
			return runtime;
	}
	return NULL;
}

static int read_config(const struct runtime *runtime, const char *path, const char *id,
		       struct kpold_container *ret)
{
	_cleanup_json_ struct json_object *config = NULL;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = kpol_file_read(path, CONFIG_BYTES_MAX, &text, &len);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	config = json_tokener_parse(text);
	return config ? runtime->read(config, id, ret) : 0;
}

static int read_configs(const struct runtime *runtime, const char *root, const char *id,
			struct kpold_container *ret)
{
	_cleanup_free_ char *name = NULL, *pattern = NULL;
	glob_t found = { 0 };
	int r = 0;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (asprintf(&name, runtime->pattern, id) < 0)
		return -ENOMEM;
#pragma GCC diagnostic pop
	if (asprintf(&pattern, "%s%s", root, name) < 0)
		return -ENOMEM;
	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && r == 0 && !ret->name; i++)
		r = read_config(runtime, found.gl_pathv[i], id, ret);
	globfree(&found);
	return r;
}

void kpold_container_clear(struct kpold_container *container)
{
	free(container->name);
	free(container->namespace);
	memset(container, 0, sizeof(*container));
}

/* @r: how the search has ended. */
static int settle(struct kpold_container *found, const char *id, int r, struct kpold_container *ret)
{
	bool named = found->name != NULL;

	if (r == 0 && !named)
		r = keep(&found->name, id);
	if (r < 0) {
		kpold_container_clear(found);
		return r;
	}
	*ret = *found;
	return named ? 0 : -EAGAIN;
}

int kpold_container_id(const char *directory, char id[KPOLD_CONTAINER_ID_MAX + 1])
{
	return parse_directory(directory, id) ? 0 : -ENOENT;
}

int kpold_container_find(const char *root, const char *directory, struct kpold_container *ret)
{
	struct kpold_container found = { 0 };
	char id[ID_MAX + 1];
	const struct runtime *runtime = parse_directory(directory, id);

	if (!runtime)
		return -ENOENT;
	return settle(&found, id, read_configs(runtime, root, id, &found), ret);
}

int kpold_container_find_id(const char *root, const char *id, struct kpold_container *ret)
{
	struct kpold_container found = { 0 };
	int r = 0;

	if (!is_id(id))
		return settle(&found, id, 0, ret);
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]) && r == 0 && !found.name; i++)
		if (runtimes[i].in_pods)
			r = read_configs(&runtimes[i], root, id, &found);
	return settle(&found, id, r, ret);
}
