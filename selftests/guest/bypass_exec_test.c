// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways around rules for programs and libraries: other ways to run, other names, other contents. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/bypass_fixture.h"
#include "lib/program.h"

#define DYNAMIC "/usr/bin/true" /* shipped with its loader and libraries, see suites.conf */
#define LOADER "/lib64/ld-linux-x86-64.so.2"
#define SHIPPED_LIBRARY "/lib/x86_64-linux-gnu/libm.so.6"

#define BASE "/tmp/bypass"
#define GOOD BASE "/good"
#define PROGRAM GOOD "/program"
#define SHELL GOOD "/sh" /* its name makes busybox a shell */
#define TEXT GOOD "/text"
#define OUT BASE "/out"
#define EVIL OUT "/evil"
#define EVIL_DYNAMIC OUT "/dynamic"
#define EVIL_LIBRARY OUT "/library.so"
#define SCRIPT OUT "/script"
#define FOREIGN OUT "/foreign.kpol" /* what binfmt_misc gives to SHELL */
#define UPPER BASE "/merged/good/program"

/* Nothing runs but what is in GOOD, and the loader. */
#define PROGRAMS                                                                          \
	BYPASS_HEADER "  process:\n    action: Allow\n    matchDirectories: [{dir: " GOOD \
		      "/, recursive: true}]\n    matchPaths: [{path: " LOADER "}]\n"
#define ONE_PROGRAM \
	BYPASS_HEADER "  process:\n    action: Allow\n    matchPaths: [{path: " PROGRAM "}]\n"
#define ONE_TO_COME                                                                          \
	BYPASS_HEADER "  process:\n    action: Allow\n    matchPaths: [{path: " BASE "/opt/" \
		      "evil}]\n"
#define ONE_IN_OVERLAY \
	BYPASS_HEADER "  process:\n    action: Allow\n    matchPaths: [{path: " UPPER "}]\n"
#define ONE_NAME                                                                    \
	BYPASS_HEADER "  process:\n    action: Allow\n    matchPaths: [{execname: " \
		      "program}]\n"
#define PROGRAMS_AND_FILES                                                   \
	PROGRAMS "  file:\n    action: Allow\n    matchDirectories:\n"       \
		 "    - {dir: " GOOD "/, recursive: true, readOnly: true}\n" \
		 "    - {dir: /dev/, recursive: true}\n"                     \
		 "    - {dir: /proc/, recursive: true}\n"
#define LIBRARIES                                                                                 \
	BYPASS_HEADER "  libraries:\n    action: Allow\n    matchDirectories:\n"                  \
		      "    - {dir: /lib/, recursive: true}\n"                                     \
		      "    - {dir: /lib64/, recursive: true}\n"                                   \
		      "    - {dir: " GOOD "/, recursive: true}\n    matchPaths: [{path: " DYNAMIC \
		      "}]\n"

static void say(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		errno = 0; /* it is there already, or cannot be: the test tells */
	close(fd);
}

static void mount_overlay(void)
{
	mkdir(BASE "/upper", 0755);
	mkdir(BASE "/work", 0755);
	mkdir(BASE "/merged", 0755);
	mkdir(BASE "/lower", 0755);
	mkdir(BASE "/lower/good", 0755);
	guest_copy(PROGRAM, BASE "/lower/good/program");
	mount("overlay", BASE "/merged", "overlay", 0,
	      "lowerdir=" BASE "/lower,upperdir=" BASE "/upper,workdir=" BASE "/work");
}

static void bypass_prepare(void)
{
	mkdir(BASE, 0755);
	umount2(BASE "/merged", MNT_DETACH);
	umount2(BASE, MNT_DETACH);
	if (mount("tmpfs", BASE, "tmpfs", 0, NULL))
		exit(1);
	guest_copy("/proc/self/exe", PROGRAM);
	guest_copy("/proc/self/exe", EVIL);
	guest_copy("/bin/busybox", SHELL);
	guest_copy(DYNAMIC, EVIL_DYNAMIC);
	guest_copy(SHIPPED_LIBRARY, EVIL_LIBRARY);
	guest_copy(SHIPPED_LIBRARY, GOOD "/library.so");
	guest_write(TEXT, "nothing that runs", 0755);
	guest_write(SCRIPT, "#!" SHELL "\nexit 0\n", 0755);
	guest_write(FOREIGN, "exit 0\n", 0755);
	guest_copy("/proc/self/exe", OUT "/program.d/evil");
	mount_overlay();
	mount("binfmt_misc", "/proc/sys/fs/binfmt_misc", "binfmt_misc", 0, NULL);
	say("/proc/sys/fs/binfmt_misc/kpol", "-1");
	say("/proc/sys/fs/binfmt_misc/register", ":kpol:E::kpol::" SHELL ":");
}

static void silence(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, 1);
	dup2(null, 2);
}

/* What a program says on standard error, or its exit status, negative. */
static int run_and_listen(char *const argv[], const char *preload, const char *complaint)
{
	char heard[512] = "";
	int fds[2], status;
	size_t n = 0;
	ssize_t r;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		silence();
		dup2(fds[1], 2);
		if (preload)
			setenv("LD_PRELOAD", preload, 1);
		execv(argv[0], argv);
		_exit(GUEST_NO_EXEC);
	}
	close(fds[1]);
	while (n < sizeof(heard) - 1 && (r = read(fds[0], heard + n, sizeof(heard) - 1 - n)) > 0)
		n += r;
	close(fds[0]);
	waitpid(pid, &status, 0);
	if (complaint && strstr(heard, complaint))
		return -EACCES;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

/* Acts: ways to run */

static char *const nothing_argv[] = { "evil", GUEST_NOTHING, NULL };

/* The descriptor's program, without a name. */
static void become_fd(int fd)
{
	silence();
	syscall(SYS_execveat, fd, "", nothing_argv, environ, AT_EMPTY_PATH);
}

static void by_empty_path(const char *path)
{
	become_fd(open(path, O_PATH | O_CLOEXEC));
}

static int run_by_empty_path(const char *path)
{
	return act_in_child(by_empty_path, path);
}

static void by_proc_fd(const char *path)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", open(path, O_RDONLY | O_CLOEXEC));
	silence();
	execv(link, nothing_argv);
}

static int run_by_proc_fd(const char *path)
{
	return act_in_child(by_proc_fd, path);
}

static void after_unlink(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (unlink(path))
		return;
	become_fd(fd);
}

static int run_deleted(const char *path)
{
	return act_in_child(after_unlink, path);
}

/* A program in a file without a name, which is closed for writing before it is executed. */
static int unnamed_program(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0755), again;
	char link[64];

	if (fd < 0 || program_write(fd))
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	again = open(link, O_RDONLY | O_CLOEXEC);
	close(fd);
	return again;
}

static void unnamed(const char *dir)
{
	int fd = unnamed_program(dir);

	if (fd >= 0)
		become_fd(fd);
}

static int run_unnamed(const char *dir)
{
	return act_in_child(unnamed, dir);
}

static void unnamed_then_named(const char *path)
{
	char link[64];
	int fd = unnamed_program(OUT);

	if (fd < 0)
		return;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		return;
	close(fd);
	silence();
	execv(path, nothing_argv);
}

static int run_named_later(const char *path)
{
	return act_in_child(unnamed_then_named, path);
}

static int run_by_loader(const char *path)
{
	return run_and_listen((char *const[]){ LOADER, (char *)path, NULL }, NULL, NULL);
}

static int run_by_shell(const char *path)
{
	return run_and_listen((char *const[]){ SHELL, (char *)path, NULL }, NULL,
			      "Permission denied");
}

static int run_preloaded(const char *library)
{
	return run_and_listen((char *const[]){ DYNAMIC, NULL }, library, "cannot be preloaded");
}

/* A path of that many components: too long to be told from its root on, or not. */
static void deep(const char *component, int n)
{
	if (chdir(OUT))
		return;
	for (int i = 0; i < n; i++) {
		mkdir(component, 0755);
		if (chdir(component))
			return;
	}
	guest_copy("/proc/self/exe", "evil");
	silence();
	execv("./evil", nothing_argv);
}

static void in_long_path(const char *unused)
{
	deep("a-component-of-forty-characters-precisely", 110);
}

static int run_in_long_path(const char *unused)
{
	return act_in_child(in_long_path, NULL);
}

static void in_many_components(const char *unused)
{
	deep("a", 200);
}

static int run_in_many_components(const char *unused)
{
	return act_in_child(in_many_components, NULL);
}

/* Acts: other contents under an allowed name */

static int then_run(int r, const char *path)
{
	return r ? -errno : act_execute(path);
}

static int link_onto(const char *name)
{
	return then_run(unlink(name) || link(EVIL, name), name);
}

static int link_into(const char *name)
{
	return then_run(link(EVIL, name), name);
}

static int rename_onto(const char *name)
{
	return then_run(rename(EVIL, name), name);
}

static int rename_directory_onto(const char *dir)
{
	if (rename(dir, BASE "/away") || rename(OUT, dir))
		return -errno;
	return act_execute(GOOD "/evil");
}

static int rename_to_missing(const char *dir)
{
	return rename(OUT, dir) ? -errno : act_execute(BASE "/opt/evil");
}

static int write_into(const char *path)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = program_write(fd);
	close(fd);
	return r ?: act_execute(path);
}

static int map_and_write(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), r;
	void *map;

	if (fd < 0)
		return -errno;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	r = map == MAP_FAILED ? -errno : munmap(map, 4096);
	close(fd);
	return r;
}

static int replace_by_symlink(const char *path)
{
	return unlink(path) || symlink(EVIL, path) ? -errno : act_execute(path);
}

static int make_runnable(const char *path)
{
	return chmod(path, 0700) ? -errno : 0;
}

/* Acts: memory made executable */

static int protect(void *map, int prot)
{
	int r = map == MAP_FAILED || mprotect(map, 4096, prot) ? -errno : 0;

	if (map != MAP_FAILED)
		munmap(map, 4096);
	return r;
}

static void *map_file(const char *path, int prot, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, prot, flags, fd, 0);

	close(fd);
	return map;
}

static int map_anonymous_exec(const char *unused)
{
	return protect(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       PROT_READ);
}

static int map_shared_anonymous_exec(const char *unused)
{
	return protect(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
		       PROT_READ);
}

static int protect_anonymous(const char *unused)
{
	return protect(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		       PROT_READ | PROT_EXEC);
}

static int protect_stack(const char *unused)
{
	char here[1];
	unsigned long page = (unsigned long)here & ~4095UL;

	return mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) ? -errno : 0;
}

static int protect_heap(const char *unused)
{
	unsigned long page = ((unsigned long)sbrk(8192) + 4095) & ~4095UL;

	return mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) ? -errno : 0;
}

static int protect_file(const char *path)
{
	return protect(map_file(path, PROT_READ, MAP_PRIVATE), PROT_READ | PROT_EXEC);
}

static int protect_shared_file(const char *path)
{
	return protect(map_file(path, PROT_READ, MAP_SHARED), PROT_READ | PROT_EXEC);
}

static int map_writable_exec(const char *path)
{
	return protect(map_file(path, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE), PROT_READ);
}

/* The file may be executed; what is written over it in memory is another thing. */
static int protect_written(const char *path)
{
	char *map = map_file(path, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (map != MAP_FAILED)
		*map = 'x';
	return protect(map, PROT_READ | PROT_EXEC);
}

static int map_plainly(const char *path)
{
	return protect(map_file(path, PROT_READ | PROT_EXEC, MAP_PRIVATE), PROT_READ);
}

/* What may be read may be executed: the kernel adds what was not asked for. */
static int map_by_personality(const char *path)
{
	int old = personality(READ_IMPLIES_EXEC), r;

	r = protect(map_file(path, PROT_READ, MAP_PRIVATE), PROT_READ);
	personality(old);
	return r;
}

static int map_memfd_exec(const char *unused)
{
	int fd = memfd_create("code", MFD_CLOEXEC);
	void *map = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, 4096))
		map = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	close(fd);
	return protect(map, PROT_READ);
}

static int attach_shared_memory(const char *unused)
{
	int id = shmget(IPC_PRIVATE, 4096, 0700), r;
	void *map;

	if (id < 0)
		return -errno;
	map = shmat(id, NULL, SHM_EXEC);
	r = map == (void *)-1 ? -errno : shmdt(map);
	shmctl(id, IPC_RMID, NULL);
	return r;
}

#define STILL .still = act_execute, .still_arg = PROGRAM

BYPASS(memfd_and_fexecve, .act = act_execute_memfd, .policy = PROGRAMS, STILL);
BYPASS(execveat_at_empty_path, .act = run_by_empty_path, .arg = EVIL, .policy = PROGRAMS, STILL);
BYPASS(proc_self_exe, .act = act_execute, .arg = "/proc/self/exe", .policy = PROGRAMS);
BYPASS(proc_self_fd, .act = run_by_proc_fd, .arg = EVIL, .policy = PROGRAMS);
BYPASS(deleted_file, .act = run_deleted, .arg = EVIL, .policy = PROGRAMS);
BYPASS(o_tmpfile, .act = run_unnamed, .arg = OUT, .policy = PROGRAMS);
BYPASS(o_tmpfile_in_allowed_directory, .act = run_unnamed, .arg = GOOD, .policy = PROGRAMS);
BYPASS(o_tmpfile_then_linkat, .act = run_named_later, .arg = OUT "/new", .policy = PROGRAMS);
BYPASS(o_tmpfile_then_linkat_into_allowed_directory, .act = run_named_later, .arg = GOOD "/new",
       .policy = PROGRAMS);
BYPASS(script_through_allowed_interpreter, .act = act_exec, .arg = SCRIPT, .policy = PROGRAMS);
BYPASS(script_as_argument_of_allowed_interpreter, .act = run_by_shell, .arg = SCRIPT,
       .policy = PROGRAMS_AND_FILES);
BYPASS(binfmt_misc, .act = act_exec, .arg = FOREIGN, .policy = PROGRAMS, .missing = -ENOEXEC,
       .facility = "binfmt_misc");
BYPASS(ld_so_program, .act = run_by_loader, .arg = EVIL_DYNAMIC, .policy = PROGRAMS,
       .denied = -127);
BYPASS(ld_preload, .act = run_preloaded, .arg = EVIL_LIBRARY, .policy = LIBRARIES,
       .still = run_preloaded, .still_arg = SHIPPED_LIBRARY);
BYPASS(dlopen, .act = act_map_exec, .arg = EVIL_LIBRARY, .policy = LIBRARIES, .still = act_map_exec,
       .still_arg = SHIPPED_LIBRARY);
BYPASS(name_of_allowed_program_as_directory, .act = act_execute, .arg = OUT "/program.d/evil",
       .policy = ONE_NAME);
BYPASS(path_over_4000_bytes, .act = run_in_long_path, .policy = PROGRAMS);
BYPASS(path_of_200_components, .act = run_in_many_components, .policy = PROGRAMS);
BYPASS(hard_link_onto_allowed_name, .act = link_onto, .arg = PROGRAM, .policy = ONE_PROGRAM, STILL);
BYPASS(hard_link_into_allowed_directory, .act = link_into, .arg = GOOD "/new", .policy = PROGRAMS);
BYPASS(rename_onto_allowed_name, .act = rename_onto, .arg = PROGRAM, .policy = ONE_PROGRAM, STILL);
BYPASS(rename_onto_allowed_executable_name, .act = rename_onto, .arg = BASE "/program",
       .policy = ONE_NAME);
BYPASS(rename_of_directory_onto_allowed_one, .act = rename_directory_onto, .arg = GOOD,
       .policy = ONE_PROGRAM, STILL);
BYPASS(rename_of_directory_to_allowed_name, .act = rename_to_missing, .arg = BASE "/opt",
       .policy = ONE_TO_COME);
BYPASS(write_to_allowed_binary, .act = write_into, .arg = PROGRAM, .policy = ONE_PROGRAM, STILL);
BYPASS(write_to_allowed_binary_by_mapping, .act = map_and_write, .arg = PROGRAM,
       .policy = ONE_PROGRAM);
BYPASS(write_to_allowed_library, .act = map_and_write, .arg = GOOD "/library.so",
       .policy = LIBRARIES);
BYPASS(truncate_of_allowed_binary, .act = act_truncate, .arg = PROGRAM, .policy = ONE_PROGRAM);
BYPASS(symlink_for_allowed_binary, .act = replace_by_symlink, .arg = PROGRAM,
       .policy = ONE_PROGRAM);
BYPASS(creation_under_allowed_name, .act = act_create, .arg = OUT "/program", .policy = ONE_NAME);
BYPASS(chmod_of_allowed_name, .act = make_runnable, .arg = TEXT, .policy = PROGRAMS);
BYPASS(overlayfs_copy_up_of_allowed_binary, .act = write_into, .arg = UPPER,
       .policy = ONE_IN_OVERLAY, .missing = -ENOENT, .facility = "overlayfs", .still = act_execute,
       .still_arg = UPPER);
BYPASS(mmap_anonymous_exec, .act = map_anonymous_exec, .policy = LIBRARIES, .still = map_plainly,
       .still_arg = GOOD "/library.so");
BYPASS(mmap_shared_anonymous_exec, .act = map_shared_anonymous_exec, .policy = LIBRARIES);
BYPASS(mmap_writable_exec_of_allowed_library, .act = map_writable_exec, .arg = GOOD "/library.so",
       .policy = LIBRARIES);
BYPASS(mmap_exec_of_memfd, .act = map_memfd_exec, .policy = LIBRARIES);
BYPASS(mmap_by_personality, .act = map_by_personality, .arg = EVIL_LIBRARY, .policy = LIBRARIES);
BYPASS(shmat_exec, .act = attach_shared_memory, .policy = LIBRARIES);
BYPASS(mprotect_anonymous, .act = protect_anonymous, .policy = LIBRARIES);
BYPASS(mprotect_stack, .act = protect_stack, .policy = LIBRARIES);
BYPASS(mprotect_heap, .act = protect_heap, .policy = LIBRARIES);
BYPASS(mprotect_file, .act = protect_file, .arg = EVIL_LIBRARY, .policy = LIBRARIES,
       .still = protect_file, .still_arg = GOOD "/library.so");
BYPASS(mprotect_shared_file, .act = protect_shared_file, .arg = EVIL_LIBRARY, .policy = LIBRARIES);
BYPASS(mprotect_written_copy_of_allowed_library, .act = protect_written, .arg = GOOD "/library.so",
       .policy = LIBRARIES);
BYPASS(mprotect_as_a_loader, .act = protect_file, .arg = EVIL, .policy = PROGRAMS);

/* What stays as it was, and what a policy can say. */
FIXTURE(allowed)
{
	struct guest_worker worker;
};

FIXTURE_SETUP(allowed)
{
	guest_unload();
	bypass_prepare();
	self->worker = guest_worker_new(BYPASS_CGROUP);
}

FIXTURE_TEARDOWN(allowed)
{
	guest_unload();
	guest_worker_end(&self->worker);
}

TEST_F(allowed, code_that_a_program_writes_is_free_without_libraries)
{
	ASSERT_EQ(0, guest_load(PROGRAMS));
	EXPECT_EQ(0, guest_do(&self->worker, protect_anonymous, ""));
}

static int protect_by_program(const char *unused)
{
	return guest_run(PROGRAM, protect_anonymous, "");
}

TEST_F(allowed, code_that_one_program_writes_can_be_allowed)
{
	ASSERT_EQ(0,
		  guest_load(LIBRARIES "    matchMemory: [{fromSource: [{path: " PROGRAM "}]}]\n"));
	EXPECT_EQ(0, guest_do(&self->worker, protect_by_program, ""));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, protect_anonymous, ""));
}

TEST_F(allowed, allowed_binary_is_written_where_a_file_rule_says_so)
{
	ASSERT_EQ(0, guest_load(ONE_PROGRAM
				"  file:\n    action: Allow\n    matchPaths: [{path: " PROGRAM
				"}]\n"));
	EXPECT_EQ(0, guest_do(&self->worker, write_into, PROGRAM));
}

TEST_HARNESS_MAIN
