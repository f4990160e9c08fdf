// SPDX-License-Identifier: GPL-2.0-or-later
/* What every object of the API server has: its metadata. */
#include "k8s/object.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "k8s/field.h"

static bool is_any(const char *key)
{
	(void)key;
	return true;
}

static bool is_known_annotation(const char *key)
{
	static const char *const begins[] = { "kubernetes.io/config.", "kubearmor-", "kpol.io/" };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(key, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

/* A value that is no text is left out: it can match nothing. */
static size_t count_pairs(struct json_object *map, bool (*wanted)(const char *key))
{
	size_t n = 0;

	json_object_object_foreach(map, key, value) n += wanted(key) && kpol_k8s_text(value);
	return n;
}

static int fill_pairs(struct json_object *map, bool (*wanted)(const char *key),
		      struct kpol_k8s_pack *pack, struct kpol_label *label)
{
	json_object_object_foreach(map, key, value)
	{
		if (!wanted(key) || !kpol_k8s_text(value))
			continue;
		label->key = kpol_k8s_pack_text(pack, key);
		label->value = kpol_k8s_pack_text(pack, kpol_k8s_text(value));
		if (!label->key || !label->value)
			return -ENOMEM;
		label++;
	}
	return 0;
}

static int build_pairs(struct json_object *map, bool (*wanted)(const char *key),
		       struct kpol_k8s_pack *pack, struct kpol_label **ret, size_t *ret_n)
{
	size_t n = map ? count_pairs(map, wanted) : 0;

	if (n == 0)
		return 0;
	*ret = kpol_k8s_pack_take(pack, n * sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	*ret_n = n;
	return fill_pairs(map, wanted, pack, *ret);
}

/* "2026-11-24T20:04:41Z", as Kubernetes writes it. Return: seconds since 1970, 0: it is none. */
static int64_t read_time(const char *text)
{
	struct tm tm = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return end ? (int64_t)timegm(&tm) : 0;
}

static int build_names(struct json_object *meta, struct kpol_k8s_pack *pack,
		       struct kpol_k8s_object *object)
{
	const char *uid = kpol_k8s_field_text(meta, "uid");
	const char *name = kpol_k8s_field_text(meta, "name");

	if (!uid || !uid[0] || !name || !name[0])
		return -EBADMSG;
	object->uid = kpol_k8s_pack_text(pack, uid);
	object->name = kpol_k8s_pack_text(pack, name);
	object->namespace = kpol_k8s_pack_text(pack, kpol_k8s_field_text(meta, "namespace"));
	object->version = kpol_k8s_pack_text(pack, kpol_k8s_field_text(meta, "resourceVersion"));
	object->created = read_time(kpol_k8s_field_text(meta, "creationTimestamp"));
	object->deleting = kpol_k8s_field_text(meta, "deletionTimestamp");
	return object->uid && object->name && object->namespace && object->version ? 0 : -ENOMEM;
}

int kpol_k8s_object_build(struct json_object *json, struct kpol_k8s_pack *pack,
			  struct kpol_k8s_object *object)
{
	struct json_object *meta = kpol_k8s_field_object(json, "metadata");
	int r = build_names(meta, pack, object);

	if (r == 0)
		r = build_pairs(kpol_k8s_field_object(meta, "labels"), is_any, pack,
				&object->labels, &object->n_labels);
	if (r == 0)
		r = build_pairs(kpol_k8s_field_object(meta, "annotations"), is_known_annotation,
				pack, &object->annotations, &object->n_annotations);
	return r;
}

const char *kpol_k8s_object_annotation(const struct kpol_k8s_object *object, const char *key)
{
	for (size_t i = 0; i < object->n_annotations; i++)
		if (strcmp(object->annotations[i].key, key) == 0)
			return object->annotations[i].value;
	return NULL;
}
