// SPDX-License-Identifier: GPL-2.0-or-later
/* What a rule asks of an execution beside its path: arguments, content, fs-verity. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fsverity.h>
#include <linux/loop.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/program.h"

#define CGROUP "conditions"
#define TOOL "/tmp/c/tool" /* ends at once, whatever its arguments are */
#define SCRIPT "/tmp/c/script"
#define INTERPRETER "/tmp/c/interp"
#define LAST \
	"/tmp/c/last" /* a copy of this program, which says whether its last argument is "good" */
#define IMAGE "/tmp/verity.img"
#define VERITY_DIR "/tmp/verity"
#define VERITY_TOOL VERITY_DIR "/tool"

#define HEADER                                                                               \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: conditions}\nspec:\n" \
	"  selector: {matchCgroups: [/" CGROUP "]}\n"
#define PROCESS(action, paths) \
	HEADER "  process:\n    action: " action "\n    matchPaths: [" paths "]\n"

#define LONG_ARG (128 * 1024 - 1)
#define RACES 400

/* How LAST tells what it was given. */
#define GIVEN_GOOD 10
#define GIVEN_OTHER 11

__attribute__((constructor)) static void tell_last_argument(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--tell"))
		_exit(strcmp(argv[2], "good") ? GIVEN_OTHER : GIVEN_GOOD);
}

static void execute_without_argv(const char *path)
{
	char *const none[] = { NULL };

	execve(path, none, environ);
}

static int execute_empty(const char *path)
{
	return act_in_child(execute_without_argv, path);
}

/* One argument of @size times "x", and "-m" before it. */
static void execute_with_long(const char *path, size_t size)
{
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	execl(path, path, "-m", text, (char *)NULL);
}

static void execute_long_child(const char *path)
{
	execute_with_long(path, LONG_ARG);
}

static int execute_long(const char *path)
{
	return act_in_child(execute_long_child, path);
}

/* So many allowed ones that they fill many pages, and stand across their boundaries. */
static void execute_many_child(const char *path)
{
	enum { N = 20000 };
	char **argv = calloc(N + 2, sizeof(*argv));

	argv[0] = (char *)path;
	for (int i = 1; i <= N; i++)
		argv[i] = i % 3 ? "-m" : "pydoc";
	execv(path, argv);
}

static int execute_many(const char *path)
{
	return act_in_child(execute_many_child, path);
}

/* The same, and the last is another. */
static void execute_many_bad_child(const char *path)
{
	enum { N = 20000 };
	char **argv = calloc(N + 2, sizeof(*argv));

	argv[0] = (char *)path;
	for (int i = 1; i <= N; i++)
		argv[i] = i == N ? "-x" : "-m";
	execv(path, argv);
}

static int execute_many_bad(const char *path)
{
	return act_in_child(execute_many_bad_child, path);
}

/* A hundred of different kinds: more than any rule can list. */
static void execute_kinds_child(const char *path)
{
	char *argv[102] = { (char *)path };

	for (int i = 1; i <= 100; i++)
		if (asprintf(&argv[i], "-%d", i) < 0)
			return;
	execv(path, argv);
}

static int execute_kinds(const char *path)
{
	return act_in_child(execute_kinds_child, path);
}

/* A thread that rewrites the argument while the kernel copies it. */
static char racing[8];
static volatile bool racing_now;

/* An emulator may switch between CPUs only where a branch is. */
static void dwell(void)
{
	for (int i = 0; i < 50; i++)
		asm volatile("pause" ::: "memory");
}

static void *race(void *unused)
{
	for (;;) {
		memcpy(racing, "good", 5);
		dwell();
		racing_now = true;
		memcpy(racing, "evil", 5);
		dwell();
	}
	return NULL;
}

/* Return: 0 good ran, -EACCES denied, -EUCLEAN another one ran. */
static int execute_racing(const char *path)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		pthread_t thread;

		pthread_create(&thread, NULL, race, NULL);
		while (!racing_now)
			sched_yield();
		execl(path, path, "--tell", racing, (char *)NULL);
		_exit(errno == EACCES ? 20 : 21);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		return -EPIPE;
	switch (WEXITSTATUS(status)) {
	case GIVEN_GOOD:
		return 0;
	case GIVEN_OTHER:
		return -EUCLEAN;
	default:
		return WEXITSTATUS(status) == 20 ? -EACCES : -EIO;
	}
}

/* How often each came, as "good denied other". */
static int races[3];

static int race_often(const char *path)
{
	int counts[3] = { 0 };

	for (int i = 0; i < RACES; i++) {
		int r = execute_racing(path);

		if (r != 0 && r != -EACCES && r != -EUCLEAN)
			return r;
		counts[r == -EACCES ? 1 : r == -EUCLEAN ? 2 : 0]++;
	}
	return counts[0] << 20 | counts[1] << 10 | counts[2];
}

static void read_races(int packed)
{
	races[0] = packed >> 20;
	races[1] = packed >> 10 & 1023;
	races[2] = packed & 1023;
}

/* Makes a program that does nothing but end, followed by @more. */
static void make_tool(const char *path, const char *more)
{
	int fd;

	guest_write(path, "", 0755);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || program_write(fd) || write(fd, more, strlen(more)) != (ssize_t)strlen(more))
		exit(1);
	close(fd);
}

static const char *sha256_of(const char *path)
{
	static char hex[65];
	unsigned char digest[32], bytes[65536];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		EVP_DigestUpdate(ctx, bytes, (size_t)n);
	EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	close(fd);
	for (int i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return hex;
}

FIXTURE(conditions)
{
	struct guest_worker worker;
	struct guest_events *events;
};

FIXTURE_SETUP(conditions)
{
	guest_unload();
	make_tool(TOOL, "");
	guest_copy("/proc/self/exe", LAST);
	make_tool(INTERPRETER, "");
	guest_write(SCRIPT, "#!" INTERPRETER " -s\n", 0755);
	self->worker = guest_worker_new(CGROUP);
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(conditions)
{
	guest_unload();
	guest_events_close(self->events);
	guest_worker_end(&self->worker);
}

#define DO(act, arg) guest_do(&self->worker, act, arg)

#define ARGS "allowedArgs: [\"-m\", pydoc]"
#define ALLOW_ARGS PROCESS("Allow", "{path: " TOOL ", " ARGS "}")
#define BLOCK_ARGS PROCESS("Block", "{path: " TOOL ", " ARGS "}")

TEST_F(conditions, all_run_without_a_policy)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	EXPECT_EQ(0, DO(act_call, TOOL " -"));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	EXPECT_EQ(0, DO(execute_long, TOOL));
	EXPECT_EQ(0, DO(execute_many, TOOL));
	EXPECT_EQ(0, DO(execute_many_bad, TOOL));
	EXPECT_EQ(0, DO(execute_kinds, TOOL));
	EXPECT_EQ(0, DO(act_call, SCRIPT " -x"));
}

static void expect_args(struct __test_metadata *_metadata, FIXTURE_DATA(conditions) * self)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -m pydoc -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m pydoc -x"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m="));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " pydo"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m -"));
}

TEST_F(conditions, arguments_pass_when_all_are_listed)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	expect_args(_metadata, self);
	EXPECT_EQ(-EACCES, DO(act_call, INTERPRETER));
}

TEST_F(conditions, arguments_of_a_block_mean_the_same)
{
	ASSERT_EQ(0, guest_load(BLOCK_ARGS));
	expect_args(_metadata, self);
	EXPECT_EQ(0, DO(act_call, INTERPRETER " -x"));
}

TEST_F(conditions, a_denied_argument_names_the_rule)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(KPOL_REASON_RULE, e->reason);
	EXPECT_EQ(KPOL_OP_EXEC, e->op);
	EXPECT_EQ(1, e->rule);
	EXPECT_STREQ(TOOL, e->object);
	EXPECT_NE(NULL, strstr(e->source, "conditions_test"));
	EXPECT_EQ(1, guest_events_wait(self->events, 2, 300));
}

TEST_F(conditions, an_observed_policy_only_reports)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(HEADER "  mode: observe\n  process:\n    matchPaths: [{path: " TOOL
				       ", action: Allow, " ARGS "}]\n"));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_WOULD_DENY, e->verdict);
	EXPECT_EQ(1, e->rule);
}

TEST_F(conditions, an_audit_reports_other_arguments)
{
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load(PROCESS("Audit", "{path: " TOOL ", " ARGS "}")));
	guest_events_renew(self->events);
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_VERDICT_AUDIT, e->verdict);
	EXPECT_EQ(1, guest_events_wait(self->events, 2, 300));
}

TEST_F(conditions, no_argv_at_all_has_nothing_to_list)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " TOOL ", allowedArgs: [\"\"]}")));
	EXPECT_EQ(0, DO(act_call, TOOL " -"));
	EXPECT_EQ(0, DO(execute_empty, TOOL));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m"));
}

TEST_F(conditions, arguments_of_many_pages_are_all_read)
{
	ASSERT_EQ(0, guest_load(ALLOW_ARGS));
	EXPECT_EQ(0, DO(execute_many, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_many_bad, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_kinds, TOOL));
	EXPECT_EQ(-EACCES, DO(execute_long, TOOL));
}

/* Longer than a page is wide for all but a few: wherever the stack begins, many stand across the end of one. */
#define PAGE_ARG 1500
#define PAGE_ARGS 40

static void fill_page_argument(char *text)
{
	memset(text, 'p', PAGE_ARG);
	text[PAGE_ARG] = '\0';
}

/* @wrong: which byte of which argument is another; "" for none. */
static void execute_pages_child(const char *wrong)
{
	static char texts[PAGE_ARGS][PAGE_ARG + 1];
	char *argv[PAGE_ARGS + 2] = { (char *)TOOL };
	int arg, byte;

	for (int i = 0; i < PAGE_ARGS; i++) {
		fill_page_argument(texts[i]);
		argv[i + 1] = texts[i];
	}
	if (sscanf(wrong, "%d %d", &arg, &byte) == 2)
		texts[arg][byte] = 'q';
	execv(TOOL, argv);
}

static int execute_pages(const char *wrong)
{
	return act_in_child(execute_pages_child, wrong);
}

TEST_F(conditions, an_argument_across_two_pages_is_one)
{
	char policy[PAGE_ARG + 1024], text[PAGE_ARG + 1], wrong[32];

	EXPECT_EQ(0, DO(execute_pages, ""));
	fill_page_argument(text);
	snprintf(policy, sizeof(policy),
		 PROCESS("Allow", "{path: " TOOL ", allowedArgs: [\"-m\", %s]}"), text);
	ASSERT_EQ(0, guest_load(policy));
	EXPECT_EQ(0, DO(execute_pages, ""));
	for (int i = 0; i < 12; i++) {
		snprintf(wrong, sizeof(wrong), "%d %d", i * PAGE_ARGS / 12, i * PAGE_ARG / 12);
		EXPECT_EQ(-EACCES, DO(execute_pages, wrong)) TH_LOG("%s", wrong);
	}
}

TEST_F_TIMEOUT(conditions, what_is_judged_is_what_runs, 300)
{
	const char *policy = PROCESS("Allow", "{path: " LAST ", allowedArgs: [--tell, good]}");

	read_races(DO(race_often, LAST));
	TH_LOG("without a policy: good %d, denied %d, other %d", races[0], races[1], races[2]);
	EXPECT_EQ(RACES, races[0] + races[2]);
	EXPECT_LT(0, races[2]);
	ASSERT_EQ(0, guest_load(policy));
	read_races(DO(race_often, LAST));
	TH_LOG("with one: good %d, denied %d, other %d", races[0], races[1], races[2]);
	EXPECT_EQ(RACES, races[0] + races[1]);
	EXPECT_LT(0, races[1]);
	EXPECT_EQ(0, races[2]);
}

/* The script's own arguments are not its interpreter's, which gets the script's path, too. */
TEST_F(conditions, a_script_and_its_interpreter_are_asked_each)
{
	ASSERT_EQ(0,
		  guest_load(PROCESS("Allow", "{path: " SCRIPT
					      ", allowedArgs: [one]}, {path: " INTERPRETER "}")));
	EXPECT_EQ(0, DO(act_call, SCRIPT " one"));
	EXPECT_EQ(-EACCES, DO(act_call, SCRIPT " two"));
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " SCRIPT "}, {path: " INTERPRETER
						 ", allowedArgs: [\"-s\", " SCRIPT ", one]}")));
	EXPECT_EQ(0, DO(act_call, SCRIPT " one"));
	EXPECT_EQ(0, DO(act_call, SCRIPT));
	EXPECT_EQ(-EACCES, DO(act_call, SCRIPT " two"));
	EXPECT_EQ(-EACCES, DO(act_call, INTERPRETER " -c"));
}

TEST_F(conditions, a_more_specific_rule_needs_no_arguments)
{
	ASSERT_EQ(0, guest_load(HEADER "  process:\n    matchPaths:\n    - {path: " TOOL
				       ", action: Allow, fromSource: [{path: /usr/bin/none}]}\n"
				       "    - {execname: tool, action: Allow, " ARGS "}\n"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	ASSERT_EQ(0, guest_load(HEADER "  process:\n    matchPaths:\n    - {path: " TOOL
				       ", action: Allow}\n"
				       "    - {execname: tool, action: Block, " ARGS "}\n"));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
}

#define ALLOW_SHA PROCESS("Allow", "{path: " TOOL ", sha256: [%s]}")
#define BLOCK_SHA PROCESS("Block", "{execname: tool, sha256: [%s]}")
#define OTHER_SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

TEST_F(conditions, an_allow_is_for_the_listed_content)
{
	const struct guest_event *e;

	EXPECT_EQ(0, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load_format(ALLOW_SHA, sha256_of(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL " -x"));
	make_tool(TOOL, "#");
	guest_events_renew(self->events);
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	ASSERT_EQ(1, guest_events_wait(self->events, 1, 3000));
	e = &self->events->items[0];
	EXPECT_EQ(KPOL_REASON_DEFAULT, e->reason);
	EXPECT_EQ(0, e->rule);
	ASSERT_EQ(0, guest_load_format(
			     PROCESS("Allow", "{path: " TOOL ", sha256: [" OTHER_SHA ", %s]}"),
			     sha256_of(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL));
}

TEST_F(conditions, a_block_is_for_the_listed_content)
{
	ASSERT_EQ(0, guest_load_format(BLOCK_SHA, sha256_of(TOOL)));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	guest_copy(TOOL, "/tmp/c/d/tool");
	EXPECT_EQ(-EACCES, DO(act_call, "/tmp/c/d/tool"));
	make_tool(TOOL, "#");
	EXPECT_EQ(0, DO(act_call, TOOL));
}

/* Of more than one chunk. */
TEST_F(conditions, a_large_program_is_read_whole)
{
	char line[256];

	snprintf(line, sizeof(line), "%s --tell good", LAST);
	ASSERT_EQ(0, guest_load_format(PROCESS("Allow", "{path: " LAST ", sha256: [%s]}"),
				       sha256_of(LAST)));
	/* It runs, and tells so with its exit status, which is no error of execve(2). */
	EXPECT_EQ(0, DO(act_call, line));
	guest_unload();
	{
		int fd = open(LAST, O_WRONLY | O_APPEND | O_CLOEXEC);

		ASSERT_LT(0, fd);
		ASSERT_EQ(1, write(fd, "x", 1));
		close(fd);
	}
	ASSERT_EQ(0, guest_load(PROCESS("Allow", "{path: " LAST ", sha256: [" OTHER_SHA "]}")));
	EXPECT_EQ(-EACCES, DO(act_call, line));
}

/* Who holds the file for writing could change it between the look and the run: the kernel refuses that, too. */
TEST_F(conditions, a_file_that_may_be_written_is_not_known)
{
	int fd;

	ASSERT_EQ(0, guest_load_format(ALLOW_SHA, sha256_of(TOOL)));
	fd = open(TOOL, O_WRONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_NE(0, DO(act_call, TOOL));
	close(fd);
	EXPECT_EQ(0, DO(act_call, TOOL));
}

TEST_F(conditions, arguments_and_content_must_both_be_right)
{
	ASSERT_EQ(0, guest_load_format(PROCESS("Allow", "{path: " TOOL ", sha256: [%s], " ARGS "}"),
				       sha256_of(TOOL)));
	EXPECT_EQ(0, DO(act_call, TOOL " -m"));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -x"));
	make_tool(TOOL, "#");
	EXPECT_EQ(-EACCES, DO(act_call, TOOL " -m"));
}

/* On tmpfs there is no such digest. */
TEST_F(conditions, a_file_without_verity_has_no_digest)
{
	EXPECT_EQ(0, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Allow",
					"{path: " TOOL ", fsVerity: [\"sha256:" OTHER_SHA "\"]}")));
	EXPECT_EQ(-EACCES, DO(act_call, TOOL));
	ASSERT_EQ(0, guest_load(PROCESS("Block",
					"{path: " TOOL ", fsVerity: [\"sha256:" OTHER_SHA "\"]}")));
	EXPECT_EQ(0, DO(act_call, TOOL));
}

/* An ext4 with fs-verity in a file. */
static int mount_verity(void)
{
	char device[32];
	int control, loop, file, number;

	if (system("dd if=/dev/zero of=" IMAGE " bs=1M count=16 2>/dev/null") ||
	    system("/usr/sbin/mkfs.ext4 -q -b 4096 -O verity " IMAGE))
		return -ENOEXEC;
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	snprintf(device, sizeof(device), "/dev/loop%d", number);
	loop = open(device, O_RDWR | O_CLOEXEC);
	file = open(IMAGE, O_RDWR | O_CLOEXEC);
	if (loop < 0 || file < 0 || ioctl(loop, LOOP_SET_FD, file))
		return -errno;
	mkdir(VERITY_DIR, 0755);
	return mount(device, VERITY_DIR, "ext4", 0, NULL) ? -errno : 0;
}

static int enable_verity(const char *path, unsigned int algorithm)
{
	struct fsverity_enable_arg arg = { .version = 1,
					   .hash_algorithm = algorithm,
					   .block_size = 4096 };
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	r = ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) ? -errno : 0;
	close(fd);
	return r;
}

/* "sha256:…", as a policy has it. */
static const char *verity_of(const char *path)
{
	static char text[160];
	char room[sizeof(struct fsverity_digest) + 64];
	struct fsverity_digest *digest = (struct fsverity_digest *)room;
	int fd = open(path, O_RDONLY | O_CLOEXEC), len;

	digest->digest_size = 64;
	if (ioctl(fd, FS_IOC_MEASURE_VERITY, digest))
		return "none";
	close(fd);
	len = sprintf(text, "sha%u:", digest->digest_size * 8U);
	for (int i = 0; i < digest->digest_size; i++)
		len += sprintf(text + len, "%02x", digest->digest[i]);
	return text;
}

TEST_F(conditions, fs_verity_tells_one_file_from_another)
{
	int r = mount_verity();
	bool has_sha512;

	ASSERT_EQ(0, r);
	make_tool(VERITY_TOOL, "");
	make_tool(VERITY_DIR "/other", "#");
	make_tool(VERITY_DIR "/plain", "");
	make_tool(VERITY_DIR "/long", "");
	ASSERT_EQ(0, enable_verity(VERITY_TOOL, FS_VERITY_HASH_ALG_SHA256));
	ASSERT_EQ(0, enable_verity(VERITY_DIR "/other", FS_VERITY_HASH_ALG_SHA256));
	/* Without the algorithm, which is a module of its own on some kernels, this one stays as it is. */
	has_sha512 = enable_verity(VERITY_DIR "/long", FS_VERITY_HASH_ALG_SHA512) == 0;
	EXPECT_EQ(0, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(0, DO(act_call, VERITY_DIR "/plain"));
	ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Allow\n"
					      "    matchDirectories: [{dir: " VERITY_DIR
					      "/, fsVerity: [\"%s\"]}]\n",
				       verity_of(VERITY_TOOL)));
	EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/plain"));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/long"));
	ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Block\n"
					      "    matchDirectories: [{dir: " VERITY_DIR
					      "/, fsVerity: [\"%s\"]}]\n",
				       verity_of(VERITY_DIR "/other")));
	EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/other"));
	EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	if (has_sha512) {
		ASSERT_EQ(0, guest_load_format(HEADER "  process:\n    action: Block\n"
						      "    matchDirectories: [{dir: " VERITY_DIR
						      "/, fsVerity: [\"%s\"]}]\n",
					       verity_of(VERITY_DIR "/long")));
		EXPECT_EQ(-EACCES, DO(act_call, VERITY_DIR "/long"));
		EXPECT_EQ(0, DO(act_call, VERITY_TOOL));
	}
	umount2(VERITY_DIR, MNT_DETACH);
}

TEST_HARNESS_MAIN
