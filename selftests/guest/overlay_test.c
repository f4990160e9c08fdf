// SPDX-License-Identifier: GPL-2.0-or-later
/* A workload on overlayfs, in namespaces of its own, works in its allowlist and is denied outside. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/uring.h"
#include "nl/control.h"
#include "nl/status.h"

#define LAYERS "/tmp/layers"
#define ROOT "/tmp/root"

/* What the workload may: its own program and busybox, to read /etc and /srv, to change /data. */
#define POLICY                                                                         \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: overlay}\n"     \
	"spec:\n  selector: {matchContainers: [app]}\n"                                \
	"  process:\n    action: Allow\n    matchPaths: [{path: /bin/app}, {path: "    \
	"/bin/busybox}]\n"                                                             \
	"  namespaceOps: {action: Allow, matchNamespaces: [{namespace: chroot}]}\n"    \
	"  file:\n    action: Allow\n    matchDirectories:\n"                          \
	"    - {dir: /etc/, recursive: true, readOnly: true}\n"                        \
	"    - {dir: /srv/, recursive: true, readOnly: true}\n"                        \
	"    - {dir: /data/, recursive: true}\n    - {dir: /proc/, recursive: true}\n" \
	"    matchPaths: [{path: /dev/null}]\n"

/* Acts */

/* Reads all of it: 0, or a negative errno. */
static int read_whole(const char *path)
{
	char buf[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return n < 0 ? -EIO : 0;
}

static int append(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, "more", 4);
	close(fd);
	return n == 4 ? 0 : -EIO;
}

/* How many names: "." and ".." too. */
static int count_names(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	if (!dir)
		return -errno;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* The same, by who has used an io_uring. */
static int count_by_ring_user(const char *path)
{
	const struct io_uring_sqe nothing = { .opcode = IORING_OP_NOP };
	struct uring ring;
	struct dirent *entry;
	DIR *dir;
	int n = 0, r = uring_open(&ring, 0);

	if (!r)
		r = uring_do(&ring, &nothing);
	dir = r ? NULL : opendir(path);
	if (!dir)
		return r ? r : -errno;
	do {
		errno = 0;
		entry = readdir(dir);
		n += entry != NULL;
	} while (entry);
	return errno ? -errno : n;
}

static int in_child(int (*act)(const char *path), const char *path)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		int r = act(path);

		_exit(r < 0 ? 100 - r : r);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		return -EPIPE;
	return WEXITSTATUS(status) > 100 ? 100 - WEXITSTATUS(status) : WEXITSTATUS(status);
}

static int count_names_by_ring_user(const char *path)
{
	return in_child(count_by_ring_user, path);
}

static int make_private(const char *path)
{
	return chmod(path, 0600) ? -errno : 0;
}

/* What the path means to a process that has a directory of ours for its root. */
static int read_in_jail(const char *path)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(chroot("/data/jail") || chdir("/") ? 99 : -act_read(path));
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

/* Steps of a container runtime. */

/* rootfs cannot be pivoted away from: what is bound over it can. */
static int cover_rootfs(void)
{
	return mount("/", "/tmp/base", NULL, MS_BIND | MS_REC, NULL) || chdir("/tmp/base") ||
	       mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".");
}

static int mount_root(uid_t mounter)
{
	int r;

	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) || seteuid(mounter))
		return -1;
	r = mount("overlay", ROOT, "overlay", 0,
		  "lowerdir=" LAYERS "/l2:" LAYERS "/l1,upperdir=" LAYERS "/upper,workdir=" LAYERS
		  "/work");
	return seteuid(0) || prctl(PR_SET_SECUREBITS, 0) || r ? -1 : 0;
}

static int move_in(void)
{
	return mount("proc", ROOT "/proc", "proc", 0, NULL) ||
	       mount("/dev/null", ROOT "/dev/null", NULL, MS_BIND, NULL) || chdir(ROOT) ||
	       syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/");
}

/* The worker goes on as the first process of its pid namespace. @uid: who mounts. */
static int contain(const char *uid)
{
	pid_t pid;

	if (unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || cover_rootfs() ||
	    mount_root(atoi(uid)))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid) {
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return move_in() ? -errno : 0;
}

static int become_user(const char *uid)
{
	return setresuid(atoi(uid), atoi(uid), atoi(uid)) ? -errno : 0;
}

static void make_layers(uid_t owner)
{
	static const char *const files[] = {
		"l1/etc/conf",	     "l1/etc/passwd",
		"l1/root/secret",    "l1/srv/merged/one",
		"l2/srv/merged/two", "l1/dev/null",
		"l1/data/old",	     "l1/data/cut",
		"l1/data/cut2",	     "l1/data/mode",
		"l2/data/moved",     "l1/data/gone",
		"l1/data/d/f",	     "l1/data/jail/etc/conf",
		"l1/data/linked",    "upper/srv/merged/three",
	};
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), LAYERS "/%s", files[i]);
		guest_write(path, "content", 0644);
		if (strstr(path, "/data/") && chown(path, owner, owner))
			err(1, "%s", path);
	}
	mkdir(LAYERS "/l1/data/empty", 0755);
	mkdir(LAYERS "/l1/proc", 0755);
	mkdir(LAYERS "/l1/tmp", 0777);
	mkdir(LAYERS "/work", 0755);
	if (chown(LAYERS "/l1/data", owner, owner) || chown(LAYERS "/l2/data", owner, owner) ||
	    chown(LAYERS "/l1/data/empty", owner, owner))
		err(1, "chown");
	guest_copy("/proc/self/exe", LAYERS "/l1/bin/app");
	guest_copy("/bin/busybox", LAYERS "/l1/bin/busybox");
	guest_copy("/bin/busybox", LAYERS "/l2/bin/other");
}

FIXTURE(overlay)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_VARIANT(overlay)
{
	const char *mounter; /* uid */
	const char *user; /* uid of the workload */
};

FIXTURE_VARIANT_ADD(overlay, root){
	.mounter = "0",
	.user = "0",
};

FIXTURE_VARIANT_ADD(overlay, mounted_by_another){
	.mounter = "1000",
	.user = "0",
};

FIXTURE_VARIANT_ADD(overlay, run_by_another){
	.mounter = "0",
	.user = "1000",
};

static int bind_pod(void)
{
	const struct kpol_binding_row row = { .kind = KPOL_BIND_ID,
					      .cgroup = guest_cgroup("pod"),
					      .scope = 1 };
	struct kpol_nl_status status;
	int r = kpol_nl_status_get(guest_nl(), &status);

	return r < 0 ? r : kpol_nl_binding_add(guest_nl(), &row, status.generation);
}

static int load(const char *mode)
{
	int r = guest_load_format(POLICY "  mode: %s\n", mode);

	return r < 0 ? r : bind_pod();
}

FIXTURE_SETUP(overlay)
{
	guest_unload();
	if (system("rm -rf " LAYERS))
		errx(1, "rm");
	make_layers(atoi(variant->user));
	mkdir(ROOT, 0755);
	mkdir("/tmp/base", 0755);
	self->worker = guest_worker_new("free");
	self->events = guest_events_open();
	ASSERT_EQ(0, load("enforce"));
	ASSERT_EQ(0, guest_do(&self->worker, guest_join, "pod"));
	ASSERT_EQ(0, guest_do(&self->worker, contain, variant->mounter));
	ASSERT_EQ(0, guest_do(&self->worker, become_user, variant->user));
	ASSERT_EQ(0, guest_do(&self->worker, guest_become, "/bin/app"));
}

FIXTURE_TEARDOWN(overlay)
{
	guest_worker_end(&self->worker);
	guest_events_close(self->events);
	guest_unload();
}

static const struct {
	guest_act act;
	const char *arg;
	int result;
} work[] = {
	{ read_whole, "/etc/conf", 0 },
	{ count_names, "/srv/merged", 5 },
	{ count_names, "/srv", 3 },
	{ act_read, "/proc/self/status", 0 },
	{ act_write, "/dev/null", 0 },
	{ append, "/data/old", 0 }, /* copied up */
	{ read_whole, "/data/old", 0 },
	{ act_truncate, "/data/cut", 0 },
	{ act_open_truncate, "/data/cut2", 0 },
	{ make_private, "/data/mode", 0 },
	{ act_rename, "/data/moved /data/moved2", 0 },
	{ act_link, "/data/linked /data/linked2", 0 },
	{ act_unlink, "/data/gone", 0 },
	{ act_read, "/data/gone", -ENOENT },
	{ act_rmdir, "/data/empty", 0 },
	{ act_create, "/data/new", 0 },
	{ append, "/data/new", 0 },
	{ act_rename, "/data/new /data/old", 0 },
	{ act_mkdir, "/data/dir", 0 },
	{ act_symlink, "/data/symlink", 0 },
	{ count_names, "/data", 13 },
	{ act_exec, "/bin/busybox", 0 },
};

TEST_F(overlay, works_inside_its_allowlist_and_no_event_speaks_of_it)
{
	for (size_t i = 0; i < ARRAY_SIZE(work); i++) {
		EXPECT_EQ(work[i].result, guest_do(&self->worker, work[i].act, work[i].arg))
		TH_LOG("%s (row %zu)", work[i].arg, i);
	}
	EXPECT_EQ(0, guest_events_wait(self->events, 1, 300))
	guest_events_print(self->events);
}

/* @writes: only root may. @more: accesses that follow the first when nothing stops it. */
static const struct {
	guest_act act;
	const char *arg;
	uint32_t op;
	const char *object;
	bool writes;
	unsigned int more;
} offences[] = {
	{ act_read, "/root/secret", KPOL_OP_READ, "/root/secret", false, 0 },
	{ count_names, "/root", KPOL_OP_READ, "/root", false, 0 },
	{ count_names, "/", KPOL_OP_READ, "/", false, 0 },
	{ append, "/etc/conf", KPOL_OP_WRITE, "/etc/conf", true, 0 },
	{ act_create, "/tmp/new", KPOL_OP_CREATE, "/tmp/new", true, 1 },
	{ act_mkdir, "/root/d", KPOL_OP_CREATE, "/root/d", true, 0 },
	{ act_truncate, "/root/secret", KPOL_OP_TRUNCATE, "/root/secret", true, 0 },
	{ act_rename, "/data/old /srv/old", KPOL_OP_RENAME, "/srv/old", true, 0 },
	{ act_link, "/data/linked /srv/linked", KPOL_OP_LINK, "/srv/linked", true, 0 },
	{ act_unlink, "/etc/passwd", KPOL_OP_UNLINK, "/etc/passwd", true, 0 },
	{ act_exec, "/bin/other", KPOL_OP_EXEC, "/bin/other", false, 0 },
};

TEST_F(overlay, is_denied_outside_once_and_by_the_path_it_sees)
{
	for (size_t i = 0; i < ARRAY_SIZE(offences); i++) {
		if (offences[i].writes && strcmp(variant->user, "0"))
			continue;
		guest_events_clear(self->events);
		EXPECT_EQ(-EACCES, guest_do(&self->worker, offences[i].act, offences[i].arg))
		TH_LOG("%s (row %zu)", offences[i].arg, i);
		ASSERT_EQ(1, guest_events_wait(self->events, 2, 300))
		{
			TH_LOG("row %zu", i);
			guest_events_print(self->events);
		}
		EXPECT_EQ(KPOL_VERDICT_DENY, self->events->items[0].verdict);
		EXPECT_EQ(offences[i].op, self->events->items[0].op) TH_LOG("row %zu", i);
		EXPECT_EQ(1, self->events->items[0].count);
		EXPECT_STREQ(offences[i].object, self->events->items[0].object);
	}
}

/* Where nothing is denied all layers are reached, and none of them may be judged again. */
TEST_F(overlay, is_reported_once_when_observed)
{
	ASSERT_EQ(0, load("observe"));
	for (size_t i = 0; i < ARRAY_SIZE(offences); i++) {
		if (offences[i].writes && strcmp(variant->user, "0"))
			continue;
		guest_events_clear(self->events);
		guest_do(&self->worker, offences[i].act, offences[i].arg);
		ASSERT_EQ(1 + offences[i].more,
			  guest_events_wait(self->events, 2 + offences[i].more, 300))
		TH_LOG("row %zu", i);
		EXPECT_EQ(KPOL_VERDICT_WOULD_DENY, self->events->items[0].verdict);
		EXPECT_STREQ(offences[i].object, self->events->items[0].object);
	}
}

TEST_F(overlay, chroot_inside_does_not_change_what_a_path_means)
{
	if (strcmp(variant->user, "0"))
		SKIP(return, "only root may chroot");
	EXPECT_EQ(0, guest_do(&self->worker, read_in_jail, "/etc/conf"));
	/* There is no /etc/passwd in the jail; the jail's root is a directory that may be read. */
	EXPECT_EQ(0, guest_do(&self->worker, read_in_jail, "/"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/"));
}

/* He could have the mounter's credentials from there, so what he opens on the layers is not taken for overlayfs's work. */
TEST_F(overlay, merged_directory_is_not_listed_by_who_has_used_io_uring)
{
	int r;

	ASSERT_EQ(0, load("observe"));
	r = guest_do(&self->worker, count_names_by_ring_user, "/srv/merged");
	if (r == -ENOSYS)
		SKIP(return, "this kernel has no io_uring");
	EXPECT_EQ(5, r);
	ASSERT_EQ(0, load("enforce"));
	guest_events_renew(self->events);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, count_names_by_ring_user, "/srv/merged"));
	ASSERT_LE(1, guest_events_wait(self->events, 1, 3000));
	EXPECT_EQ(KPOL_REASON_UNRESOLVED, self->events->items[0].reason);
	EXPECT_EQ(5, guest_do(&self->worker, count_names, "/srv/merged"));
}

TEST_HARNESS_MAIN
