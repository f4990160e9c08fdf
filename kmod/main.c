// SPDX-License-Identifier: GPL-2.0-only
/* The module's ladder: each part up in order, down in reverse. */
#include "birth.h"
#include "canary.h"
#include "deliver.h"
#include "entering.h"
#include "fold.h"
#include "hook.h"
#include "inquiry.h"
#include "judge.h"
#include "memo.h"
#include "mode.h"
#include "netlink.h"
#include "path.h"
#include "probe.h"
#include "queue.h"
#include "ruleset.h"
#include "scope.h"
#include "work.h"

#include <linux/module.h>

static int start_events(void)
{
	int err = kpol_queue_init();

	if (err)
		return err;
	err = kpol_deliver_init();
	if (err)
		goto exit_queue;
	err = kpol_fold_init();
	if (err)
		goto exit_deliver;
	return 0;

exit_deliver:
	kpol_deliver_exit();
exit_queue:
	kpol_queue_exit();
	return err;
}

static void stop_events(void)
{
	kpol_fold_exit();
	kpol_deliver_exit();
	kpol_queue_exit();
}

/* What hooks need before the first of them fires. */
static int start_judging(void)
{
	int err = kpol_path_init();

	if (err)
		return err;
	err = kpol_judge_init();
	if (err)
		goto exit_path;
	err = kpol_scope_init();
	if (err)
		goto exit_judge;
	err = kpol_memo_init();
	if (err)
		goto exit_scope;
	return 0;

exit_scope:
	kpol_scope_exit();
exit_judge:
	kpol_judge_exit();
exit_path:
	kpol_path_exit();
	return err;
}

static void stop_judging(void)
{
	kpol_memo_exit();
	kpol_scope_exit();
	kpol_judge_exit();
	kpol_path_exit();
}

static int start_hooks(void)
{
	int err = kpol_entering_init();

	if (err)
		return err;
	err = kpol_inquiry_init();
	if (!err)
		err = kpol_hook_init();
	if (err)
		kpol_entering_exit();
	else
		kpol_probe_run();
	return err;
}

static void stop_hooks(void)
{
	kpol_hook_exit();
	kpol_entering_exit();
}

static int __init kpol_init(void)
{
	int err = kpol_work_init();

	if (err)
		return err;
	err = kpol_mode_init();
	if (err)
		goto exit_work;
	err = start_events();
	if (err)
		goto exit_ruleset;
	err = start_judging();
	if (err)
		goto stop_events;
	err = start_hooks();
	if (err)
		goto stop_judging;
	err = kpol_netlink_init();
	if (err)
		goto stop_hooks;
	err = kpol_birth_init();
	if (err)
		goto exit_netlink;
	err = kpol_canary_init();
	if (err)
		goto exit_birth;
	return 0;

exit_birth:
	kpol_birth_exit();
exit_netlink:
	kpol_netlink_exit();
stop_hooks:
	stop_hooks();
stop_judging:
	stop_judging();
stop_events:
	stop_events();
exit_ruleset:
	kpol_ruleset_exit();
exit_work:
	kpol_work_exit();
	return err;
}

static void __exit kpol_exit(void)
{
	kpol_canary_exit();
	kpol_birth_exit();
	kpol_netlink_exit();
	stop_hooks();
	stop_judging();
	stop_events();
	kpol_ruleset_exit();
	kpol_work_exit();
}

module_init(kpol_init);
module_exit(kpol_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Policy as code, enforced inside the kernel");
MODULE_VERSION(KPOL_VERSION);
MODULE_ALIAS("net-pf-16-proto-16-family-" KPOL_FAMILY_NAME);
