// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of the cluster, written down for the next daemon. */
#include <errno.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "k8s/field.h"
#include "kpold/copy.h"
#include "kpold/kube_private.h"
#include "kpold/log.h"
#include "store/seen.h"

/* The one node's key. */
#define NODE_KEY "this"

/* Of a namespace, beside the sections that its postures are for. */
#define VISIBLE_KEY "visible"

static int add_text(struct json_object *to, const char *key, const char *text)
{
	struct json_object *value = json_object_new_string(text);

	if (value && json_object_object_add(to, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int add_number(struct json_object *to, const char *key, uint32_t number)
{
	struct json_object *value = json_object_new_int64(number);

	if (value && json_object_object_add(to, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int add_labels(struct json_object *to, const char *key, const struct kpol_label *labels,
		      size_t n)
{
	struct json_object *map = json_object_new_object();
	int r = map ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && r == 0; i++)
		r = add_text(map, labels[i].key, labels[i].value);
	if (r == 0 && json_object_object_add(to, key, map) == 0)
		return 0;
	json_object_put(map);
	return -ENOMEM;
}

static int add_postures(struct json_object *to, const struct kpol_postures *postures)
{
	static const char *const sections[] = { "process", "file", "network", "capabilities" };
	struct kpol_postures copy = *postures;
	int r = 0;

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && r == 0; i++) {
		uint8_t posture = *kpol_posture_slot(&copy, sections[i]);

		if (posture != KPOL_POSTURE_UNSET)
			r = add_text(to, sections[i], kpol_posture_word(posture));
	}
	return r;
}

/** struct notes - what is to be written; the values are owned. */
struct notes {
	struct kpol_seen *items;
	size_t n;
};

static int note(struct notes *notes, const char *kind, const char *key, struct json_object *json)
{
	struct kpol_seen *item = kpol_append(&notes->items, &notes->n, sizeof(*item));

	if (!item)
		return -ENOMEM;
	*item = (struct kpol_seen){ .kind = kind, .key = key };
	if (!json)
		return 0;
	item->value = strdup(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
	return item->value ? 0 : -ENOMEM;
}

static int note_pod(struct notes *notes, const struct kpold_pod *pod)
{
	_cleanup_json_ struct json_object *json = json_object_new_object();

	if (!json || add_text(json, "namespace", pod->namespace) < 0 ||
	    add_text(json, "name", pod->name) < 0 ||
	    add_labels(json, "labels", pod->labels, pod->n_labels) < 0 ||
	    add_labels(json, "containers", pod->containers, pod->n_containers) < 0)
		return -ENOMEM;
	return note(notes, "pod", pod->cgroup_uid, json);
}

static int note_namespace(struct notes *notes, const struct kpold_kube_namespace *namespace)
{
	_cleanup_json_ struct json_object *json = json_object_new_object();

	if (!json || add_postures(json, &namespace->said.postures) < 0 ||
	    add_number(json, VISIBLE_KEY, namespace->said.visible) < 0)
		return -ENOMEM;
	return note(notes, "namespace", namespace->name, json);
}

static int note_node(struct notes *notes, const struct kpold_kube *kube)
{
	_cleanup_json_ struct json_object *json = json_object_new_object();

	if (!json || add_labels(json, "labels", kube->node_labels, kube->n_node_labels) < 0)
		return -ENOMEM;
	return note(notes, "node", NODE_KEY, json);
}

static int note_all(struct kpold_kube *kube, struct notes *notes)
{
	const struct kpold_pods *pods = &kube->d->pods;
	int r = 0;

	for (size_t i = 0; i + 1 < kube->forgotten.n && r == 0; i += 2)
		r = note(notes, kube->forgotten.items[i], kube->forgotten.items[i + 1], NULL);
	for (size_t i = 0; i < pods->n && r == 0; i++)
		if (pods->items[i].unsaved)
			r = note_pod(notes, &pods->items[i]);
	for (size_t i = 0; i < kube->n_namespaces && r == 0; i++)
		if (kube->namespaces[i].unsaved)
			r = note_namespace(notes, &kube->namespaces[i]);
	if (r == 0 && kube->node_unsaved)
		r = note_node(notes, kube);
	return r;
}

static void all_saved(struct kpold_kube *kube)
{
	struct kpold_pods *pods = &kube->d->pods;

	for (size_t i = 0; i < pods->n; i++)
		pods->items[i].unsaved = false;
	for (size_t i = 0; i < kube->n_namespaces; i++)
		kube->namespaces[i].unsaved = false;
	kube->node_unsaved = false;
	kpol_strv_clear(&kube->forgotten);
}

static void clear_notes(struct notes *notes)
{
	for (size_t i = 0; i < notes->n; i++)
		free((char *)notes->items[i].value);
	free(notes->items);
}

void kpold_kube_save(struct kpold_kube *kube)
{
	_cleanup_(clear_notes) struct notes notes = { 0 };
	int r = note_all(kube, &notes);

	if (r == 0)
		r = kpol_seen_write(kube->d->store, notes.items, notes.n);
	if (r == 0)
		all_saved(kube);
	else
		kpold_log(LOG_WARNING, "cannot write down what is known of the cluster: %s",
			  kpol_store_error(kube->d->store));
}

int kpold_kube_forget(struct kpold_kube *kube, const char *kind, const char *key)
{
	int r = kpol_strv_add(&kube->forgotten, kind, strlen(kind));

	if (r == 0)
		r = kpol_strv_add(&kube->forgotten, key, strlen(key));
	if (r == 0)
		kpold_kube_save_soon(kube);
	return r;
}

static const char *text_of(struct json_object *json, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(json, key, &value))
		return NULL;
	return json_object_get_string(value);
}

static int read_labels(struct json_object *json, const char *key, struct kpol_label **labels,
		       size_t *n)
{
	struct json_object *map;
	int r = 0;

	if (!json_object_object_get_ex(json, key, &map) ||
	    !json_object_is_type(map, json_type_object))
		return 0;
	json_object_object_foreach(map, name, value) if (r == 0) r =
		kpold_label_add(labels, n, name, json_object_get_string(value));
	return r;
}

static int recall_pod(struct kpold_kube *kube, const char *key, struct json_object *json)
{
	const char *namespace = text_of(json, "namespace"), *name = text_of(json, "name");
	struct kpold_pod pod = { 0 };

	if (!namespace || !name)
		return 0;
	pod.cgroup_uid = strdup(key);
	pod.uid = strdup("");
	pod.namespace = strdup(namespace);
	pod.name = strdup(name);
	if (!pod.cgroup_uid || !pod.uid || !pod.namespace || !pod.name ||
	    read_labels(json, "labels", &pod.labels, &pod.n_labels) < 0 ||
	    read_labels(json, "containers", &pod.containers, &pod.n_containers) < 0) {
		kpold_pod_clear(&pod);
		return -ENOMEM;
	}
	return kpold_pods_put(&kube->d->pods, &pod);
}

static int recall_namespace(struct kpold_kube *kube, const char *key, struct json_object *json)
{
	struct kpold_kube_namespace *namespace = kpold_kube_namespace(kube, key);

	if (!namespace)
		return -ENOMEM;
	json_object_object_foreach(json, section, value)
	{
		uint8_t *slot = kpol_posture_slot(&namespace->said.postures, section);

		if (strcmp(section, VISIBLE_KEY) == 0)
		namespace->said.visible = (uint32_t)json_object_get_int(value);
		else if (slot) *slot = (uint8_t)kpol_posture_find(json_object_get_string(value));
	}
	return 0;
}

static int recall_node(struct kpold_kube *kube, const char *key, struct json_object *json)
{
	(void)key;
	return read_labels(json, "labels", &kube->node_labels, &kube->n_node_labels);
}

static const struct kind {
	const char *name;
	int (*recall)(struct kpold_kube *kube, const char *key, struct json_object *json);
} kinds[] = {
	{ "pod", recall_pod },
	{ "namespace", recall_namespace },
	{ "node", recall_node },
};

struct recall {
	struct kpold_kube *kube;
	const struct kind *kind;
};

static int recall_one(const struct kpol_seen *item, void *userdata)
{
	const struct recall *recall = userdata;
	_cleanup_json_ struct json_object *json = json_tokener_parse(item->value);

	if (!json_object_is_type(json, json_type_object))
		return 0;
	return recall->kind->recall(recall->kube, item->key, json);
}

int kpold_kube_recall(struct kpold_kube *kube)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r == 0; i++)
		r = kpol_seen_read(kube->d->store, kinds[i].name, recall_one,
				   &(struct recall){ kube, &kinds[i] });
	return r;
}
