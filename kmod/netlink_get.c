// SPDX-License-Identifier: GPL-2.0-only
/* The questions: status, one task, and the dumps of every table. */
#include "netlink.h"
#include "address.h"
#include "arena.h"
#include "canary.h"
#include "deliver.h"
#include "entering.h"
#include "event.h"
#include "hook.h"
#include "mode.h"
#include "path.h"
#include "queue.h"
#include "scope.h"

#include <linux/jhash.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, KPOL_A_STATUS_PAD);
}

static int put_count(struct sk_buff *skb, int type, u32 class, u64 denied, u64 would, u64 audited)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, KPOL_A_COUNT_CLASS, class) ||
	    nla_put_u64_64bit(skb, KPOL_A_COUNT_DENIED, denied, KPOL_A_COUNT_PAD) ||
	    nla_put_u64_64bit(skb, KPOL_A_COUNT_WOULD_DENY, would, KPOL_A_COUNT_PAD) ||
	    nla_put_u64_64bit(skb, KPOL_A_COUNT_AUDITED, audited, KPOL_A_COUNT_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_events(struct sk_buff *skb)
{
	struct kpol_event_counts counts;
	struct kpol_queue_stats queue;
	u32 i;

	kpol_event_counts(&counts);
	kpol_queue_stats(&queue);
	if (put_u64(skb, KPOL_A_STATUS_EVENT_SEQ, queue.seq) ||
	    nla_put_u32(skb, KPOL_A_STATUS_EVENT_QUEUED, queue.queued) ||
	    nla_put_u32(skb, KPOL_A_STATUS_EVENT_CAPACITY, queue.capacity) ||
	    nla_put_u32(skb, KPOL_A_STATUS_SUBSCRIBER, kpol_deliver_subscriber()))
		return -EMSGSIZE;
	for (i = 1; i <= KPOL_CLASS_MAX; i++)
		if (put_count(skb, KPOL_A_STATUS_EVENT_DROPPED, i, queue.dropped[i], 0, 0) ||
		    put_count(skb, KPOL_A_STATUS_VERDICTS, i, counts.denied[i],
			      counts.would_deny[i], counts.audited[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_hooks(struct sk_buff *skb)
{
	u32 i, known = 0, attached = 0;
	struct kpol_hook *hook;

	/* A kernel that lacks an optional function lacks nothing. */
	for (i = 0; (hook = kpol_hook_row(i)); i++) {
		attached += hook->state != KPOL_HOOK_MISSING;
		known += hook->state != KPOL_HOOK_MISSING || !hook->optional;
	}
	return nla_put_u32(skb, KPOL_A_STATUS_HOOKS, attached) ||
	       nla_put_u32(skb, KPOL_A_STATUS_HOOKS_KNOWN, known) ||
	       nla_put_u32(skb, KPOL_A_STATUS_HOOKS_LOST, kpol_canary_lost());
}

static int put_ruleset(struct sk_buff *skb, const struct kpol_ruleset *set)
{
	const struct kpol_content *content = set ? set->content : NULL;

	if (!set)
		return put_u64(skb, KPOL_A_STATUS_GENERATION, 0);
	return put_u64(skb, KPOL_A_STATUS_GENERATION, content->generation) ||
	       nla_put(skb, KPOL_A_STATUS_DIGEST, KPOL_DIGEST_LEN, content->digest) ||
	       nla_put_u32(skb, KPOL_A_STATUS_RULES, content->n_rules) ||
	       nla_put_u32(skb, KPOL_A_STATUS_POLICIES, content->n_policies) ||
	       nla_put_u32(skb, KPOL_A_STATUS_SCOPES, content->n_scopes) ||
	       nla_put_u32(skb, KPOL_A_STATUS_BINDINGS, kpol_bindings_count(set->bindings)) ||
	       nla_put_u32(skb, KPOL_A_STATUS_SETS, content->n_sets) ||
	       nla_put_u32(skb, KPOL_A_STATUS_ADDRESSES,
			   kpol_addresses_count(content->addresses)) ||
	       nla_put_string(skb, KPOL_A_STATUS_BUNDLE, content->label) ||
	       put_u64(skb, KPOL_A_STATUS_STRINGS, kpol_arena_memory(content->arena)) ||
	       put_u64(skb, KPOL_A_STATUS_MEMORY,
		       content->memory + kpol_bindings_memory(set->bindings) +
			       kpol_addresses_memory(content->addresses));
}

int kpol_netlink_put_status(struct sk_buff *skb)
{
	int err;

	if (nla_put_string(skb, KPOL_A_STATUS_VERSION, KPOL_VERSION) ||
	    nla_put_u32(skb, KPOL_A_STATUS_MODE, READ_ONCE(kpol_mode_now)) ||
	    nla_put_u32(skb, KPOL_A_STATUS_ENTERING, atomic_read(&kpol_entering_count)) ||
	    put_u64(skb, KPOL_A_STATUS_UNTRACED, kpol_entering_lost()) ||
	    nla_put_u32(skb, KPOL_A_STATUS_LOCKED, kpol_mode_is_locked()) ||
	    (kpol_mode_boot() && nla_put_u32(skb, KPOL_A_STATUS_BOOT_MODE, kpol_mode_boot())))
		return -EMSGSIZE;
	kpol_ruleset_lock();
	err = put_ruleset(skb, kpol_ruleset_live());
	kpol_ruleset_unlock();
	return err || put_hooks(skb) || put_events(skb) ? -EMSGSIZE : 0;
}

/* Start a reply, fill it, send it. */
static int reply(struct genl_info *info, int (*fill)(struct sk_buff *skb, void *data), void *data)
{
	struct sk_buff *skb = genlmsg_new(KPOL_PATH_MAX + NLMSG_GOODSIZE, GFP_KERNEL);
	void *header;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &kpol_family, 0, info->genlhdr->cmd);
	if (!header || fill(skb, data)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int fill_status(struct sk_buff *skb, void *data)
{
	return kpol_netlink_put_status(skb);
}

int kpol_cmd_status_get(struct sk_buff *skb, struct genl_info *info)
{
	return reply(info, fill_status, NULL);
}

const struct nla_policy kpol_task_policy[KPOL_A_TASK_MAX + 1] = {
	[KPOL_A_TASK_PID] = NLA_POLICY_MIN(NLA_U32, 1),
};

struct task_answer {
	u32 pid;
	u64 cgroup;
	u32 scope;
	bool entering;
	char source[PATH_MAX];
};

static int fill_task(struct sk_buff *skb, void *data)
{
	const struct task_answer *a = data;

	if (nla_put_u32(skb, KPOL_A_TASK_PID, a->pid) ||
	    nla_put_u64_64bit(skb, KPOL_A_TASK_CGROUP, a->cgroup, KPOL_A_TASK_PAD) ||
	    nla_put_u32(skb, KPOL_A_TASK_SCOPE, a->scope))
		return -EMSGSIZE;
	if (*a->source && nla_put_string(skb, KPOL_A_TASK_SOURCE, a->source))
		return -EMSGSIZE;
	return a->entering ? nla_put_flag(skb, KPOL_A_TASK_ENTERING) : 0;
}

/* The same steps as a hook takes, for a task that is not running them. */
static void look_at(struct task_struct *task, struct task_answer *a)
{
	struct mm_struct *mm = get_task_mm(task);
	const struct kpol_ruleset *set;
	struct kpol_text source;
	struct cgroup *cgroup;

	preempt_disable();
	cgroup = kpol_task_cgroup(task);
	a->cgroup = cgroup_id(cgroup);
	set = kpol_ruleset_active();
	a->scope =
		set && !(task->flags & PF_KTHREAD) ? kpol_scope_of(set, cgroup, KPOL_IN_TASK) : 0;
	a->entering = kpol_entering_has(task);
	source = kpol_path_source(mm);
	if (source.bytes)
		memcpy(a->source, source.bytes, source.len + 1);
	preempt_enable();
	if (mm)
		mmput(mm);
}

int kpol_cmd_task_get(struct sk_buff *skb, struct genl_info *info)
{
	struct task_answer *a;
	struct task_struct *task;
	int err = -ESRCH;

	if (GENL_REQ_ATTR_CHECK(info, KPOL_A_TASK_PID))
		return -EINVAL;
	a = kzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return -ENOMEM;
	a->pid = nla_get_u32(info->attrs[KPOL_A_TASK_PID]);
	rcu_read_lock();
	task = pid_task(find_pid_ns(a->pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	if (task) {
		look_at(task, a);
		put_task_struct(task);
		err = reply(info, fill_task, a);
	} else {
		NL_SET_ERR_MSG_FMT(info->extack, "no task %u", a->pid);
	}
	kfree(a);
	return err;
}

/* How a dump writes row @index: 0, -EMSGSIZE: next message, -ENOENT: no more rows. */
typedef int (*put_row)(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index);

/*
 * Walk a table of the live ruleset. @version: of its addresses, where they are what is walked. That and its epoch
 * go into the sequence, so that a reader whose dump was overtaken by a change sees NLM_F_DUMP_INTR and asks again.
 */
static int dump_version(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, put_row put,
			u32 (*version)(const struct kpol_addresses *addresses))
{
	const struct kpol_ruleset *set;
	int err = kpol_netlink_check_dump(cb);

	if (err)
		return err;
	kpol_ruleset_lock();
	set = kpol_ruleset_live();
	cb->seq = set ? (u32)set->epoch : 1;
	if (set && version)
		cb->seq = jhash_2words(cb->seq, version(set->content->addresses), 0) | 1;
	while (set) {
		void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
					   &kpol_family, NLM_F_MULTI, cmd);

		if (!header)
			break;
		genl_dump_check_consistent(cb, header);
		err = put(skb, set, cb->args[0]);
		if (err) {
			genlmsg_cancel(skb, header);
			break;
		}
		genlmsg_end(skb, header);
		cb->args[0]++;
	}
	kpol_ruleset_unlock();
	if (err == -EMSGSIZE && !skb->len)
		return err;
	return skb->len;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, put_row put)
{
	return dump_version(skb, cb, cmd, put, NULL);
}

static int put_policy(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	const struct kpol_content *content = set->content;

	if (index >= content->n_policies)
		return -ENOENT;
	return nla_put_u32(skb, KPOL_A_POLICY_ID, index + 1) ||
			       nla_put_string(skb, KPOL_A_POLICY_NAME,
					      content->policies[index].name) ||
			       nla_put_u32(skb, KPOL_A_POLICY_MODE,
					   kpol_table_mode(content->table, index + 1))
		       ? -EMSGSIZE
		       : 0;
}

static int put_scope(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	const struct kpol_content *content = set->content;

	if (index >= content->n_scopes)
		return -ENOENT;
	return nla_put_u32(skb, KPOL_A_SCOPE_ID, index + 1) ||
			       nla_put_string(skb, KPOL_A_SCOPE_NAME,
					      content->scopes[index].name) ||
			       nla_put_u32(skb, KPOL_A_SCOPE_FLAGS, content->scopes[index].flags) ||
			       nla_put_u32(skb, KPOL_A_SCOPE_ALLOWLISTS,
					   kpol_table_allowlists(content->table, index + 1)) ||
			       nla_put_u64_64bit(skb, KPOL_A_SCOPE_DROPPED,
						 atomic64_read(&content->scopes[index].dropped),
						 KPOL_A_SCOPE_PAD)
		       ? -EMSGSIZE
		       : 0;
}

/* What only rules of some classes have. */
static int put_particulars(struct sk_buff *skb, const struct kpol_rule *rule)
{
	int len = rule->family == AF_INET ? 4 : rule->family == AF_INET6 ? 16 : 0;

	if (rule->match != KPOL_MATCH_PEER)
		return rule->condition_len &&
		       nla_put(skb, KPOL_A_RULE_CONDITION, rule->condition_len, rule->condition);
	return nla_put_u32(skb, KPOL_A_RULE_FAMILY, rule->family) ||
	       (len && nla_put(skb, KPOL_A_RULE_ADDR, len, rule->addr)) ||
	       nla_put_u32(skb, KPOL_A_RULE_PREFIX, rule->prefix) ||
	       nla_put_u32(skb, KPOL_A_RULE_PROTOCOL, rule->protocol) ||
	       nla_put_u32(skb, KPOL_A_RULE_SOCKTYPES, rule->socktypes) ||
	       nla_put_u32(skb, KPOL_A_RULE_PORT_FIRST, rule->port_first) ||
	       nla_put_u32(skb, KPOL_A_RULE_PORT_LAST, rule->port_last) ||
	       (rule->set && nla_put_u32(skb, KPOL_A_RULE_SET, rule->set));
}

static int put_rule(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	const struct kpol_rule *rule = kpol_table_rule(set->content->table, index + 1);

	if (!rule)
		return -ENOENT;
	if (nla_put_u32(skb, KPOL_A_RULE_ID, rule->id) ||
	    nla_put_u32(skb, KPOL_A_RULE_SCOPE, rule->scope) ||
	    nla_put_u32(skb, KPOL_A_RULE_POLICY, rule->policy) ||
	    nla_put_u32(skb, KPOL_A_RULE_LINE, rule->line) ||
	    nla_put_u32(skb, KPOL_A_RULE_CLASS, rule->class) ||
	    nla_put_u32(skb, KPOL_A_RULE_MATCH, rule->match) ||
	    nla_put_u32(skb, KPOL_A_RULE_OPS, rule->ops) ||
	    nla_put_u32(skb, KPOL_A_RULE_ACTION, rule->action) ||
	    nla_put_u32(skb, KPOL_A_RULE_FLAGS, rule->flags) ||
	    (rule->object && nla_put_string(skb, KPOL_A_RULE_OBJECT, rule->object)) ||
	    (rule->source && nla_put_string(skb, KPOL_A_RULE_SOURCE, rule->source)) ||
	    put_particulars(skb, rule))
		return -EMSGSIZE;
	return 0;
}

static int put_binding(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	const struct kpol_binding *row = kpol_bindings_row(set->bindings, index);

	if (!row)
		return -ENOENT;
	if (nla_put_u32(skb, KPOL_A_BINDING_KIND, row->kind) ||
	    nla_put_u32(skb, KPOL_A_BINDING_SCOPE, row->scope) ||
	    (row->path && nla_put_string(skb, KPOL_A_BINDING_PATH, row->path)) ||
	    (row->cgroup &&
	     nla_put_u64_64bit(skb, KPOL_A_BINDING_CGROUP, row->cgroup, KPOL_A_BINDING_PAD)))
		return -EMSGSIZE;
	return 0;
}

static int put_set(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	const struct kpol_content *content = set->content;

	if (index >= content->n_sets)
		return -ENOENT;
	return nla_put_u32(skb, KPOL_A_SET_ID, index + 1) ||
			       nla_put_string(skb, KPOL_A_SET_NAME, content->sets[index].name)
		       ? -EMSGSIZE
		       : 0;
}

static int put_address(struct sk_buff *skb, const struct kpol_ruleset *set, u32 index)
{
	struct kpol_address_row row;

	if (!kpol_addresses_row(set->content->addresses, index, &row))
		return -ENOENT;
	return nla_put(skb, KPOL_A_ADDRESS_ADDR, row.len, row.addr) ||
			       nla_put(skb, KPOL_A_ADDRESS_SETS, row.n_sets * sizeof(*row.sets),
				       row.sets)
		       ? -EMSGSIZE
		       : 0;
}

int kpol_dump_policies(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump(skb, cb, KPOL_CMD_POLICY_GET, put_policy);
}

int kpol_dump_scopes(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump(skb, cb, KPOL_CMD_SCOPE_GET, put_scope);
}

int kpol_dump_rules(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump(skb, cb, KPOL_CMD_RULE_GET, put_rule);
}

int kpol_dump_bindings(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump(skb, cb, KPOL_CMD_BINDING_GET, put_binding);
}

int kpol_dump_sets(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump(skb, cb, KPOL_CMD_SET_GET, put_set);
}

int kpol_dump_addresses(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_version(skb, cb, KPOL_CMD_ADDRESS_GET, put_address, kpol_addresses_version);
}

/* The hook table never changes after load: it needs no lock. */
int kpol_dump_hooks(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct kpol_hook *hook;
	int err = kpol_netlink_check_dump(cb);

	if (err)
		return err;
	while ((hook = kpol_hook_row(cb->args[0]))) {
		void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
					   &kpol_family, NLM_F_MULTI, KPOL_CMD_HOOK_GET);

		if (!header)
			break;
		if (nla_put_string(skb, KPOL_A_HOOK_NAME, hook->name) ||
		    nla_put_u32(skb, KPOL_A_HOOK_STATE, hook->state) ||
		    nla_put_u32(skb, KPOL_A_HOOK_CLASS, hook->class) ||
		    nla_put_u32(skb, KPOL_A_HOOK_OPS, hook->ops)) {
			genlmsg_cancel(skb, header);
			break;
		}
		genlmsg_end(skb, header);
		cb->args[0]++;
	}
	return skb->len;
}
