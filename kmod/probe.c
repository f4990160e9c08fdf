// SPDX-License-Identifier: GPL-2.0-only
/*
 * The self-test at load: a real operation for each hook, which the hook must stop.
 *
 * The task that loads the module makes the system calls itself, through static calls to their entry points
 * and with arguments in a page of its own memory. A hook that works turns its call away with -EREMOTEIO.
 */
#include "probe.h"
#include "hook.h"
#include "path.h"
#include "probe_call.h"

#include <linux/delay.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/kmod.h>
#include <linux/mman.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/uaccess.h>
#include <linux/umh.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#define PROBE_ERRNO EREMOTEIO

DEFINE_STATIC_KEY_FALSE(kpol_probe_key);

/* What the running probe expects; written by the loading task only. */
static struct {
	struct kpol_hook *hook;
	const struct task_struct *task; /* who makes the call; NULL: see @sk */
	const struct sock *sk; /* the listener, for the hook that runs in softirq */
	char path[256]; /* the program, for the hook that runs in another task */
	bool hit;
} probe;

static noinline long return_probed(void)
{
	return -PROBE_ERRNO;
}

/* Is this the call the running probe makes? The first argument tells where the task does not. */
static bool is_probe(struct ftrace_regs *fregs)
{
	if (probe.sk)
		return (const void *)ftrace_regs_get_argument(fregs, 0) == probe.sk;
	if (probe.task)
		return current == probe.task;
	return !current->mm &&
	       !(current->flags & PF_KTHREAD); /* the helper, before it is a program */
}

bool kpol_probe_hit(unsigned long ip, struct ftrace_regs *fregs)
{
	struct kpol_hook *hook = READ_ONCE(probe.hook);

	if (!hook || !kpol_hook_is_at(hook->entry, ip) || !is_probe(fregs))
		return false;
	WRITE_ONCE(probe.hit, true);
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)return_probed);
	return true;
}

/* Path operations on /proc and /sys, where none of them could change anything. */

static long probe_mknod(void)
{
	return kpol_call_path(MKNOD, "/sys/kpol-probe", S_IFIFO | 0600, 0);
}

static long probe_mkdir(void)
{
	return kpol_call_path(MKDIR, "/sys/kpol-probe", 0700, 0);
}

static long probe_symlink(void)
{
	return kpol_call_two_paths(SYMLINK, "nowhere", "/sys/kpol-probe");
}

static long probe_unlink(void)
{
	return kpol_call_path(UNLINK, "/proc/version", 0, 0);
}

static long probe_rmdir(void)
{
	return kpol_call_path(RMDIR, "/proc/irq", 0, 0);
}

static long probe_rename(void)
{
	return kpol_call_two_paths(RENAME, "/sys/kernel", "/sys/kpol-probe");
}

static long probe_link(void)
{
	return kpol_call_two_paths(LINK, "/sys/kernel/uevent_seqnum", "/sys/kpol-probe");
}

static long probe_path_truncate(void)
{
	return kpol_call_path(TRUNCATE, "/proc/version", 0, 0);
}

/* To the mode that it has. */
static long probe_chmod(void)
{
	return kpol_call_path(CHMOD, "/proc/version", 0444, 0);
}

/* To nobody else. */
static long probe_chown(void)
{
	return kpol_call_path(CHOWN, "/proc/version", -1, -1);
}

static long probe_utimes(void)
{
	if (!kpol_put_string(ARG_OLD, "/proc/version"))
		return -EFAULT;
	return kpol_call(UTIMENSAT, AT_FDCWD, kpol_page + ARG_OLD, 0, 0);
}

/* There are none in /proc. */
static long probe_setxattr(void)
{
	if (!kpol_put_string(ARG_NEW, "trusted.kpol-probe"))
		return -EFAULT;
	return kpol_call_path(SETXATTR, "/proc/version", kpol_page + ARG_NEW,
			      kpol_page + ARG_ADDRESS);
}

static long probe_removexattr(void)
{
	return kpol_call_two_paths(REMOVEXATTR, "/proc/version", "trusted.kpol-probe");
}

/* To the protection that it has. */
static long probe_mprotect(void)
{
	return kpol_call(MPROTECT, kpol_page, PAGE_SIZE, PROT_READ | PROT_WRITE, 0);
}

static long probe_open(const char *path, int flags)
{
	struct file *file = filp_open(path, flags, 0);

	if (IS_ERR(file))
		return PTR_ERR(file);
	filp_close(file, NULL);
	return 0;
}

static long probe_file_open(void)
{
	return probe_open("/", O_RDONLY | O_DIRECTORY);
}

static long probe_file_truncate(void)
{
	return probe_open("/proc/self/comm", O_WRONLY | O_TRUNC);
}

static long probe_ptrace(void)
{
	return probe_open("/proc/1/mem", O_RDONLY);
}

static long probe_traceme(void)
{
	return kpol_call(PTRACE, PTRACE_TRACEME, 0, 0, 0);
}

/* The program that loads the module, as a file; the caller puts it. */
static struct file *own_program(void)
{
	return filp_open("/proc/self/exe", O_RDONLY, 0);
}

static long probe_mmap(void)
{
	struct file *file = own_program();
	unsigned long address;

	if (IS_ERR(file))
		return PTR_ERR(file);
	address = vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE, 0);
	filp_close(file, NULL);
	if (IS_ERR_VALUE(address))
		return address;
	vm_munmap(address, PAGE_SIZE);
	return 0;
}

/* A helper process that would run the same program, which then only prints its version. */
static long probe_exec(void)
{
	char *argv[3] = { probe.path, "--version", NULL };
	char *envp[1] = { NULL };
	struct kpol_text text;

	preempt_disable();
	text = kpol_path_source(current->mm);
	if (text.bytes)
		strscpy(probe.path, text.bytes, sizeof(probe.path));
	preempt_enable();
	probe.task = NULL;
	return *probe.path ? call_usermodehelper(probe.path, argv, envp, UMH_WAIT_EXEC) : -ENOENT;
}

static long probe_socket(void)
{
	struct socket *sock;
	long err = sock_create(AF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);

	if (!err)
		sock_release(sock);
	return err;
}

static struct sockaddr_in loopback(u16 port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* A socket with a descriptor, and one call on it: nothing leaves, port 9 is discard. */
static long probe_socket_call(enum kpol_syscall syscall, unsigned long address, unsigned long len)
{
	struct sockaddr_in in = loopback(9);
	long fd = kpol_call(SOCKET, AF_INET, SOCK_STREAM, 0, 0), err;

	if (fd < 0)
		return fd;
	err = copy_to_user((void __user *)(kpol_page + ARG_ADDRESS), &in, sizeof(in))
		      ? -EFAULT
		      : kpol_call(syscall, fd, address, len, 0);
	kpol_call(CLOSE, fd, 0, 0, 0);
	return err;
}

static long probe_connect(void)
{
	return probe_socket_call(CONNECT, kpol_page + ARG_ADDRESS, sizeof(struct sockaddr_in));
}

static long probe_bind(void)
{
	return probe_socket_call(BIND, kpol_page + ARG_ADDRESS, sizeof(struct sockaddr_in));
}

static long probe_listen(void)
{
	return probe_socket_call(LISTEN, 1, 0);
}

static long probe_sendmsg(void)
{
	struct sockaddr_in in = loopback(9);
	struct msghdr msg = { .msg_name = &in, .msg_namelen = sizeof(in) };
	struct socket *sock;
	long err = sock_create(AF_INET, SOCK_DGRAM, IPPROTO_UDP, &sock);

	if (err)
		return err;
	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, NULL, 0, 0);
	err = sock_sendmsg(sock, &msg);
	sock_release(sock);
	return err;
}

static long connect_to(struct socket *listener)
{
	struct sockaddr_in in = loopback(0);
	struct socket *client;
	u32 tries;
	long err = kernel_getsockname(listener, (struct sockaddr *)&in);

	if (err < 0)
		return err;
	err = sock_create_kern(&init_net, AF_INET, SOCK_STREAM, IPPROTO_TCP, &client);
	if (err)
		return err;
	probe.sk = listener->sk;
	err = kernel_connect(client, (void *)&in, sizeof(in), O_NONBLOCK);
	for (tries = 0; err == -EINPROGRESS && !READ_ONCE(probe.hit) && tries < 100; tries++)
		msleep(20);
	sock_release(client);
	return READ_ONCE(probe.hit) ? -PROBE_ERRNO : err == -EINPROGRESS ? -ENETDOWN : err;
}

/*
 * A connection over the loopback device. Its SYN reaches the listener within connect(), or, on a busy machine,
 * as soon as ksoftirqd runs.
 */
static long probe_conn_request(void)
{
	struct sockaddr_in in = loopback(0);
	struct socket *listener;
	long err = sock_create_kern(&init_net, AF_INET, SOCK_STREAM, IPPROTO_TCP, &listener);

	if (err)
		return err;
	err = kernel_bind(listener, (void *)&in, sizeof(in));
	if (!err)
		err = kernel_listen(listener, 1);
	if (!err)
		err = connect_to(listener);
	sock_release(listener);
	return err;
}

static const struct kpol_probe probes[] = { { "security_bprm_check", probe_exec },
					    { "security_mmap_file", probe_mmap },
					    { "security_file_open", probe_file_open },
					    { "security_path_mknod", probe_mknod },
					    { "security_path_mkdir", probe_mkdir },
					    { "security_path_symlink", probe_symlink },
					    { "security_path_unlink", probe_unlink },
					    { "security_path_rmdir", probe_rmdir },
					    { "security_path_rename", probe_rename },
					    { "security_path_link", probe_link },
					    { "security_path_truncate", probe_path_truncate },
					    { "security_file_truncate", probe_file_truncate },
					    { "security_path_chmod", probe_chmod },
					    { "security_path_chown", probe_chown },
					    { "vfs_utimes", probe_utimes },
					    { "security_inode_setxattr", probe_setxattr },
					    { "security_inode_removexattr", probe_removexattr },
					    { "security_file_mprotect", probe_mprotect },
					    { "security_socket_create", probe_socket },
					    { "security_socket_connect", probe_connect },
					    { "security_socket_bind", probe_bind },
					    { "security_socket_listen", probe_listen },
					    { "security_socket_sendmsg", probe_sendmsg },
					    { "security_inet_conn_request", probe_conn_request },
					    { "security_ptrace_access_check", probe_ptrace },
					    { "security_ptrace_traceme", probe_traceme },
					    {} };

/* Only success proves that the hook did not fire; the caller of a hooked function may pick its own errno. */
static u8 judge_probe(long result)
{
	if (probe.hit && result < 0)
		return KPOL_HOOK_TESTED;
	return result >= 0 ? KPOL_HOOK_FAILED : KPOL_HOOK_UNTESTED;
}

static void run_probe(struct kpol_hook *hook, long (*run)(void))
{
	long result;

	memset(&probe, 0, sizeof(probe));
	probe.task = current;
	WRITE_ONCE(probe.hook, hook);
	result = run();
	WRITE_ONCE(probe.hook, NULL);
	hook->state = judge_probe(result);
	if (hook->state == KPOL_HOOK_FAILED)
		pr_err("kpol: %s: self-test failed: the hook did not stop it\n", hook->name);
	else if (hook->state == KPOL_HOOK_UNTESTED)
		pr_notice("kpol: %s: self-test could not be tried here, error %ld\n", hook->name,
			  -result);
}

static void run_all(const struct kpol_probe *list)
{
	struct kpol_hook *hook;
	u32 i;

	for (; list->name; list++)
		for (i = 0; (hook = kpol_hook_row(i)); i++)
			if (hook->state != KPOL_HOOK_MISSING && !strcmp(hook->name, list->name))
				run_probe(hook, list->run);
}

static void summarise(void)
{
	u32 i, count[__KPOL_HOOK_END] = {};
	struct kpol_hook *hook;

	for (i = 0; (hook = kpol_hook_row(i)); i++)
		count[hook->state]++;
	pr_info("kpol: hooks: %u tested, %u untested, %u failed, %u not in this kernel\n",
		count[KPOL_HOOK_TESTED], count[KPOL_HOOK_UNTESTED], count[KPOL_HOOK_FAILED],
		count[KPOL_HOOK_MISSING]);
}

void kpol_probe_run(void)
{
	if (kpol_call_init()) {
		static_branch_enable(&kpol_probe_key);
		run_all(probes);
		run_all(kpol_probes_surface);
		static_branch_disable(&kpol_probe_key);
		kpol_call_exit();
	}
	summarise();
}
