// SPDX-License-Identifier: GPL-2.0-only
/* The stage: a ruleset that is being sent and that nobody decides with yet. */
#include "stage.h"
#include "arena.h"
#include "digest.h"
#include "engine/condition.h"
#include "hook.h"
#include "ruleset.h"
#include "scope.h"

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/slab.h>

/**
 * struct kpol_stage - rows so far
 * @content: becomes the live ruleset's; its arrays have room for the capacities below.
 * @modes: of the policies, index 0 is policy 1.
 * @bindings: paths are in the content's arena.
 * @digest: over the rules so far.
 */
struct kpol_stage {
	u32 portid;
	u32 id;
	struct kpol_content *content;
	u8 *modes;
	struct kpol_binding *bindings;
	u32 n_bindings;
	u32 rules_room;
	u32 policies_room;
	u32 modes_room;
	u32 scopes_room;
	u32 sets_room;
	u32 bindings_room;
	struct sha256_ctx digest;
};

static DEFINE_MUTEX(lock);
static struct kpol_stage *stage; /* under @lock */
static u32 last_id;

/* Make room for one more row of @size bytes. */
static int grow(void **array, u32 *room, u32 n, size_t size)
{
	u32 more = max(64U, *room * 2);
	void *bigger;

	if (n < *room)
		return 0;
	bigger = kvmalloc_array(more, size, GFP_KERNEL_ACCOUNT);
	if (!bigger)
		return -ENOMEM;
	if (n)
		memcpy(bigger, *array, n * size);
	kvfree(*array);
	*array = bigger;
	*room = more;
	return 0;
}

static int limit(u32 n, u32 max, const char *what, struct netlink_ext_ack *extack)
{
	if (n < max)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "more than %u %s", max, what);
	return -E2BIG;
}

static void free_stage(struct kpol_stage *s)
{
	if (!s)
		return;
	kpol_content_put(s->content);
	kvfree(s->modes);
	kvfree(s->bindings);
	kfree(s);
}

static struct kpol_content *new_content(const char *label)
{
	struct kpol_content *content = kzalloc(sizeof(*content), GFP_KERNEL_ACCOUNT);

	if (!content)
		return NULL;
	refcount_set(&content->users, 1);
	strscpy(content->label, label, sizeof(content->label));
	content->arena = kpol_arena_new();
	if (content->arena)
		return content;
	kfree(content);
	return NULL;
}

static struct kpol_stage *new_stage(u32 portid, const char *label)
{
	struct kpol_stage *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	s->portid = portid;
	s->id = ++last_id;
	sha256_init(&s->digest);
	s->content = new_content(label);
	if (s->content)
		return s;
	kfree(s);
	return NULL;
}

int kpol_stage_begin(u32 portid, const char *label, u32 *ret_id, struct netlink_ext_ack *extack)
{
	int err = 0;

	mutex_lock(&lock);
	if (stage && stage->portid != portid) {
		NL_SET_ERR_MSG(extack, "another load is under way");
		err = -EBUSY;
		goto unlock;
	}
	free_stage(stage); /* the same socket starts over */
	stage = new_stage(portid, label);
	if (stage)
		*ret_id = stage->id;
	else
		err = -ENOMEM;
unlock:
	mutex_unlock(&lock);
	return err;
}

static bool is_mine(u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	if (stage && stage->portid == portid && stage->id == id)
		return true;
	NL_SET_ERR_MSG(extack, "this socket has no such transaction: begin one first");
	return false;
}

struct kpol_stage *kpol_stage_lock(u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	mutex_lock(&lock);
	if (is_mine(portid, id, extack))
		return stage;
	mutex_unlock(&lock);
	return NULL;
}

void kpol_stage_unlock(struct kpol_stage *s)
{
	mutex_unlock(&lock);
}

static int add_named(struct kpol_stage *s, struct kpol_named **array, u32 *n, u32 *room,
		     const char *name, u32 flags)
{
	const char *copy;
	int err = grow((void **)array, room, *n, sizeof(**array));

	if (err)
		return err;
	copy = kpol_arena_add(s->content->arena, name, strlen(name));
	if (!copy)
		return -ENOMEM;
	(*array)[(*n)++] = (struct kpol_named){ copy, flags };
	return 0;
}

int kpol_stage_add_policy(struct kpol_stage *s, const char *name, u8 mode,
			  struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	int err = limit(content->n_policies, KPOL_POLICIES_MAX, "policies", extack);

	if (!err)
		err = grow((void **)&s->modes, &s->modes_room, content->n_policies, 1);
	if (err)
		return err;
	s->modes[content->n_policies] = mode;
	return add_named(s, &content->policies, &content->n_policies, &s->policies_room, name, 0);
}

int kpol_stage_add_scope(struct kpol_stage *s, const char *name, u32 flags,
			 struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	int err = limit(content->n_scopes, KPOL_SCOPES_MAX, "scopes", extack);

	return err
		       ?: add_named(s, &content->scopes, &content->n_scopes, &s->scopes_room, name,
				    flags);
}

int kpol_stage_add_set(struct kpol_stage *s, const char *name, struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	int err = limit(content->n_sets, KPOL_SETS_MAX, "address sets", extack);

	if (err)
		return err;
	if (!content->addresses)
		content->addresses = kpol_addresses_new();
	if (!content->addresses)
		return -ENOMEM;
	return add_named(s, &content->sets, &content->n_sets, &s->sets_room, name, 0);
}

int kpol_stage_add_address(struct kpol_stage *s, const struct kpol_address_row *row,
			   struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	struct kpol_address_batch batch = {};
	const char *reason;
	int err = kpol_address_batch_add(&batch, row, content->n_sets, &reason);

	if (err == -EINVAL)
		NL_SET_ERR_MSG_FMT(extack, "an address %s", reason);
	if (!err && content->addresses)
		err = kpol_address_batch_apply(&batch, content->addresses);
	if (err == -E2BIG)
		limit(KPOL_ADDRESSES_MAX, KPOL_ADDRESSES_MAX, "addresses", extack);
	kpol_address_batch_free(&batch);
	return err;
}

static int copy_string(struct kpol_stage *s, const char **string, u32 len)
{
	if (!*string)
		return 0;
	*string = kpol_arena_add(s->content->arena, *string, len);
	return *string ? 0 : -ENOMEM;
}

/* Behind the address of a network rule there is none. */
static int copy_condition(struct kpol_stage *s, struct kpol_rule *rule)
{
	const char *copy;

	if (!kpol_rule_condition_len(rule))
		return 0;
	copy = kpol_arena_add(s->content->arena, (const char *)rule->condition,
			      rule->condition_len);
	rule->condition = (const u8 *)copy;
	return copy ? 0 : -ENOMEM;
}

int kpol_stage_add_rule(struct kpol_stage *s, const struct kpol_rule *rule,
			struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	struct kpol_rule copy = *rule;
	const char *reason;
	int err = limit(content->n_rules, KPOL_RULES_MAX, "rules", extack);

	if (!err)
		err = kpol_rule_check(rule, &reason);
	if (err == -EINVAL)
		NL_SET_ERR_MSG_FMT(extack, "rule %u: %s", rule->id, reason);
	if (!err)
		err = grow((void **)&content->rules, &s->rules_room, content->n_rules,
			   sizeof(copy));
	if (!err)
		err = copy_string(s, &copy.object, copy.object_len);
	if (!err)
		err = copy_string(s, &copy.source, copy.source_len);
	if (!err)
		err = copy_condition(s, &copy);
	if (err)
		return err;
	kpol_digest_rule(&s->digest, &copy);
	content->rules[content->n_rules++] = copy;
	return 0;
}

int kpol_stage_add_binding(struct kpol_stage *s, const struct kpol_binding *binding,
			   struct netlink_ext_ack *extack)
{
	struct kpol_binding copy = *binding;
	int err = limit(s->n_bindings, KPOL_BINDINGS_MAX, "bindings", extack);

	if (!err)
		err = grow((void **)&s->bindings, &s->bindings_room, s->n_bindings, sizeof(copy));
	if (!err && copy.path)
		err = copy_string(s, &copy.path, strlen(copy.path));
	if (err)
		return err;
	s->bindings[s->n_bindings++] = copy;
	return 0;
}

static int check_end(struct kpol_stage *s, const struct kpol_stage_end *end,
		     struct netlink_ext_ack *extack)
{
	u32 i;

	if (end->n_rules != s->content->n_rules) {
		NL_SET_ERR_MSG_FMT(extack, "%u rules arrived, %u were announced",
				   s->content->n_rules, end->n_rules);
		return -EBADMSG;
	}
	for (i = 0; i < s->content->n_sets; i++)
		kpol_digest_set(&s->digest, s->content->sets[i].name);
	sha256_final(&s->digest, s->content->digest);
	if (memcmp(s->content->digest, end->digest, KPOL_DIGEST_LEN)) {
		NL_SET_ERR_MSG(extack, "the digest is not that of the rules that arrived");
		return -EBADMSG;
	}
	return 0;
}

static int check_hooks(const struct kpol_stage *s, struct netlink_ext_ack *extack)
{
	u32 i, uncovered = kpol_hook_uncovered();

	for (i = 0; uncovered && i < s->content->n_rules; i++) {
		const struct kpol_rule *rule = &s->content->rules[i];

		if (rule->policy && rule->policy <= s->content->n_policies &&
		    s->modes[rule->policy - 1] == KPOL_MODE_ENFORCE && rule->ops & uncovered) {
			NL_SET_ERR_MSG_FMT(extack, "rule %u: needs a hook that this kernel lacks",
					   rule->id);
			return -EOPNOTSUPP;
		}
	}
	return 0;
}

/* Of each scope, for the table's builder; kvfree() them. NULL: no memory. */
static u8 *copy_scope_flags(const struct kpol_content *content)
{
	u8 *flags = kvmalloc(content->n_scopes + 1, GFP_KERNEL);
	u32 i;

	for (i = 0; flags && i < content->n_scopes; i++)
		flags[i] = content->scopes[i].flags;
	return flags;
}

static int build_table(struct kpol_stage *s, struct netlink_ext_ack *extack)
{
	struct kpol_content *content = s->content;
	u8 *scope_flags = copy_scope_flags(content);
	struct kpol_table_input input = {
		.rules = content->rules,
		.n_rules = content->n_rules,
		.policy_modes = s->modes,
		.n_policies = content->n_policies,
		.n_scopes = content->n_scopes,
		.n_sets = content->n_sets,
		.scope_flags = scope_flags,
		.seed = get_random_u64(),
	};
	struct kpol_table_error error;
	int err = scope_flags ? kpol_table_new(&input, &error, &content->table) : -ENOMEM;

	kvfree(scope_flags);
	if (err && err != -ENOMEM)
		NL_SET_ERR_MSG_FMT(extack, "rule %u: %s", error.rule, error.reason);
	return err;
}

static int build_bindings(struct kpol_stage *s, struct kpol_bindings **ret,
			  struct netlink_ext_ack *extack)
{
	const char *reason;
	u32 i;
	int err;

	for (i = 0; i < s->n_bindings; i++) {
		if (s->bindings[i].scope && s->bindings[i].scope <= s->content->n_scopes)
			continue;
		NL_SET_ERR_MSG_FMT(extack, "binding %u: scope %u does not exist", i + 1,
				   s->bindings[i].scope);
		return -EINVAL;
	}
	err = kpol_bindings_new(s->bindings, s->n_bindings, ret, &reason);
	if (err && err != -ENOMEM)
		NL_SET_ERR_MSG_FMT(extack, "a binding %s", reason);
	return err;
}

/* What doubling left over is given back, unless it is little. Without memory for a copy it stays. */
static void trim_rules(struct kpol_stage *s)
{
	struct kpol_content *content = s->content;
	struct kpol_rule *rules;

	if (s->rules_room - content->n_rules <= content->n_rules / 8)
		return;
	rules = kvmalloc_array(max(1U, content->n_rules), sizeof(*rules), GFP_KERNEL_ACCOUNT);
	if (!rules)
		return;
	if (content->n_rules)
		memcpy(rules, content->rules, content->n_rules * sizeof(*rules));
	kvfree(content->rules);
	content->rules = rules;
	s->rules_room = content->n_rules;
}

static void count_memory(struct kpol_stage *s)
{
	struct kpol_content *content = s->content;

	content->memory =
		sizeof(*content) + kpol_table_memory(content->table) +
		kpol_arena_memory(content->arena) + s->rules_room * sizeof(*content->rules) +
		s->policies_room * sizeof(*content->policies) +
		s->scopes_room * sizeof(*content->scopes) + s->sets_room * sizeof(*content->sets);
}

static int check_caller_stays(const struct kpol_stage *s, const struct kpol_bindings *bindings,
			      struct netlink_ext_ack *extack)
{
	if (!kpol_scope_would_confine(s->content, bindings))
		return 0;
	NL_SET_ERR_MSG(extack, "a binding would confine the caller, who could not change it again");
	return -EPERM;
}

/* Everything that can fail comes before the publish, which is the swap. */
static int commit_stage(struct kpol_stage *s, const struct kpol_stage_end *end, u64 *ret_generation,
			struct netlink_ext_ack *extack)
{
	struct kpol_bindings *bindings;
	int err = check_end(s, end, extack);

	if (!err)
		err = check_hooks(s, extack);
	if (!err) {
		trim_rules(s);
		err = build_table(s, extack);
	}
	if (!err)
		err = build_bindings(s, &bindings, extack);
	if (err)
		return err;
	err = check_caller_stays(s, bindings, extack);
	if (err) {
		kpol_bindings_free(bindings);
		return err;
	}
	count_memory(s);
	kpol_ruleset_lock();
	s->content->generation = kpol_ruleset_next_generation();
	*ret_generation = s->content->generation;
	if (!end->dry_run)
		err = kpol_ruleset_publish(s->content, bindings);
	kpol_ruleset_unlock();
	if (err || end->dry_run)
		kpol_bindings_free(bindings);
	else
		s->content = NULL; /* the live ruleset's now */
	return err;
}

int kpol_stage_commit(u32 portid, u32 id, const struct kpol_stage_end *end, u64 *ret_generation,
		      struct netlink_ext_ack *extack)
{
	int err = -ENOENT;

	mutex_lock(&lock);
	if (is_mine(portid, id, extack)) {
		err = commit_stage(stage, end, ret_generation, extack);
		free_stage(stage);
		stage = NULL;
	}
	mutex_unlock(&lock);
	return err;
}

int kpol_stage_abort(u32 portid, u32 id, struct netlink_ext_ack *extack)
{
	int err = -ENOENT;

	mutex_lock(&lock);
	if (is_mine(portid, id, extack)) {
		free_stage(stage);
		stage = NULL;
		err = 0;
	}
	mutex_unlock(&lock);
	return err;
}

void kpol_stage_drop(u32 portid)
{
	mutex_lock(&lock);
	if (stage && stage->portid == portid) {
		free_stage(stage);
		stage = NULL;
	}
	mutex_unlock(&lock);
}

void kpol_stage_exit(void)
{
	free_stage(stage);
	stage = NULL;
}
