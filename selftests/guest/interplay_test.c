// SPDX-License-Identifier: GPL-2.0-or-later
/* Others at the same functions: each does its work, or says clearly that it cannot. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/bpf.h"
#include "lib/guest.h"
#include "lib/host.h"
#include "lib/module.h"

#define TRACING "/sys/kernel/tracing/"
#define FREE "/tmp/interplay/free"
#define OURS "/tmp/interplay/kpol"
#define THEIRS "/tmp/interplay/apparmor"
#define HELD "security_file_open"

#define POLICY                                                                              \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: interplay}\nspec:\n" \
	"  selector: {matchCgroups: [/interplay]}\n"                                        \
	"  file:\n    action: Block\n    matchPaths:\n    - {path: " OURS "}\n"

/* The profile, compiled on the machine that built this program. */
asm(".section .rodata\n"
    "interplay_profile: .incbin \"" PROFILE "\"\n"
    "interplay_profile_end:\n"
    ".previous\n");
extern const char interplay_profile[], interplay_profile_end[];

static int put(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write(fd, bytes, len) == (ssize_t)len ? 0 : -errno;
	close(fd);
	return r;
}

static int put_text(const char *path, const char *text)
{
	return put(path, text, strlen(text));
}

static bool has_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "re");
	char line[512];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, text);
	if (f)
		fclose(f);
	return found;
}

FIXTURE(interplay)
{
	struct guest_worker worker;
	int log;
};

FIXTURE_SETUP(interplay)
{
	unsigned int busy = 0;

	module_unload(&busy); /* what a test that was broken off has left */
	guest_write(FREE, "free", 0644);
	guest_write(OURS, "ours", 0644);
	guest_write(THEIRS, "theirs", 0644);
	self->worker = guest_worker_new("interplay");
	self->log = host_log_open();
}

FIXTURE_TEARDOWN(interplay)
{
	unsigned int busy = 0;

	guest_worker_end(&self->worker);
	module_unload(&busy);
	EXPECT_EQ(0, host_log_bad(self->log));
	close(self->log);
}

/* kpol does its work, and no more than that. */
static void expect_ours(struct __test_metadata *_metadata, FIXTURE_DATA(interplay) * self,
			const char *beside)
{
	EXPECT_EQ(0, guest_do(&self->worker, act_read, FREE)) TH_LOG("%s", beside);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, OURS)) TH_LOG("%s", beside);
}

static int act_change_profile(const char *name)
{
	char text[64];

	snprintf(text, sizeof(text), "changeprofile %s", name);
	return put_text("/proc/self/attr/apparmor/current", text);
}

TEST_F_TIMEOUT(interplay, both_deny_under_an_apparmor_profile, 60)
{
	if (access("/sys/kernel/security/apparmor/.replace", F_OK))
		SKIP(return, "this kernel does not run AppArmor");
	ASSERT_EQ(0, put("/sys/kernel/security/apparmor/.replace", interplay_profile,
			 interplay_profile_end - interplay_profile));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, THEIRS));
	ASSERT_EQ(0, guest_do(&self->worker, act_change_profile, "interplay"));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, FREE));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, THEIRS));
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_load(POLICY));
	expect_ours(_metadata, self, "beside AppArmor");
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, THEIRS));
}

/* A program of each kind before us, then after us: the call is shared in two ways. */
static void beside_bpf(struct __test_metadata *_metadata, FIXTURE_DATA(interplay) * self,
		       uint32_t program_type, uint32_t attach_type, int function, const char *what)
{
	unsigned int busy = 0;
	int link = bpf_attach_nothing(program_type, attach_type, function);

	ASSERT_LE(0, link) TH_LOG("%s", what);
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS)) TH_LOG("%s", what);
	ASSERT_EQ(0, module_load("")) TH_LOG("after %s", what);
	ASSERT_EQ(0, guest_load(POLICY));
	expect_ours(_metadata, self, what);
	close(link);
	expect_ours(_metadata, self, "when it has gone");
	link = bpf_attach_nothing(program_type, attach_type, function);
	EXPECT_LE(0, link) TH_LOG("%s after us", what);
	expect_ours(_metadata, self, what);
	ASSERT_EQ(0, module_unload(&busy));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS)) TH_LOG("%s", what);
	close(link);
}

TEST_F_TIMEOUT(interplay, denies_beside_a_bpf_lsm_program, 60)
{
	int function = bpf_function_id("bpf_lsm_file_open");

	if (function == -ENOSYS || function == -ENOENT)
		SKIP(return, "this kernel has no BPF LSM that can be found by its BTF");
	ASSERT_LT(0, function);
	if (!has_text("/sys/kernel/security/lsm", "bpf"))
		SKIP(return, "the BPF LSM does not run");
	beside_bpf(_metadata, self, BPF_PROG_TYPE_LSM, BPF_LSM_MAC, function, "a BPF LSM program");
}

TEST_F_TIMEOUT(interplay, denies_beside_a_bpf_program_at_the_function_itself, 60)
{
	int function = bpf_function_id(HELD);

	if (function == -ENOSYS)
		SKIP(return, "this kernel has no BTF");
	ASSERT_LT(0, function);
	beside_bpf(_metadata, self, BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, function,
		   "a BPF fentry program");
}

static void trace(struct __test_metadata *_metadata, bool on)
{
	if (on) {
		ASSERT_EQ(0, put_text(TRACING "set_ftrace_filter", "security_file_*"));
		ASSERT_EQ(0, put_text(TRACING "current_tracer", "function"));
		ASSERT_EQ(0, put_text(TRACING "tracing_on", "1"));
	} else {
		ASSERT_EQ(0, put_text(TRACING "current_tracer", "nop"));
		ASSERT_EQ(0, put_text(TRACING "set_ftrace_filter", "\n"));
	}
}

TEST_F_TIMEOUT(interplay, denies_beside_the_function_tracer, 60)
{
	unsigned int busy = 0;

	if (!has_text(TRACING "available_tracers", "function"))
		SKIP(return, "this kernel has no function tracer");
	trace(_metadata, true);
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_load(POLICY));
	expect_ours(_metadata, self, "after the function tracer");
	EXPECT_EQ(true, has_text(TRACING "trace", HELD));
	trace(_metadata, false);
	expect_ours(_metadata, self, "when the tracer has gone");
	trace(_metadata, true);
	expect_ours(_metadata, self, "before the function tracer");
	EXPECT_EQ(true, has_text(TRACING "trace", HELD));
	ASSERT_EQ(0, module_unload(&busy));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS));
	trace(_metadata, false);
}

static void probe(struct __test_metadata *_metadata, bool on)
{
	if (on) {
		ASSERT_EQ(0, put_text(TRACING "kprobe_events", "p:interplay " HELD));
		ASSERT_EQ(0, put_text(TRACING "events/kprobes/interplay/enable", "1"));
		ASSERT_EQ(0, put_text(TRACING "trace", " "));
	} else {
		ASSERT_EQ(0, put_text(TRACING "events/kprobes/interplay/enable", "0"));
		ASSERT_EQ(0, put_text(TRACING "kprobe_events", "-:interplay"));
	}
}

TEST_F_TIMEOUT(interplay, denies_beside_a_kprobe, 60)
{
	unsigned int busy = 0;

	if (access(TRACING "kprobe_events", F_OK))
		SKIP(return, "this kernel has no kprobe events");
	probe(_metadata, true);
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_load(POLICY));
	expect_ours(_metadata, self, "after a kprobe");
	EXPECT_EQ(true, has_text(TRACING "trace", "interplay:"));
	probe(_metadata, false);
	expect_ours(_metadata, self, "when the kprobe has gone");
	probe(_metadata, true);
	expect_ours(_metadata, self, "before a kprobe");
	EXPECT_EQ(true, has_text(TRACING "trace", "interplay:"));
	ASSERT_EQ(0, module_unload(&busy));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS));
	probe(_metadata, false);
}

/* A livepatch looks like this: only one may move the instruction pointer. */
TEST_F_TIMEOUT(interplay, refuses_by_name_what_somebody_else_holds, 60)
{
	int log;

	ASSERT_EQ(0, module_load_named("kpol_holder", ""));
	log = host_log_open();
	EXPECT_EQ(-EBUSY, module_load(""));
	EXPECT_EQ(1, host_log_has(log, "kpol: " HELD ": cannot attach"));
	EXPECT_EQ(-ENOENT, module_unload_named("kpol"));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, OURS));
	ASSERT_EQ(0, module_unload_named("kpol_holder"));
	ASSERT_EQ(0, module_load(""));
	ASSERT_EQ(0, guest_load(POLICY));
	expect_ours(_metadata, self, "when the holder has gone");
	EXPECT_EQ(-EBUSY, module_load_named("kpol_holder", ""));
	expect_ours(_metadata, self, "when the holder was turned away");
	close(log);
}

TEST_HARNESS_MAIN
