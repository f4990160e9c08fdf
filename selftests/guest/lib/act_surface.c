// SPDX-License-Identifier: GPL-2.0-or-later
/* What a workload may try on its surroundings and the host, named by the word that policies have for it. */
#include "act.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "result.h"

#define MOUNT_POINT "/tmp/act-mount"

/* In a child with mounts of its own, so that what it does goes with it. */
static int in_own_mounts(int (*act)(const char *word), const char *word)
{
	int status, r;
	pid_t pid;

	mkdir(MOUNT_POINT, 0755);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		r = result(unshare(CLONE_NEWNS));
		_exit(r ? -r : -act(word));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

static int mount_by_word(const char *word)
{
	if (!strcmp(word, "bind"))
		return result(mount("/proc", MOUNT_POINT, NULL, MS_BIND, NULL));
	if (!strcmp(word, "propagation"))
		return result(mount(NULL, "/proc", NULL, MS_PRIVATE, NULL));
	if (!strcmp(word, "remount"))
		return result(mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL));
	return result(mount("none", MOUNT_POINT, word, 0, NULL));
}

int act_mount(const char *word)
{
	return in_own_mounts(mount_by_word, word);
}

static int umount_proc(const char *word)
{
	return result(umount2("/proc", MNT_DETACH));
}

int act_umount(const char *word)
{
	return in_own_mounts(umount_proc, word);
}

static int change_root(const char *word)
{
	return result(chroot(MOUNT_POINT));
}

int act_chroot(const char *word)
{
	return in_own_mounts(change_root, word);
}

static int new_users(const char *word)
{
	return result(unshare(CLONE_NEWUSER));
}

int act_userns(const char *word)
{
	return in_own_mounts(new_users, word);
}

static int use_capability(const char *name)
{
	struct timespec now;

	if (!strcmp(name, "net_raw"))
		return close_result(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
	if (!strcmp(name, "sys_boot"))
		return result(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
				      LINUX_REBOOT_CMD_CAD_OFF, NULL));
	if (strcmp(name, "sys_time"))
		return -EINVAL;
	clock_gettime(CLOCK_REALTIME, &now);
	return result(clock_settime(CLOCK_REALTIME, &now));
}

int act_capable(const char *name)
{
	int r = use_capability(name);

	return r == -EPERM ? -EACCES : r;
}

int act_bpf(const char *word)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	if (!strcmp(word, "map_create"))
		return close_result(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));
	memset(&attr, 0, sizeof(attr));
	return result(syscall(SYS_bpf, BPF_MAP_GET_NEXT_ID, &attr, sizeof(attr))) == -EACCES
		       ? -EACCES
		       : 0;
}

int act_load(const char *word)
{
	static char bytes[4096]; /* no module: -ENOEXEC, once the kernel has been let look */

	if (!strcmp(word, "kexec"))
		return result(syscall(SYS_kexec_load, 0, 0, NULL, KEXEC_ARCH_DEFAULT));
	return result(syscall(SYS_init_module, bytes, sizeof(bytes), ""));
}

int act_perf(const char *unused)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK };

	return close_result(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

int act_kill(const char *unused)
{
	return result(kill(getppid(), SIGURG));
}
