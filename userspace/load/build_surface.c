// SPDX-License-Identifier: GPL-2.0-or-later
/* The items of sections whose objects are words: capabilities, mounts, namespaces, bpf, modules, and so on. */
#include <errno.h>
#include <string.h>

#include "load/build.h"

/**
 * struct surface - a section under construction
 * @rule: the mapping that is being read, for its sources. @place: what names its object.
 */
struct surface {
	const struct kpol_input *in;
	struct kpol_policy *policy;
	struct kpol_inherited inherited;
	const struct kpol_node *rule;
	const struct kpol_node *place;
	uint8_t class;
};

static int add_sources(const struct kpol_node *rule, struct kpol_item *item)
{
	const struct kpol_node *sources = kpol_node_get(rule, "fromSource");

	kpol_for_each_node(source, sources)
	{
		const struct kpol_node *path = kpol_node_get(source, "path");

		if (kpol_strv_add(&item->sources, path->text, path->len) < 0)
			return -ENOMEM;
	}
	return 0;
}

static struct kpol_item *item_new(const struct surface *s, uint32_t ops)
{
	struct kpol_item *item = kpol_item_new(s->policy, &s->inherited, s->place);

	if (!item)
		return NULL;
	item->class = s->class;
	item->match = KPOL_MATCH_ANY;
	item->ops = ops;
	return add_sources(s->rule, item) < 0 ? NULL : item;
}

static int add_any(const struct surface *s, uint32_t ops)
{
	return item_new(s, ops) ? 0 : -ENOMEM;
}

static int add_part(const struct surface *s, uint32_t ops, const char *word, size_t len)
{
	struct kpol_item *item = item_new(s, ops);

	if (!item)
		return -ENOMEM;
	item->match = KPOL_MATCH_NAME;
	item->object = strndup(word, len);
	return item->object ? 0 : -ENOMEM;
}

static int add_word(const struct surface *s, uint32_t ops, const char *word)
{
	return add_part(s, ops, word, strlen(word));
}

static int leave_out(const struct surface *s, uint32_t ops, const char *why)
{
	struct kpol_item *item = item_new(s, ops);

	return item ? kpol_item_leave_out(s->in, item, KPOL_CODE_UNENFORCED, s->place, why)
		    : -ENOMEM;
}

/* Is this operation among "ops"? Without "ops" all are. */
static bool has_op(const struct kpol_node *rule, const char *op)
{
	const struct kpol_node *ops = kpol_node_get(rule, "ops");

	kpol_for_each_node(entry, ops) if (!strcmp(entry->text, op)) return true;
	return !ops;
}

/* "net_raw,kill" */
static int build_capability(const struct surface *s)
{
	size_t len;

	for (const char *at = s->place->text;; at += len + 1) {
		len = strcspn(at, ",");
		if (add_part(s, KPOL_OP_CAPABLE, at, len) < 0)
			return -ENOMEM;
		if (!at[len])
			return 0;
	}
}

static int build_command(const struct surface *s)
{
	if (!strcmp(s->place->text, "all"))
		return add_any(s, KPOL_OP_BPF);
	return add_word(s, KPOL_OP_BPF, s->place->text);
}

/* Kinds of namespaces that decide what paths mean and who one is; the others take the capability sys_admin. */
static const struct namespace
{
	const char *name;
	const char *created, *entered; /* words of the engine; NULL: not judged */
}
namespaces[] = {
	{ "user", "user", "enter-user" },
	{ "mount", NULL, "enter-mount" },
};

static int build_kind(const struct surface *s, const struct namespace *kind)
{
	bool creates = has_op(s->rule, "create"), enters = has_op(s->rule, "enter");
	int r = 0;

	if (creates && kind->created)
		r = add_word(s, KPOL_OP_USERNS, kind->created);
	if (r == 0 && enters && kind->entered)
		r = add_word(s, KPOL_OP_USERNS, kind->entered);
	if (r == 0 && ((creates && !kind->created) || (enters && !kind->entered)))
		r = leave_out(s, KPOL_OP_USERNS,
			      "namespaces of this kind are judged by the capability sys_admin");
	return r;
}

static int build_all_kinds(const struct surface *s)
{
	int r = 0;

	if (has_op(s->rule, "create") && has_op(s->rule, "enter"))
		return add_any(s, KPOL_OPS_NAMESPACE);
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]) && r == 0; i++) {
		const char *word =
			has_op(s->rule, "create") ? namespaces[i].created : namespaces[i].entered;

		r = word ? add_word(s, KPOL_OP_USERNS, word) : 0;
	}
	return r;
}

static int build_namespace(const struct surface *s)
{
	static const struct namespace other = { "", NULL, NULL };
	const char *name = s->place->text;

	if (!strcmp(name, "all"))
		return build_all_kinds(s);
	if (!strcmp(name, "chroot"))
		return add_word(s, KPOL_OP_CHROOT, name);
	if (!strcmp(name, KPOL_WORD_LEAVE) || !strcmp(name, KPOL_WORD_SOURCE))
		return add_word(s, KPOL_OP_USERNS, name);
	if (!strcmp(name, "io_uring"))
		return add_any(s, KPOL_OP_RING);
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
		if (!strcmp(namespaces[i].name, name))
			return build_kind(s, &namespaces[i]);
	return build_kind(s, &other);
}

static int add_types(const struct surface *s, uint32_t op)
{
	const struct kpol_node *types = kpol_node_get(s->rule, "fsTypes");

	kpol_for_each_node(type, types) if (add_word(s, op, type->text) < 0) return -ENOMEM;
	return types ? 0 : add_any(s, op);
}

/* Without types, mounting is everything that goes by one operation of the engine: remounts and moves too. */
static int build_mount_ops(const struct surface *s)
{
	bool mounts = has_op(s->rule, "mount");
	bool all = mounts && !kpol_node_get(s->rule, "fsTypes");
	int r = mounts ? add_types(s, KPOL_OP_MOUNT) : 0;

	if (r == 0 && !all && has_op(s->rule, "remount"))
		r = add_word(s, KPOL_OP_MOUNT, "remount");
	if (r == 0 && !all && has_op(s->rule, "move"))
		r = add_word(s, KPOL_OP_MOUNT, "move");
	if (r == 0 && has_op(s->rule, "umount"))
		r = add_types(s, KPOL_OP_UMOUNT);
	return r == 0 && has_op(s->rule, "pivot") ? add_any(s, KPOL_OP_PIVOT) : r;
}

static int build_mount(const struct surface *s)
{
	const struct kpol_node *dir = kpol_node_get(s->rule, "dir");

	if (dir && (strspn(dir->text, "/") != dir->len || !kpol_node_true(s->rule, "recursive")))
		return leave_out(s, KPOL_OPS_MOUNT, "mounts are not told apart by where they are");
	return build_mount_ops(s);
}

static int build_module(const struct surface *s)
{
	bool loads = has_op(s->rule, "load"), requests = has_op(s->rule, "request");
	int r;

	if (strcmp(s->place->text, "*"))
		return leave_out(s, KPOL_OP_LOAD, "modules are not told apart by name");
	if (loads && requests)
		return add_any(s, KPOL_OP_LOAD);
	if (requests)
		return add_word(s, KPOL_OP_LOAD, "request");
	r = add_word(s, KPOL_OP_LOAD, "module");
	if (r == 0)
		r = add_word(s, KPOL_OP_LOAD, "firmware");
	return r == 0 ? add_word(s, KPOL_OP_LOAD, "kexec") : r;
}

/**
 * struct section - a section, and how one of its rules is read
 * @list, @object: NULL: the section is one rule about everything.
 * @whole: without its list the section is about everything; KubeArmor's own is about nothing then.
 */
static const struct section {
	const char *key, *list, *object;
	int (*build)(const struct surface *s);
	uint8_t class;
	bool whole;
	uint32_t ops;
} sections[] = {
	{ "capabilities", "matchCapabilities", "capability", build_capability,
	  KPOL_CLASS_CAPABILITY, false, KPOL_OPS_CAPABILITY },
	{ "namespaceOps", "matchNamespaces", "namespace", build_namespace, KPOL_CLASS_NAMESPACE,
	  true, KPOL_OPS_NAMESPACE },
	{ "mount", "matchMounts", "dir", build_mount, KPOL_CLASS_MOUNT, true, KPOL_OPS_MOUNT },
	{ "bpf", "matchCommands", "command", build_command, KPOL_CLASS_BPF, true, KPOL_OPS_BPF },
	{ "moduleLoad", "matchModules", "module", build_module, KPOL_CLASS_MODULE, true,
	  KPOL_OPS_MODULE },
	{ "perf", NULL, NULL, NULL, KPOL_CLASS_PERF, true, KPOL_OPS_PERF },
	{ "signal", NULL, NULL, NULL, KPOL_CLASS_SIGNAL, true, KPOL_OPS_SIGNAL },
};

/* A rule without a key for its object begins with something else that is said of it. */
static const struct kpol_node *place_of(const struct kpol_node *rule, const char *object)
{
	const struct kpol_node *node = kpol_node_get(rule, object);

	return node ? node : rule;
}

static int build_section(const struct kpol_input *in, const struct section *section,
			 const struct kpol_node *node, const struct kpol_inherited *outer,
			 struct kpol_policy *policy)
{
	const struct kpol_node *rules = section->list ? kpol_node_get(node, section->list) : NULL;
	struct kpol_inherited inherited = kpol_inherit(outer, node);
	struct surface s = { .in = in,
			     .policy = policy,
			     .inherited = inherited,
			     .rule = node,
			     .place = node->key,
			     .class = section->class };
	int r;

	if (!rules)
		return section->whole ? add_any(&s, section->ops) : 0;
	kpol_for_each_node(rule, rules)
	{
		s.inherited = kpol_inherit(&inherited, rule);
		s.rule = rule;
		s.place = place_of(rule, section->object);
		r = section->build(&s);
		if (r < 0)
			return r;
	}
	return 0;
}

int kpol_build_surfaces(const struct kpol_input *in, const struct kpol_node *spec,
			const struct kpol_inherited *outer, struct kpol_policy *policy)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) && r == 0; i++) {
		const struct kpol_node *node = kpol_node_get(spec, sections[i].key);

		r = node ? build_section(in, &sections[i], node, outer, policy) : 0;
	}
	return r;
}
