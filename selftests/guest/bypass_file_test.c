// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways around file rules: other ways to open, to change, to name. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/bypass_fixture.h"
#include "lib/descriptor.h"
#include "lib/uring.h"

#define BASE "/tmp/bypass"
#define IN BASE "/in"
#define MINE IN "/mine"
#define OUT BASE "/out"
#define SECRET OUT "/secret"
#define DEEP OUT "/deep/secret"

/* The workload may use IN and /proc, and nothing else. */
#define ALLOWLIST                                                           \
	BYPASS_HEADER "  file:\n    action: Allow\n    matchDirectories:\n" \
		      "    - {dir: " IN "/, recursive: true}\n"             \
		      "    - {dir: /proc/, recursive: true}\n"              \
		      "    matchPaths: [{path: " BASE "}]\n"
/* It may do all but see or touch the secrets. */
#define BLOCKLIST                                                                   \
	BYPASS_HEADER "  file:\n    action: Block\n    matchPaths: [{path: " SECRET \
		      "}, {path: " DEEP "}]\n"
#define READING                                                                     \
	BYPASS_HEADER "  file:\n    action: Block\n    matchPaths: [{path: " SECRET \
		      ", ops: [read]}]\n"
#define READONLY                                                                      \
	BYPASS_HEADER "  file:\n    action: Block\n    matchDirectories: [{dir: " OUT \
		      "/, recursive: true, readOnly: true}]\n"
#define READONLY_LINK                                                           \
	BYPASS_HEADER "  file:\n    action: Block\n    matchPaths: [{path: " IN \
		      "/link, readOnly: true}]\n"
#define NO_MEMORY                                                                                  \
	BYPASS_HEADER "  file:\n    action: Block\n    matchPatterns: [{pattern: /proc/**/mem}]\n" \
		      "    matchPaths: [{path: " BASE "/mem}]\n"

static void bypass_prepare(void)
{
	mkdir(BASE, 0755);
	umount2(BASE, MNT_DETACH);
	if (mount("tmpfs", BASE, "tmpfs", 0, NULL))
		exit(1);
	guest_write(MINE, "mine", 0644);
	guest_write(SECRET, "secret", 0644);
	guest_write(DEEP, "secret", 0644);
	if (symlink(OUT, IN "/link") || symlink(SECRET, IN "/secret") ||
	    mknod(BASE "/mem", S_IFCHR | 0600, makedev(1, 1)))
		exit(1);
}

static int end(int fd, int r)
{
	int error = errno;

	if (fd >= 0)
		close(fd);
	return fd < 0 || r < 0 ? -error : 0;
}

/* Acts */

static int read_fd(int fd)
{
	char byte;

	return end(fd, fd < 0 ? -1 : read(fd, &byte, 1) == 1 ? 0 : -1);
}

static int reopen(const char *path, int first, int again)
{
	int fd = open(path, first | O_CLOEXEC), r;
	char link[64];

	if (fd < 0)
		return -errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	r = end(open(link, again | O_CLOEXEC), 0);
	close(fd);
	return r;
}

static int path_then_reopen(const char *path)
{
	return reopen(path, O_PATH, O_RDONLY);
}

static int read_below_cwd(const char *dir)
{
	return chdir(dir) ? -errno : act_read("/proc/self/cwd/secret");
}

static int read_then_reopen_to_write(const char *path)
{
	return reopen(path, O_RDONLY, O_RDWR);
}

static int open_by_openat2(const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT };
	int dir = open(OUT, O_PATH | O_DIRECTORY | O_CLOEXEC), r;

	r = dir < 0 ? -errno : read_fd(syscall(SYS_openat2, dir, path, &how, sizeof(how)));
	close(dir);
	return r;
}

static int open_by_handle(const char *path)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} to = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int id, dir, r;

	if (name_to_handle_at(AT_FDCWD, path, &to.handle, &id, 0))
		return -errno;
	dir = open(BASE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	r = read_fd(open_by_handle_at(dir, &to.handle, O_RDONLY | O_CLOEXEC));
	close(dir);
	return r;
}

static int do_by_uring(struct io_uring_sqe request)
{
	struct uring ring;
	int r = uring_open(&ring, 0);

	if (r)
		return r;
	r = uring_do(&ring, &request);
	uring_close(&ring);
	return r < 0 ? r : request.opcode == IORING_OP_OPENAT ? close(r) : 0;
}

static int open_by_uring(const char *path)
{
	return do_by_uring((struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
						  .fd = AT_FDCWD,
						  .addr = (unsigned long)path,
						  .open_flags = O_RDONLY | O_CLOEXEC });
}

static int rename_by_uring(const char *path)
{
	return do_by_uring((struct io_uring_sqe){ .opcode = IORING_OP_RENAMEAT,
						  .fd = AT_FDCWD,
						  .addr = (unsigned long)path,
						  .len = (unsigned int)AT_FDCWD,
						  .addr2 = (unsigned long)(IN "/new") });
}

static int unlink_by_uring(const char *path)
{
	return do_by_uring((struct io_uring_sqe){
		.opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = (unsigned long)path });
}

static int xattr_by_uring(const char *path)
{
	static const char value[] = "x";

	return do_by_uring((struct io_uring_sqe){ .opcode = IORING_OP_SETXATTR,
						  .addr = (unsigned long)"trusted.kpol",
						  .addr2 = (unsigned long)value,
						  .addr3 = (unsigned long)path,
						  .len = 1 });
}

/* What is held stays open: cutting it is judged all the same. */
static int held = -1;

static int hold(const char *path)
{
	close(held);
	held = open(path, O_RDWR | O_CLOEXEC);
	return held < 0 ? -errno : 0;
}

static int cut_held(const char *unused)
{
	return ftruncate(held, 1) ? -errno : 0;
}

static int chmod_held(const char *unused)
{
	return fchmod(held, 0600) ? -errno : 0;
}

static int chown_held(const char *unused)
{
	return fchown(held, 1, 1) ? -errno : 0;
}

static int touch_held(const char *unused)
{
	return futimens(held, NULL) ? -errno : 0;
}

static int xattr_held(const char *unused)
{
	return fsetxattr(held, "trusted.kpol", "x", 1, 0) ? -errno : 0;
}

/* Before there is a policy: the descriptor is under way. */
static int post(const char *path)
{
	return descriptor_post(open(path, O_RDONLY | O_CLOEXEC));
}

static int receive(const char *unused)
{
	int fd = descriptor_take();

	return fd < 0 ? fd : read_fd(fd);
}

static int pidfd_of_self;

static int hold_for_pidfd(const char *path)
{
	close(pidfd_of_self);
	pidfd_of_self = syscall(SYS_pidfd_open, getpid(), 0);
	return pidfd_of_self < 0 ? -errno : hold(path);
}

static int take_by_pidfd(const char *unused)
{
	return read_fd(syscall(SYS_pidfd_getfd, pidfd_of_self, held, 0));
}

static int map_shared(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char *map;

	if (fd < 0)
		return -errno;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map != MAP_FAILED) {
		*map = 'x';
		munmap(map, 4096);
	}
	return end(fd, map == MAP_FAILED ? -1 : 0);
}

static int copy_with(const char *path, int how)
{
	int in = open(path, O_RDONLY | O_CLOEXEC), out, pipes[2], r = -1;

	if (in < 0)
		return -errno;
	out = open(IN "/copy", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (how == 0)
		r = copy_file_range(in, NULL, out, NULL, 1, 0);
	else if (how == 1)
		r = sendfile(out, in, NULL, 1);
	else if (!pipe2(pipes, O_CLOEXEC))
		r = splice(in, NULL, pipes[1], NULL, 1, 0);
	close(in);
	return end(out, r == 1 ? 0 : -1);
}

static int copy_by_range(const char *path)
{
	return copy_with(path, 0);
}

static int copy_by_sendfile(const char *path)
{
	return copy_with(path, 1);
}

static int copy_by_splice(const char *path)
{
	return copy_with(path, 2);
}

static int allocate(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return end(fd, fd < 0 ? -1 : fallocate(fd, 0, 0, 8192));
}

static int change_mode(const char *path)
{
	return chmod(path, 0777) ? -errno : 0;
}

static int change_owner(const char *path)
{
	return chown(path, 1, 1) ? -errno : 0;
}

static int change_owner_of_link(const char *path)
{
	return lchown(path, 1, 1) ? -errno : 0;
}

static int change_times(const char *path)
{
	return utimes(path, NULL) ? -errno : 0;
}

static int set_xattr(const char *path)
{
	return chdir(BASE) || setxattr(path, "trusted.kpol", "x", 1, 0) ? -errno : 0;
}

static int make_xattr(const char *path)
{
	return setxattr(path, "trusted.kpol", "x", 1, 0) && errno != ENOTSUP ? -errno : 0;
}

static int remove_xattr(const char *path)
{
	return chdir(BASE) || removexattr(path, "trusted.kpol") ? -errno : 0;
}

/* The access control list that "user::rw-,group::r--,other::rwx" is. */
static int set_acl(const char *path)
{
	static const unsigned char acl[] = { 2, 0,    0,    0,	  0x01, 0,    6,
					     0, 0xff, 0xff, 0xff, 0xff, 0x04, 0,
					     4, 0,    0xff, 0xff, 0xff, 0xff, 0x20,
					     0, 7,    0,    0xff, 0xff, 0xff, 0xff };

	return chdir(BASE) || setxattr(path, "system.posix_acl_access", acl, sizeof(acl), 0)
		       ? -errno
		       : 0;
}

static int rename_away(const char *path)
{
	return rename(path, BASE "/moved") ? -errno : 0;
}

static int rename_onto(const char *path)
{
	return rename(MINE, path) ? -errno : 0;
}

static int rename_parent_and_read(const char *dir)
{
	char path[256];

	if (rename(dir, BASE "/elsewhere"))
		return -errno;
	snprintf(path, sizeof(path), BASE "/elsewhere/secret");
	return act_read(path);
}

static int exchange_parent(const char *dir)
{
	return syscall(SYS_renameat2, AT_FDCWD, dir, AT_FDCWD, IN, 2 /* RENAME_EXCHANGE */) ? -errno
											    : 0;
}

static int link_and_read(const char *path)
{
	return link(path, BASE "/other") ? -errno : act_read(BASE "/other");
}

static int rename_and_read(const char *path)
{
	return rename(path, BASE "/other") ? -errno : act_read(BASE "/other");
}

/* A file without a name gets one. */
static int name_unnamed(const char *path)
{
	char link[64];
	int fd = open(IN, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return end(fd, linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW));
}

/* Any device would do. */
static int make_device_in(const char *path)
{
	return mknod(path, S_IFCHR | 0600, makedev(1, 5)) ? -errno : act_read(path);
}

static int make_disk_in(const char *path)
{
	return mknod(path, S_IFBLK | 0600, makedev(7, 0)) ? -errno : 0;
}

static int read_own_memory(const char *path)
{
	return act_read_write(path);
}

BYPASS(o_path_then_reopen, .act = path_then_reopen, .arg = SECRET, .policy = ALLOWLIST,
       .still = act_read, .still_arg = MINE);
BYPASS(o_path_then_reopen_blocked, .act = path_then_reopen, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(reopen_to_write_what_may_be_read, .act = read_then_reopen_to_write, .arg = SECRET,
       .policy = READONLY, .still = act_read, .still_arg = SECRET);
BYPASS(proc_self_root, .act = act_read, .arg = "/proc/self/root" SECRET, .policy = ALLOWLIST);
BYPASS(proc_self_cwd, .act = read_below_cwd, .arg = OUT, .policy = ALLOWLIST);
BYPASS(openat2_in_root, .act = open_by_openat2, .arg = "/secret", .policy = BLOCKLIST);
BYPASS(open_by_handle_at, .act = open_by_handle, .arg = SECRET, .policy = ALLOWLIST);
BYPASS(open_by_handle_at_blocked, .act = open_by_handle, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(io_uring_open, .act = open_by_uring, .arg = SECRET, .policy = ALLOWLIST, .missing = -ENOSYS,
       .facility = "io_uring");
BYPASS(io_uring_rename, .act = rename_by_uring, .arg = SECRET, .policy = BLOCKLIST,
       .missing = -ENOSYS, .facility = "io_uring");
BYPASS(io_uring_unlink, .act = unlink_by_uring, .arg = SECRET, .policy = BLOCKLIST,
       .missing = -ENOSYS, .facility = "io_uring");
BYPASS(io_uring_setxattr, .act = xattr_by_uring, .arg = SECRET, .policy = ALLOWLIST,
       .missing = -ENOSYS, .facility = "io_uring");
BYPASS(scm_rights_descriptor, .act = receive, .arg = SECRET, .policy = ALLOWLIST, .before = post);
BYPASS(scm_rights_descriptor_blocked, .act = receive, .arg = SECRET, .policy = BLOCKLIST,
       .before = post);
BYPASS(pidfd_getfd_descriptor, .act = take_by_pidfd, .arg = SECRET, .policy = ALLOWLIST,
       .before = hold_for_pidfd);
BYPASS(o_trunc, .act = act_open_truncate, .arg = SECRET, .policy = READONLY);
BYPASS(truncate, .act = act_truncate, .arg = SECRET, .policy = READONLY);
BYPASS(ftruncate_of_inherited_descriptor, .act = cut_held, .arg = SECRET, .policy = READONLY,
       .before = hold);
BYPASS(fallocate, .act = allocate, .arg = SECRET, .policy = READONLY);
BYPASS(shared_writable_mapping, .act = map_shared, .arg = SECRET, .policy = READONLY);
BYPASS(copy_file_range, .act = copy_by_range, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(sendfile, .act = copy_by_sendfile, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(splice, .act = copy_by_splice, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(unlink, .act = act_unlink, .arg = SECRET, .policy = READONLY);
BYPASS(rename, .act = rename_away, .arg = SECRET, .policy = READONLY);
BYPASS(rename_over, .act = rename_onto, .arg = SECRET, .policy = READONLY);
BYPASS(link, .act = link_and_read, .arg = SECRET, .policy = BLOCKLIST);
BYPASS(link_of_what_may_not_be_read, .act = link_and_read, .arg = SECRET, .policy = READING);
BYPASS(rename_of_what_may_not_be_read, .act = rename_and_read, .arg = SECRET, .policy = READING);
BYPASS(o_tmpfile_then_linkat, .act = name_unnamed, .arg = OUT "/new", .policy = READONLY);
BYPASS(chmod, .act = change_mode, .arg = SECRET, .policy = READONLY);
BYPASS(chmod_outside_allowlist, .act = change_mode, .arg = SECRET, .policy = ALLOWLIST,
       .still = change_mode, .still_arg = MINE);
BYPASS(fchmod_of_inherited_descriptor, .act = chmod_held, .arg = SECRET, .policy = READONLY,
       .before = hold);
BYPASS(chown, .act = change_owner, .arg = SECRET, .policy = READONLY);
BYPASS(chown_of_symlink, .act = change_owner_of_link, .arg = IN "/link", .policy = READONLY_LINK);
BYPASS(fchown_of_inherited_descriptor, .act = chown_held, .arg = SECRET, .policy = READONLY,
       .before = hold);
BYPASS(utimes, .act = change_times, .arg = SECRET, .policy = READONLY, .still = change_times,
       .still_arg = MINE);
BYPASS(futimens_of_inherited_descriptor, .act = touch_held, .arg = SECRET, .policy = READONLY,
       .before = hold);
BYPASS(setxattr, .act = set_xattr, .arg = SECRET, .policy = READONLY, .still = set_xattr,
       .still_arg = MINE);
BYPASS(setxattr_outside_allowlist, .act = set_xattr, .arg = SECRET, .policy = ALLOWLIST,
       .still = set_xattr, .still_arg = MINE);
BYPASS(fsetxattr_of_inherited_descriptor, .act = xattr_held, .arg = SECRET, .policy = ALLOWLIST,
       .before = hold);
BYPASS(removexattr, .act = remove_xattr, .arg = SECRET, .policy = READONLY, .before = make_xattr);
BYPASS(posix_acl, .act = set_acl, .arg = SECRET, .policy = READONLY, .missing = -EOPNOTSUPP,
       .facility = "access control lists on tmpfs");
BYPASS(rename_of_parent_directory, .act = rename_parent_and_read, .arg = OUT "/deep",
       .policy = BLOCKLIST);
BYPASS(rename_of_directory_above, .act = act_rename, .arg = OUT " " BASE "/elsewhere",
       .policy = BLOCKLIST);
BYPASS(exchange_of_parent_directory, .act = exchange_parent, .arg = OUT, .policy = BLOCKLIST);
BYPASS(symlink_at_the_end, .act = act_read, .arg = IN "/secret", .policy = ALLOWLIST);
BYPASS(symlink_in_the_middle, .act = act_read, .arg = IN "/link/secret", .policy = ALLOWLIST);
BYPASS(dot_dot, .act = act_read, .arg = IN "/../out/secret", .policy = ALLOWLIST);
BYPASS(double_slashes, .act = act_read, .arg = BASE "//out///.//secret", .policy = BLOCKLIST);
BYPASS(device_node_made_inside, .act = make_device_in, .arg = IN "/zero", .policy = ALLOWLIST,
       .still = act_mknod, .still_arg = IN "/fifo");
BYPASS(disk_node_made_inside, .act = make_disk_in, .arg = IN "/disk", .policy = ALLOWLIST);
BYPASS(proc_pid_mem, .act = read_own_memory, .arg = "/proc/self/mem", .policy = NO_MEMORY);
BYPASS(proc_task_mem, .act = read_own_memory, .arg = "/proc/thread-self/mem", .policy = NO_MEMORY);
BYPASS(dev_mem, .act = act_read, .arg = BASE "/mem", .policy = NO_MEMORY);
/* Names that look the same are other names: nobody passes for one that is allowed. */
static int read_look_alike(const char *path)
{
	int r = act_create(path);

	return r ? r : act_read(path);
}

#define LOOKS_LIKE_MINE BASE "/in/\xd0\xbcine" /* with a Cyrillic letter */
#define ONLY_MINE BYPASS_HEADER "  file:\n    action: Allow\n    matchPaths: [{path: " MINE "}]\n"

BYPASS(look_alike_by_case, .act = read_look_alike, .arg = IN "/MINE", .policy = ONLY_MINE,
       .still = act_read, .still_arg = MINE);
BYPASS(look_alike_by_unicode, .act = read_look_alike, .arg = LOOKS_LIKE_MINE, .policy = ONLY_MINE,
       .still = act_read, .still_arg = MINE);
TEST_HARNESS_MAIN
