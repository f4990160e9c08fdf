// SPDX-License-Identifier: GPL-2.0-or-later
/* What a selector selects, and the name that says so. */
#include "compile/selector.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "engine/glob.h"

#define HOSTNAME_SUGAR "kubearmor.io/hostname"
#define HOSTNAME_LABEL "kubernetes.io/hostname"

enum kpol_selects kpol_selector_selects(const struct kpol_policy *policy)
{
	const struct kpol_selector *s = &policy->selector;

	if (s->host)
		return KPOL_SELECTS_HOST;
	if (s->pending)
		return KPOL_SELECTS_PENDING;
	if (s->n_labels || s->n_exprs || s->containers.n || (!s->units.n && !s->cgroups.n))
		return KPOL_SELECTS_CONTAINERS;
	if (s->units.n && s->cgroups.n)
		return KPOL_SELECTS_BOTH;
	return s->units.n ? KPOL_SELECTS_UNITS : KPOL_SELECTS_CGROUPS;
}

bool kpol_workload_is_container(const struct kpol_workload *workload)
{
	return workload->role != KPOL_ROLE_ORDINARY || workload->container || workload->namespace;
}

bool kpol_cgroup_is_pattern(const char *cgroup)
{
	return strpbrk(cgroup, "*?[\\") != NULL;
}

bool kpol_cgroup_matches(const char *selector, const char *path, size_t path_len)
{
	size_t len = strlen(selector), literal = strcspn(selector, "*?[\\");

	if (literal > path_len || memcmp(selector, path, literal))
		return false;
	if (literal == len)
		return len == path_len;
	return kpol_glob_match(selector, (u32)len, path, (u32)path_len);
}

size_t kpol_cgroup_slices(const char *path)
{
	static const char suffix[] = ".slice";
	size_t start = 0, len;

	for (;; start += len + 1) {
		len = strcspn(path + start + 1, "/");
		if (len < sizeof(suffix) || memcmp(path + start + 1 + len - (sizeof(suffix) - 1),
						   suffix, sizeof(suffix) - 1))
			return start;
		if (!path[start + 1 + len])
			return start;
	}
}

/* Is any name of @units a component of @path, with only slices above it? */
static bool path_has_unit(const struct kpol_strv *units, const char *path)
{
	size_t last = kpol_cgroup_slices(path);

	for (size_t i = 0; i < units->n; i++) {
		size_t len = strlen(units->items[i]);

		for (const char *at = path; at && at <= path + last; at = strchr(at + 1, '/'))
			if (!strncmp(at + 1, units->items[i], len) &&
			    (at[len + 1] == '/' || !at[len + 1]))
				return true;
	}
	return false;
}

static bool units_match(const struct kpol_strv *units, const struct kpol_workload *workload)
{
	if (!units->n)
		return true;
	if (workload->cgroup)
		return path_has_unit(units, workload->cgroup);
	return workload->unit && kpol_strv_has(units, workload->unit);
}

/* The path itself, or any ancestor of it. */
static bool cgroup_covers(const char *selector, const char *path)
{
	size_t len = strlen(path);

	for (size_t end = 1; end <= len; end++)
		if ((end == len || path[end] == '/') && kpol_cgroup_matches(selector, path, end))
			return true;
	return false;
}

static bool cgroups_match(const struct kpol_strv *cgroups, const struct kpol_workload *workload)
{
	if (!cgroups->n)
		return true;
	for (size_t i = 0; workload->cgroup && i < cgroups->n; i++)
		if (cgroup_covers(cgroups->items[i], workload->cgroup))
			return true;
	return false;
}

static const char *find_label(const struct kpol_label *labels, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(labels[i].key, key))
			return labels[i].value;
	return NULL;
}

static const char *label_value(const struct kpol_workload *workload, const char *key)
{
	return find_label(workload->labels, workload->n_labels, key);
}

static bool list_has_word(const char *list, const char *word)
{
	size_t len, word_len = strlen(word);

	for (;; list += len + 1) {
		list += strspn(list, " ");
		len = strcspn(list, ",");
		if (len == word_len && !strncmp(list, word, len))
			return true;
		if (!list[len])
			return false;
	}
}

static bool is_any_host(const struct kpol_label *label)
{
	return !strcmp(label->key, HOSTNAME_SUGAR) && !strcmp(label->value, "*");
}

static bool label_matches(const struct kpol_label *label, const struct kpol_workload *workload)
{
	const char *value;

	if (is_any_host(label))
		return true;
	value = label_value(workload, label->key);
	if (!strcmp(label->key, HOSTNAME_SUGAR)) {
		value = value ? value : label_value(workload, HOSTNAME_LABEL);
		return value && list_has_word(label->value, value);
	}
	return value && !strcmp(value, label->value);
}

/* "k=v" is a label of the workload. */
static bool pair_matches(const char *pair, const struct kpol_label *labels, size_t n_labels)
{
	const char *equals = strchr(pair, '=');

	for (size_t i = 0; equals && i < n_labels; i++) {
		const struct kpol_label *label = &labels[i];

		if (strlen(label->key) == (size_t)(equals - pair) &&
		    !strncmp(label->key, pair, (size_t)(equals - pair)) &&
		    !strcmp(label->value, equals + 1))
			return true;
	}
	return false;
}

/* KubeArmor's keys are "namespace" and "label"; any other is taken as Kubernetes does: a label's
 * name. */
bool kpol_expr_matches(const struct kpol_label_expr *expr, const char *namespace,
		       const struct kpol_label *labels, size_t n_labels)
{
	bool found = false;
	const char *value = !strcmp(expr->key, "namespace")
				    ? namespace
				    : find_label(labels, n_labels, expr->key);

	for (size_t i = 0; i < expr->values.n && !found; i++)
		found = !strcmp(expr->key, "label")
				? pair_matches(expr->values.items[i], labels, n_labels)
				: value && !strcmp(value, expr->values.items[i]);
	return found != expr->not_in;
}

static bool labels_match(const struct kpol_selector *s, const struct kpol_workload *workload)
{
	for (size_t i = 0; i < s->n_labels; i++)
		if (!label_matches(&s->labels[i], workload))
			return false;
	for (size_t i = 0; i < s->n_exprs; i++)
		if (!kpol_expr_matches(&s->exprs[i], workload->namespace, workload->labels,
				       workload->n_labels))
			return false;
	return true;
}

/* Without Kubernetes a container has no namespace: a policy that names the container is still for
 * it. */
static bool namespace_matches(const struct kpol_policy *policy,
			      const struct kpol_workload *workload)
{
	if (!policy->namespace)
		return true;
	if (workload->namespace)
		return !strcmp(policy->namespace, workload->namespace);
	return policy->selector.containers.n || !strcmp(policy->namespace, "default");
}

static bool container_matches(const struct kpol_policy *policy,
			      const struct kpol_workload *workload)
{
	const struct kpol_strv *containers = &policy->selector.containers;

	if (!kpol_workload_is_container(workload) || !namespace_matches(policy, workload))
		return false;
	if (!containers->n)
		return true;
	return workload->container &&
	       (kpol_strv_has(containers, workload->container) || kpol_strv_has(containers, "*"));
}

bool kpol_selector_matches(const struct kpol_policy *policy, const struct kpol_workload *workload)
{
	const struct kpol_selector *s = &policy->selector;
	enum kpol_selects selects = kpol_selector_selects(policy);

	if (workload->role != KPOL_ROLE_ORDINARY || selects == KPOL_SELECTS_PENDING)
		return workload->role == KPOL_ROLE_PENDING && s->pending == KPOL_PENDING_PODS;
	if (selects == KPOL_SELECTS_HOST)
		return !kpol_workload_is_container(workload) && labels_match(s, workload);
	if (selects == KPOL_SELECTS_CONTAINERS && !container_matches(policy, workload))
		return false;
	return units_match(&s->units, workload) && cgroups_match(&s->cgroups, workload) &&
	       labels_match(s, workload);
}

void kpol_selector_add_word(struct kpol_buffer *name, const char *word)
{
	for (; *word; word++) {
		if (strchr(",&()%= ", *word))
			kpol_buffer_printf(name, "%%%02x", (unsigned char)*word);
		else
			kpol_buffer_putc(name, *word);
	}
}

static void add_list(struct kpol_buffer *name, const struct kpol_strv *words)
{
	for (size_t i = 0; i < words->n; i++) {
		if (i)
			kpol_buffer_putc(name, ',');
		kpol_selector_add_word(name, words->items[i]);
	}
}

static void add_part(struct kpol_buffer *name, const char *prefix, const struct kpol_strv *words)
{
	if (!words->n)
		return;
	kpol_buffer_printf(name, "%s%s", name->len ? "&" : "", prefix);
	add_list(name, words);
}

void kpol_selector_add_expr(struct kpol_buffer *name, const struct kpol_label_expr *expr)
{
	kpol_selector_add_word(name, expr->key);
	kpol_buffer_puts(name, expr->not_in ? " notin (" : " in (");
	add_list(name, &expr->values);
	kpol_buffer_putc(name, ')');
}

static void add_labels(struct kpol_buffer *name, const char *prefix, const struct kpol_selector *s)
{
	bool first = true;

	for (size_t i = 0; i < s->n_labels; i++) {
		if (is_any_host(&s->labels[i]))
			continue;
		kpol_buffer_puts(name, first ? prefix : ",");
		kpol_selector_add_word(name, s->labels[i].key);
		kpol_buffer_putc(name, '=');
		kpol_selector_add_word(name, s->labels[i].value);
		first = false;
	}
	for (size_t i = 0; i < s->n_exprs; i++) {
		kpol_buffer_puts(name, first ? prefix : ",");
		kpol_selector_add_expr(name, &s->exprs[i]);
		first = false;
	}
}

char *kpol_selector_name(const struct kpol_policy *policy)
{
	const struct kpol_selector *s = &policy->selector;
	struct kpol_buffer name = { 0 };

	if (s->host) {
		kpol_buffer_puts(&name, "host");
		add_labels(&name, ":", s);
		return kpol_buffer_take(&name);
	}
	if (s->pending) {
		kpol_buffer_puts(&name, s->pending == KPOL_PENDING_PODS ? "pending pods"
									: "pending containers");
		return kpol_buffer_take(&name);
	}
	add_part(&name, "unit:", &s->units);
	add_part(&name, "cgroup:", &s->cgroups);
	add_part(&name, "container:", &s->containers);
	add_labels(&name, name.len ? "&labels:" : "labels:", s);
	if (!name.len)
		kpol_buffer_puts(&name, "all");
	if (kpol_selector_selects(policy) == KPOL_SELECTS_CONTAINERS)
		kpol_buffer_printf(&name, "@%s", policy->namespace ? policy->namespace : "*");
	return kpol_buffer_take(&name);
}

void kpol_workload_clear(struct kpol_workload *workload)
{
	free(workload->cgroup);
	free(workload->unit);
	free(workload->pod);
	free(workload->container);
	free(workload->namespace);
	for (size_t i = 0; i < workload->n_labels; i++) {
		free(workload->labels[i].key);
		free(workload->labels[i].value);
	}
	free(workload->labels);
	memset(workload, 0, sizeof(*workload));
}
