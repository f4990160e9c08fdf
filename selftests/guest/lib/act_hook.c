// SPDX-License-Identifier: GPL-2.0-or-later
/* Acts that reach one hook and little else. */
#include "act_hook.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "descriptor.h"
#include "guest.h"
#include "result.h"
#include "uring.h"

#define SYS_OPEN_TREE_ATTR 467 /* newer than the C library's headers */
#define SCTP_BINDX_ADD 100
#define ELSEWHERE "elsewhere"

/* The kernel itself may find fault with the rest of it. */
static int past_hook(int r)
{
	return r == -EACCES || r == -ENOSYS ? r : 0;
}

/* A child that is gone when it has acted; without that system call it may be killed for trying. */
static int in_child(int (*act)(const char *arg), const char *arg)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(-act(arg));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ENOSYS;
}

static struct {
	int file, procs, mnt, user;
} held = { -1, -1, -1, -1 };

int act_hold_all(const char *path)
{
	guest_cgroup(ELSEWHERE);
	held.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	held.procs = open("/sys/fs/cgroup/" ELSEWHERE "/cgroup.procs", O_WRONLY | O_CLOEXEC);
	held.mnt = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	held.user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	return held.file < 0 || held.procs < 0 || held.mnt < 0 || held.user < 0 ? -errno : 0;
}

int act_held_truncate(const char *unused)
{
	return result(ftruncate(held.file, 0));
}

int act_held_receive(const char *unused)
{
	int r = descriptor_post(dup(held.file));

	if (r)
		return r;
	r = descriptor_take();
	if (r >= 0)
		close(r);
	return r < 0 ? r : 0;
}

static int leave(const char *unused)
{
	return write(held.procs, "0", 1) == 1 ? 0 : -errno;
}

int act_leave(const char *unused)
{
	return in_child(leave, "");
}

int act_prctl(const char *unused)
{
	return past_hook(result(prctl(PR_SET_MM, PR_SET_MM_MAP, 0, 0, 0)));
}

int act_setns(const char *word)
{
	bool mnt = !strcmp(word, "mnt");

	return past_hook(
		result(setns(mnt ? held.mnt : held.user, mnt ? CLONE_NEWNS : CLONE_NEWUSER)));
}

int act_chmod(const char *path)
{
	return result(chmod(path, 0644));
}

int act_chown(const char *path)
{
	return result(chown(path, 0, 0));
}

int act_utimes(const char *path)
{
	return result(utimensat(AT_FDCWD, path, NULL, 0));
}

int act_xattr(const char *path)
{
	return past_hook(result(setxattr(path, "trusted.kpol", "x", 1, 0)));
}

int act_xattr_remove(const char *path)
{
	return past_hook(result(removexattr(path, "trusted.kpol")));
}

/* The access control list that "user::rw-,group::r--,other::rwx" is. */
int act_acl(const char *path)
{
	static const unsigned char acl[] = { 2, 0,    0,    0,	  0x01, 0,    6,
					     0, 0xff, 0xff, 0xff, 0xff, 0x04, 0,
					     4, 0,    0xff, 0xff, 0xff, 0xff, 0x20,
					     0, 7,    0,    0xff, 0xff, 0xff, 0xff };

	return past_hook(result(setxattr(path, "system.posix_acl_access", acl, sizeof(acl), 0)));
}

int act_acl_remove(const char *path)
{
	return past_hook(result(removexattr(path, "system.posix_acl_access")));
}

int act_protect(const char *unused)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r;

	if (page == MAP_FAILED)
		return -errno;
	page[0] = 1;
	r = result(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	munmap(page, 4096);
	return r;
}

int act_map_written(const char *unused)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -errno;
	munmap(page, 4096);
	return 0;
}

/* These numbers are the same for programs of 32 bits. So are the arguments: static, and so in reach for those. */
static const char proc_path[] = "/proc", filesystem[] = "tmpfs";

static const struct mount_call {
	const char *name;
	long number;
	long arguments[4];
} mount_calls[] = {
	{ "fsopen", SYS_fsopen, { (long)filesystem, 0 } },
	{ "fsmount", SYS_fsmount, { -1 } },
	{ "mount_setattr", SYS_mount_setattr, { AT_FDCWD, (long)proc_path } },
	{ "open_tree", SYS_open_tree, { AT_FDCWD, (long)proc_path, OPEN_TREE_CLONE } },
	{ "open_tree_attr", SYS_OPEN_TREE_ATTR, { AT_FDCWD, (long)proc_path, OPEN_TREE_CLONE } },
	{ "move_mount", SYS_move_mount, { AT_FDCWD, (long)proc_path, AT_FDCWD, (long)proc_path } },
	{ "pivot_root", SYS_pivot_root, { (long)proc_path, (long)proc_path } },
};

static const struct mount_call *find_mount_call(const char *name)
{
	for (size_t i = 0; i < sizeof(mount_calls) / sizeof(mount_calls[0]); i++)
		if (!strcmp(mount_calls[i].name, name))
			return &mount_calls[i];
	return NULL;
}

static long call_as_32_bits(const struct mount_call *call)
{
	int r;

	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(call->number), "b"(call->arguments[0]), "c"(call->arguments[1]),
		       "d"(call->arguments[2]), "S"(call->arguments[3]), "D"(0)
		     : "memory", "r8", "r9", "r10", "r11");
	return r;
}

static int call_mount(const char *name)
{
	bool narrow = !strncmp(name, "32 ", 3);
	const struct mount_call *call = find_mount_call(narrow ? name + 3 : name);
	const long *a = call ? call->arguments : NULL;
	long r;

	if (!call || unshare(CLONE_NEWNS))
		return -EINVAL;
	r = narrow ? call_as_32_bits(call) : syscall(call->number, a[0], a[1], a[2], a[3], 0L, 0L);
	return past_hook(narrow ? (r < 0 ? (int)r : 0) : result(r));
}

int act_mount_call(const char *name)
{
	return in_child(call_mount, name);
}

int act_remount(const char *path)
{
	int fd = (int)syscall(SYS_fspick, AT_FDCWD, path, 0), r;

	if (fd < 0)
		return -errno;
	r = result(syscall(SYS_fsconfig, fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	close(fd);
	return r;
}

static int request_with_credentials(struct uring *ring)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_NOP };
	int r = uring_register_self(ring);

	if (r < 0)
		return r;
	request.personality = (unsigned short)r;
	return uring_do(ring, &request);
}

int act_ring(const char *word)
{
	bool poll = !strcmp(word, "sqpoll");
	struct uring ring;
	int r = uring_open(&ring, poll ? IORING_SETUP_SQPOLL : 0);

	if (r)
		return r;
	if (!poll)
		r = request_with_credentials(&ring);
	uring_close(&ring);
	return r;
}

int act_load_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = past_hook(result(syscall(SYS_finit_module, fd, "", 0)));
	close(fd);
	return r;
}

int act_request(const char *unused)
{
	return past_hook(close_result(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 200)));
}

int act_listen_anywhere(const char *unused)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	r = result(listen(fd, 1));
	close(fd);
	return r;
}

int act_sctp_bind(const char *ip)
{
	struct sockaddr_in both[2] = { { .sin_family = AF_INET, .sin_port = htons(7055) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP), r;

	if (fd < 0)
		return errno == EPROTONOSUPPORT ? -ENOSYS : -errno;
	both[1] = both[0];
	both[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	both[1].sin_addr.s_addr = inet_addr(ip);
	r = result(setsockopt(fd, IPPROTO_SCTP, SCTP_BINDX_ADD, both, sizeof(both)));
	close(fd);
	return r;
}
