// SPDX-License-Identifier: GPL-2.0-only
/*
 * An inquiry: an execution whose verdict hangs on more than its path, judged where one may sleep.
 *
 * The hook may not sleep, and reading a file does. So it makes security_bprm_check() go on in a function of ours,
 * with the same caller and the same argument. That one finds the facts, judges with them, and, if the execution is
 * allowed, calls the function that was hooked, so that other security modules have their say. The hook fires there
 * again, and lets pass what is marked as judged.
 */
#include "inquiry.h"
#include "facts.h"
#include "hook.h"
#include "judge.h"
#include "symbol.h"

#include <linux/binfmts.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/static_call.h>

/* An execution on its way; lives on the stack of the task that executes. */
struct passing {
	struct list_head list;
	const struct task_struct *task;
	const struct linux_binprm *bprm;
};

static LIST_HEAD(passing);
static DEFINE_RAW_SPINLOCK(
	lock); /* of @passing; taken by the hook, so nothing under it may be hooked */
atomic_t kpol_inquiry_passing = ATOMIC_INIT(0);

static int refuse(struct linux_binprm *bprm)
{
	return -EACCES;
}

DEFINE_STATIC_CALL(kpol_security_bprm_check, refuse);

bool kpol_inquiry_find(const struct linux_binprm *bprm)
{
	const struct passing *p;
	unsigned long flags;
	bool found = false;

	raw_spin_lock_irqsave(&lock, flags);
	list_for_each_entry(p, &passing, list)
		found |= p->task == current && p->bprm == bprm;
	raw_spin_unlock_irqrestore(&lock, flags);
	return found;
}

static void begin_passing(struct passing *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	list_add(&p->list, &passing);
	raw_spin_unlock_irqrestore(&lock, flags);
	atomic_inc(&kpol_inquiry_passing);
}

static void end_passing(struct passing *p)
{
	unsigned long flags;

	atomic_dec(&kpol_inquiry_passing);
	raw_spin_lock_irqsave(&lock, flags);
	list_del(&p->list);
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* What others have to say. */
static int pass_on(struct linux_binprm *bprm)
{
	struct passing p = { .task = current, .bprm = bprm };
	int err;

	begin_passing(&p);
	err = static_call(kpol_security_bprm_check)(bprm);
	end_passing(&p);
	return err;
}

/* The ruleset may be another one each time. */
static bool judge_once(struct linux_binprm *bprm, struct kpol_asked *asked)
{
	struct kpol_subject subject;
	bool deny;

	asked->missing = 0;
	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_exec(&subject, bprm->file, asked);
	kpol_subject_put();
	return deny;
}

/* Each fact is looked for once; what could not be found then stays unknown, and is judged as that. */
static bool judge(struct linux_binprm *bprm)
{
	struct kpol_gathered *gathered = kpol_gathered_new();
	struct kpol_asked asked = { .facts = kpol_gathered_facts(gathered) };
	bool deny;

	if (!gathered)
		asked.tried = ~0U;
	for (;;) {
		deny = judge_once(bprm, &asked);
		if (!asked.missing)
			break;
		kpol_gathered_add(gathered, asked.missing, bprm);
		asked.tried |= asked.missing;
	}
	kpol_gathered_free(gathered);
	return deny;
}

/*
 * Stands in for security_bprm_check(). What runs after module_put() does not sleep any more, and unloading waits for
 * it when it detaches the hooks (RCU tasks).
 */
static noinline int inquire(struct linux_binprm *bprm)
{
	int err = judge(bprm) ? -EACCES : pass_on(bprm);

	module_put(THIS_MODULE);
	return err;
}

bool kpol_inquiry_begin(struct ftrace_regs *fregs)
{
	if (!try_module_get(THIS_MODULE))
		return false;
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)inquire);
	return true;
}

int kpol_inquiry_init(void)
{
	static const char *const names[] = { "security_bprm_check" };
	void *found;
	int err = kpol_facts_init();

	if (!err)
		err = kpol_symbols_find(names, &found, 1);
	if (!err && found)
		static_call_update(kpol_security_bprm_check, found);
	return err;
}
