// SPDX-License-Identifier: GPL-2.0-only
/* The host's own: its privileges, its kernel's code, its counters. */
#include "hook.h"
#include "entering.h"
#include "judge.h"

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/kernel_read_file.h>
#include <linux/preempt.h>
#include <linux/security.h>

static const char *const capability_words[] = {
	[CAP_CHOWN] = "chown",
	[CAP_DAC_OVERRIDE] = "dac_override",
	[CAP_DAC_READ_SEARCH] = "dac_read_search",
	[CAP_FOWNER] = "fowner",
	[CAP_FSETID] = "fsetid",
	[CAP_KILL] = "kill",
	[CAP_SETGID] = "setgid",
	[CAP_SETUID] = "setuid",
	[CAP_SETPCAP] = "setpcap",
	[CAP_LINUX_IMMUTABLE] = "linux_immutable",
	[CAP_NET_BIND_SERVICE] = "net_bind_service",
	[CAP_NET_BROADCAST] = "net_broadcast",
	[CAP_NET_ADMIN] = "net_admin",
	[CAP_NET_RAW] = "net_raw",
	[CAP_IPC_LOCK] = "ipc_lock",
	[CAP_IPC_OWNER] = "ipc_owner",
	[CAP_SYS_MODULE] = "sys_module",
	[CAP_SYS_RAWIO] = "sys_rawio",
	[CAP_SYS_CHROOT] = "sys_chroot",
	[CAP_SYS_PTRACE] = "sys_ptrace",
	[CAP_SYS_PACCT] = "sys_pacct",
	[CAP_SYS_ADMIN] = "sys_admin",
	[CAP_SYS_BOOT] = "sys_boot",
	[CAP_SYS_NICE] = "sys_nice",
	[CAP_SYS_RESOURCE] = "sys_resource",
	[CAP_SYS_TIME] = "sys_time",
	[CAP_SYS_TTY_CONFIG] = "sys_tty_config",
	[CAP_MKNOD] = "mknod",
	[CAP_LEASE] = "lease",
	[CAP_AUDIT_WRITE] = "audit_write",
	[CAP_AUDIT_CONTROL] = "audit_control",
	[CAP_SETFCAP] = "setfcap",
	[CAP_MAC_OVERRIDE] = "mac_override",
	[CAP_MAC_ADMIN] = "mac_admin",
	[CAP_SYSLOG] = "syslog",
	[CAP_WAKE_ALARM] = "wake_alarm",
	[CAP_BLOCK_SUSPEND] = "block_suspend",
	[CAP_AUDIT_READ] = "audit_read",
	[CAP_PERFMON] = "perfmon",
	[CAP_BPF] = "bpf",
	[CAP_CHECKPOINT_RESTORE] = "checkpoint_restore",
};

/*
 * Only what the task does by itself: credentials that are not its own were put in place by the kernel for work
 * of the kernel's (a stacking filesystem), or by io_uring for a request, which counts as the task's.
 */
static bool is_own(const struct cred *cred)
{
	return cred == current_cred() && (cred == current_real_cred() || kpol_may_do_requests());
}

/* What the kernel refuses by itself is not ours to report. */
static bool is_refused(const struct cred *cred, const struct user_namespace *ns, int cap)
{
	return !cap_valid(cap) || (ns == cred->user_ns && !cap_raised(cred->cap_effective, cap));
}

static bool deny_capable(const struct kpol_subject *subject, int cap, unsigned int opts)
{
	struct kpol_access access = { .class = KPOL_CLASS_CAPABILITY, .op = KPOL_OP_CAPABLE };

	if (kpol_entering_has(current))
		return false;
	if ((u32)cap < ARRAY_SIZE(capability_words))
		access.object = capability_words[cap];
	access.object_len = access.object ? strlen(access.object) : 0;
	return opts & CAP_OPT_NOAUDIT ? kpol_judge_quietly(subject, &access)
				      : kpol_judge(subject, &access, KPOL_IN_TASK);
}

static noinline bool deny_used(struct ftrace_regs *fregs)
{
	const struct cred *cred = KPOL_ARG(const struct cred *, 0);
	int cap = KPOL_ARG(int, 2);
	struct kpol_subject subject;
	bool deny;

	if (!kpol_subject_get(&subject))
		return false;
	deny = kpol_judge_has(&subject, KPOL_CLASS_CAPABILITY, KPOL_OP_CAPABLE) && is_own(cred) &&
	       !is_refused(cred, KPOL_ARG(const struct user_namespace *, 1), cap) &&
	       deny_capable(&subject, cap, KPOL_ARG(unsigned int, 3));
	kpol_subject_put();
	return deny;
}

/* Asked from everywhere, in interrupts too: there current is a stranger, and this CPU's buffers are taken. */
void hook_capable(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
		  struct ftrace_regs *fregs)
{
	if (kpol_probe_running() && kpol_probe_hit(ip, fregs))
		return;
	if (unlikely(!in_task()) || likely(!kpol_scope_now()))
		return;
	if (deny_used(fregs))
		kpol_hook_veto(fregs);
}

static const char *const bpf_words[] = {
	[BPF_MAP_CREATE] = "map_create",
	[BPF_MAP_LOOKUP_ELEM] = "map_lookup_elem",
	[BPF_MAP_UPDATE_ELEM] = "map_update_elem",
	[BPF_MAP_DELETE_ELEM] = "map_delete_elem",
	[BPF_MAP_GET_NEXT_KEY] = "map_get_next_key",
	[BPF_PROG_LOAD] = "prog_load",
	[BPF_OBJ_PIN] = "obj_pin",
	[BPF_OBJ_GET] = "obj_get",
	[BPF_PROG_ATTACH] = "prog_attach",
	[BPF_PROG_DETACH] = "prog_detach",
	[BPF_PROG_TEST_RUN] = "prog_test_run",
	[BPF_PROG_GET_NEXT_ID] = "prog_get_next_id",
	[BPF_MAP_GET_NEXT_ID] = "map_get_next_id",
	[BPF_PROG_GET_FD_BY_ID] = "prog_get_fd_by_id",
	[BPF_MAP_GET_FD_BY_ID] = "map_get_fd_by_id",
	[BPF_OBJ_GET_INFO_BY_FD] = "obj_get_info_by_fd",
	[BPF_PROG_QUERY] = "prog_query",
	[BPF_RAW_TRACEPOINT_OPEN] = "raw_tracepoint_open",
	[BPF_BTF_LOAD] = "btf_load",
	[BPF_BTF_GET_FD_BY_ID] = "btf_get_fd_by_id",
	[BPF_TASK_FD_QUERY] = "task_fd_query",
	[BPF_MAP_LOOKUP_AND_DELETE_ELEM] = "map_lookup_and_delete_elem",
	[BPF_MAP_FREEZE] = "map_freeze",
	[BPF_BTF_GET_NEXT_ID] = "btf_get_next_id",
	[BPF_MAP_LOOKUP_BATCH] = "map_lookup_batch",
	[BPF_MAP_LOOKUP_AND_DELETE_BATCH] = "map_lookup_and_delete_batch",
	[BPF_MAP_UPDATE_BATCH] = "map_update_batch",
	[BPF_MAP_DELETE_BATCH] = "map_delete_batch",
	[BPF_LINK_CREATE] = "link_create",
	[BPF_LINK_UPDATE] = "link_update",
	[BPF_LINK_GET_FD_BY_ID] = "link_get_fd_by_id",
	[BPF_LINK_GET_NEXT_ID] = "link_get_next_id",
	[BPF_ENABLE_STATS] = "enable_stats",
	[BPF_ITER_CREATE] = "iter_create",
	[BPF_LINK_DETACH] = "link_detach",
	[BPF_PROG_BIND_MAP] = "prog_bind_map",
	[36] = "token_create", /* since 6.9 */
};

/* A command without a word here is of a newer kernel: only rules for all of them are for it. */
KPOL_HOOK(bpf)
{
	u32 command = KPOL_ARG(u32, 0);

	return kpol_judge_word(KPOL_CLASS_BPF, KPOL_OP_BPF,
			       command < ARRAY_SIZE(bpf_words) ? bpf_words[command] : NULL);
}

/* @what: as a file that is read, or as bytes that are given; the numbers are the same. */
static bool deny_load(enum kernel_read_file_id what)
{
	const char *word = "module"; /* and kinds that newer kernels tell apart */

	if (what == READING_POLICY || what == READING_X509_CERTIFICATE)
		return false;
	if (what == READING_FIRMWARE)
		word = "firmware";
	else if (what == READING_KEXEC_IMAGE || what == READING_KEXEC_INITRAMFS)
		word = "kexec";
	return kpol_judge_word(KPOL_CLASS_MODULE, KPOL_OP_LOAD, word);
}

KPOL_HOOK(kernel_read_file)
{
	return deny_load(KPOL_ARG(enum kernel_read_file_id, 1));
}

KPOL_HOOK(kernel_load_data)
{
	return deny_load(KPOL_ARG(enum kernel_read_file_id, 0));
}

/* What the kernel lets the host's modprobe load because the task asked for something that needs it. */
KPOL_HOOK(kernel_module_request)
{
	return kpol_judge_word(KPOL_CLASS_MODULE, KPOL_OP_LOAD, "request");
}

KPOL_HOOK(perf_event_open)
{
	return kpol_judge_word(KPOL_CLASS_PERF, KPOL_OP_PERF, NULL);
}

/* A ring served by a kernel thread, which is the task's own and judged as such. */
KPOL_HOOK(uring_sqpoll)
{
	return kpol_judge_word(KPOL_CLASS_NAMESPACE, KPOL_OP_RING, "sqpoll");
}
