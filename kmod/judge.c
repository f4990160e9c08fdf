// SPDX-License-Identifier: GPL-2.0-only
/* The common step of all hooks: access → decide → event → verdict. */
#include "judge.h"
#include "address.h"
#include "entering.h"
#include "event.h"
#include "memo.h"
#include "mode.h"

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

/* An event is too large for the stack: one per CPU and context, used with preemption off. */
struct event_buffers {
	struct kpol_event event[KPOL_CONTEXTS];
};

static DEFINE_PER_CPU(struct event_buffers *, event_buffers);

static void fill_task(struct kpol_event *event)
{
	event->has_task = true;
	event->pid = task_pid_nr(current);
	event->tgid = task_tgid_nr(current);
	rcu_read_lock();
	event->ppid = task_tgid_nr(rcu_dereference(current->real_parent));
	rcu_read_unlock();
	event->uid = from_kuid_munged(&init_user_ns, current_uid());
	memcpy(event->comm, current->comm, sizeof(event->comm));
	event->comm[sizeof(event->comm) - 1] = 0;
}

static u16 fill_text(char *to, u32 max, const char *from, u32 len, bool *cut)
{
	if (!from)
		len = 0;
	if (len > max) {
		len = max;
		*cut = true;
	}
	memcpy(to, from, len);
	to[len] = 0;
	return len;
}

/* Is the rule that the event names one that does not match, but is kept from being got around? */
static bool is_guarded(const struct kpol_event *event, const struct kpol_decision *d)
{
	return event->rule && ((d->guarded && event->rule == d->rule) ||
			       (d->would_guarded && event->rule == d->would_rule));
}

/* What the event says about the verdict that differs from plain "allowed". */
static void fill_verdict(struct kpol_event *event, const struct kpol_table *table,
			 const struct kpol_decision *d, bool denied)
{
	const struct kpol_rule *rule;
	bool sealed = d->deny ? d->sealed : d->would_deny ? d->would_sealed : d->watched;

	if (denied) {
		event->verdict = KPOL_VERDICT_DENY;
		event->rule = d->rule;
		event->policy = d->policy;
	} else if (d->deny || d->would_deny) {
		/* The global switch holds back what enforced policies deny; else some policy observes. */
		event->verdict = KPOL_VERDICT_WOULD_DENY;
		event->rule = d->deny ? d->rule : d->would_rule;
		event->policy = d->deny ? d->policy : d->would_policy;
	} else {
		event->verdict = KPOL_VERDICT_AUDIT;
		event->rule = d->audit_rule;
		event->policy = d->audit_policy ?: d->watched;
	}
	rule = kpol_table_rule(table, event->rule);
	event->line = rule ? rule->line : 0;
	if (rule)
		event->policy = rule->policy;
	event->reason = is_guarded(event, d) ? KPOL_REASON_SEALED
			: rule		     ? KPOL_REASON_RULE
			: sealed	     ? KPOL_REASON_SEALED
			: d->unresolved	     ? KPOL_REASON_UNRESOLVED
					     : KPOL_REASON_DEFAULT;
}

static void fill_access(struct kpol_event *event, const struct kpol_access *access,
			enum kpol_context context)
{
	struct kpol_text source = { access->source, access->source_len };

	event->class = access->class;
	event->op = access->op;
	event->family = access->family;
	event->socktype = access->socktype;
	event->protocol = access->protocol;
	event->port = access->port;
	event->has_addr = access->has_addr;
	memcpy(event->addr, access->addr, sizeof(event->addr));
	if (!source.bytes && context == KPOL_IN_TASK)
		source = kpol_path_source(current->mm);
	event->object_len = fill_text(event->object, KPOL_EVENT_OBJECT_MAX, access->object,
				      access->object_len, &event->cut);
	event->source_len = fill_text(event->source, KPOL_EVENT_SOURCE_MAX, source.bytes,
				      source.len, &event->cut);
}

static noinline void report(const struct kpol_subject *subject, const struct kpol_access *access,
			    const struct kpol_decision *decision, bool denied,
			    enum kpol_context context)
{
	struct kpol_event *event = &__this_cpu_read(event_buffers)->event[context];

	memset(event, 0, offsetof(struct kpol_event, comm));
	event->comm[0] = 0;
	event->count = 1;
	event->generation = subject->set->content->generation;
	event->cgroup = subject->cgroup;
	event->scope = subject->scope;
	fill_verdict(event, subject->set->content->table, decision, denied);
	fill_access(event, access, context);
	if (context == KPOL_IN_TASK)
		fill_task(event);
	kpol_event_report(event);
}

/*
 * The whole answer. @asked: where there is somebody who could find out more, else NULL. @ret_plain: allowed, with
 * nothing to report; so it is, too, whatever else may become known.
 */
static bool judge(const struct kpol_subject *subject, struct kpol_access *access,
		  enum kpol_context context, struct kpol_asked *asked, bool *ret_plain)
{
	struct kpol_decision decision;
	bool denied;

	kpol_decide(subject->set->content->table, access, &decision);
	*ret_plain = !decision.deny && !decision.would_deny && !decision.audit_rule &&
		     !decision.audit_policy && !decision.watched;
	if (likely(*ret_plain))
		return false;
	if (asked && decision.missing & ~asked->tried) {
		asked->missing = decision.missing & ~asked->tried;
		return false;
	}
	denied = decision.deny && kpol_mode_enforces();
	report(subject, access, &decision, denied, context);
	return denied;
}

/* Of the session; only whether there is one, so no lock and no reference. */
static bool has_terminal(void)
{
	return READ_ONCE(current->signal->tty);
}

/* What the rules ask of the task, and nothing else, because a path costs. */
static void fill_actor(struct kpol_access *access, u32 needs)
{
	struct kpol_text source;

	if (needs & KPOL_NEEDS_TASK)
		access->terminal = has_terminal();
	if (!(needs & KPOL_NEEDS_SOURCE))
		return;
	source = kpol_path_source(current->mm);
	access->source = source.bytes;
	access->source_len = source.len;
}

/* The list stays as long as the ruleset does: preemption is off. */
static noinline void fill_sets(const struct kpol_subject *subject, struct kpol_access *access)
{
	if (access->has_addr)
		access->n_sets = kpol_addresses_find(subject->set->content->addresses,
						     access->family, access->addr, &access->sets);
}

bool kpol_judge(const struct kpol_subject *subject, struct kpol_access *access,
		enum kpol_context context)
{
	u32 needs = kpol_table_needs(subject->set->content->table, subject->scope, access->class,
				     access->op);
	bool plain;

	if (!needs)
		return false;
	access->scope = subject->scope;
	if (context == KPOL_IN_TASK)
		fill_actor(access, needs);
	if (unlikely(needs & KPOL_NEEDS_SETS))
		fill_sets(subject, access);
	return judge(subject, access, context, NULL, &plain);
}

bool kpol_judge_quietly(const struct kpol_subject *subject, struct kpol_access *access)
{
	struct kpol_decision decision;

	access->scope = subject->scope;
	fill_actor(access, kpol_table_needs(subject->set->content->table, subject->scope,
					    access->class, access->op));
	kpol_decide(subject->set->content->table, access, &decision);
	return decision.deny && kpol_mode_enforces();
}

bool kpol_judge_word(u32 class, u32 op, const char *word)
{
	struct kpol_access access = { .class = class, .op = op, .object = word };
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	access.object_len = word ? strlen(word) : 0;
	deny = kpol_judge_has(&subject, class, op) && !kpol_entering_has(current) &&
	       kpol_judge(&subject, &access, KPOL_IN_TASK);
	kpol_subject_put();
	return deny;
}

static bool owns(const struct inode *inode)
{
	return inode && uid_eq(current_fsuid(), inode->i_uid);
}

static bool is_directory(const struct path *path, const struct dentry *dentry)
{
	return d_is_dir(dentry ?: path->dentry);
}

/* Nobody has given this answer lately, or it depends on more than the path. */
static noinline bool judge_object(const struct kpol_subject *subject, struct kpol_access *access,
				  u32 needs, struct kpol_asked *asked, struct kpol_memo *memo)
{
	u32 modes = kpol_content_modes(subject->set->content);
	bool plain, denied;

	fill_actor(access, needs);
	denied = judge(subject, access, KPOL_IN_TASK, asked, &plain);
	if (plain && memo)
		kpol_memo_set(memo, subject, access->op, modes,
			      (struct kpol_text){ access->object, access->object_len });
	return denied;
}

static __always_inline bool judge_path(const struct kpol_subject *subject, u32 class, u32 op,
				       const struct path *path, const struct dentry *dentry,
				       const struct inode *owner_of, struct kpol_asked *asked)
{
	u32 needs = kpol_table_needs(subject->set->content->table, subject->scope, class, op);
	struct kpol_memo *memo = NULL;
	struct kpol_text object;

	if (!needs)
		return false;
	object = kpol_path_object(path, dentry);
	/* An answer that comes of facts is not one for the next execution. */
	if (needs == KPOL_NEEDS_JUDGING && !(asked && asked->facts) && object.bytes &&
	    object.len <= KPOL_MEMO_PATH_MAX) {
		memo = kpol_memo_slot(subject, op, object);
		if (kpol_memo_is(memo, subject, op, object))
			return false;
	}
	return judge_object(subject,
			    &(struct kpol_access){ .scope = subject->scope,
						   .class = class,
						   .op = op,
						   .object = object.bytes,
						   .object_len = object.len,
						   .owner = owns(owner_of),
						   .directory = is_directory(path, dentry),
						   .facts = asked ? asked->facts : NULL },
			    needs, asked, memo);
}

bool kpol_judge_path(const struct kpol_subject *subject, u32 class, u32 op, const struct path *path,
		     const struct dentry *dentry, const struct inode *owner_of)
{
	return judge_path(subject, class, op, path, dentry, owner_of, NULL);
}

bool kpol_judge_exec(const struct kpol_subject *subject, const struct file *file,
		     struct kpol_asked *asked)
{
	return judge_path(subject, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, &file->f_path, NULL,
			  file_inode(file), asked);
}

int kpol_judge_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct event_buffers *b = kvzalloc_node(sizeof(*b), GFP_KERNEL, cpu_to_node(cpu));

		if (!b) {
			kpol_judge_exit();
			return -ENOMEM;
		}
		per_cpu(event_buffers, cpu) = b;
	}
	return 0;
}

void kpol_judge_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kvfree(per_cpu(event_buffers, cpu));
		per_cpu(event_buffers, cpu) = NULL;
	}
}
