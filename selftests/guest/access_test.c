// SPDX-License-Identifier: GPL-2.0-or-later
/* Every kind of access: it works without us, is denied outside the policy, passes inside, and passes observed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"

#define SELECT                                                                    \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: access}\n" \
	"spec:\n  mode: %s\n  selector: {matchCgroups: [/access]}\n"

/* Allow fragments name what the act needs; the deny fragment is an allowlist of something else. */
#define FILES_ALLOW(dir)                                                                      \
	"  file:\n    action: Allow\n    matchDirectories:\n    - {dir: " dir ", recursive: " \
	"true}\n"
#define FILES_BLOCK(path) "  file:\n    action: Block\n    matchPaths:\n    - path: " path "\n"
#define EXEC_ALLOW(path) "  process:\n    action: Allow\n    matchPaths:\n    - path: " path "\n"
#define NET_ALLOW(peer) "  network:\n    action: Allow\n    matchPeers:\n    - {" peer "}\n"
#define NET_PROTOCOL(action, protocol) \
	"  network:\n    action: " action "\n    matchProtocols:\n    - protocol: " protocol "\n"

/**
 * struct access_case - one access and two policies
 * @free: what the act returns when nobody interferes (connecting to a closed port is refused).
 * @prepare: shell-free set-up before each try: "f PATH" makes a file, "d PATH" a directory, "- PATH" removes.
 * @allows, @denies: policy fragments; the second must deny with EACCES.
 */
static const struct access_case {
	const char *name;
	guest_act act;
	const char *arg;
	const char *prepare;
	int free;
	uint32_t class, op;
	const char *object;
	const char *allows;
	const char *denies;
} cases[] = {
	{ "exec", act_exec, "/tmp/a/true", "", 0, KPOL_CLASS_PROCESS, KPOL_OP_EXEC, "/tmp/a/true",
	  EXEC_ALLOW("/tmp/a/true"), EXEC_ALLOW("/tmp/a/other") },
	{ "exec_blocked", act_exec, "/tmp/a/true", "", 0, KPOL_CLASS_PROCESS, KPOL_OP_EXEC,
	  "/tmp/a/true", "  process:\n    action: Block\n    matchPaths: [{path: /tmp/a/other}]\n",
	  "  process:\n    action: Block\n    matchPaths: [{execname: \"true\"}]\n" },
	{ "exec_script", act_exec, "/tmp/a/script", "", 0, KPOL_CLASS_PROCESS, KPOL_OP_EXEC,
	  "/tmp/a/true",
	  "  process:\n    action: Allow\n    matchPaths: [{path: /tmp/a/script}, {path: "
	  "/tmp/a/true}]\n",
	  EXEC_ALLOW("/tmp/a/script") },
	{ "map_library", act_map_exec, "/tmp/a/lib.so", "", 0, KPOL_CLASS_LIBRARY, KPOL_OP_MAP,
	  "/tmp/a/lib.so",
	  "  libraries:\n    action: Allow\n    matchDirectories: [{dir: /tmp/a/, recursive: "
	  "true}]\n",
	  "  libraries:\n    action: Allow\n    matchDirectories: [{dir: /usr/lib/, recursive: "
	  "true}]\n" },
	{ "read", act_read, "/tmp/a/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE, KPOL_OP_READ, "/tmp/a/f",
	  FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "read_blocked", act_read, "/tmp/a/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE, KPOL_OP_READ,
	  "/tmp/a/f", FILES_BLOCK("/tmp/a/other"), FILES_BLOCK("/tmp/a/f") },
	{ "read_through_a_symlink", act_read, "/tmp/a/s", "s /tmp/a/s", 0, KPOL_CLASS_FILE,
	  KPOL_OP_READ, "/tmp/a/f", FILES_BLOCK("/tmp/a/s"), FILES_BLOCK("/tmp/a/f") },
	{ "read_by_a_crooked_path", act_read, "/tmp//a/../a/./f", "f /tmp/a/f", 0, KPOL_CLASS_FILE,
	  KPOL_OP_READ, "/tmp/a/f", FILES_ALLOW("/tmp/a/"), FILES_BLOCK("/tmp/a/f") },
	{ "write", act_write, "/tmp/a/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE, KPOL_OP_WRITE,
	  "/tmp/a/f", FILES_ALLOW("/tmp/a/"),
	  "  file:\n    action: Allow\n    matchDirectories: [{dir: /tmp/a/, recursive: true, "
	  "readOnly: true}]\n" },
	{ "create", act_create, "/tmp/a/n", "- /tmp/a/n", 0, KPOL_CLASS_FILE, KPOL_OP_CREATE,
	  "/tmp/a/n", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "mkdir", act_mkdir, "/tmp/a/n", "- /tmp/a/n", 0, KPOL_CLASS_FILE, KPOL_OP_CREATE,
	  "/tmp/a/n", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "mknod", act_mknod, "/tmp/a/n", "- /tmp/a/n", 0, KPOL_CLASS_FILE, KPOL_OP_CREATE,
	  "/tmp/a/n", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "symlink", act_symlink, "/tmp/a/n", "- /tmp/a/n", 0, KPOL_CLASS_FILE, KPOL_OP_CREATE,
	  "/tmp/a/n", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "unlink", act_unlink, "/tmp/a/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE, KPOL_OP_UNLINK,
	  "/tmp/a/f", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "rmdir", act_rmdir, "/tmp/a/d", "d /tmp/a/d", 0, KPOL_CLASS_FILE, KPOL_OP_UNLINK,
	  "/tmp/a/d", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "rename_away", act_rename, "/tmp/a/f /tmp/b/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE,
	  KPOL_OP_RENAME, "/tmp/a/f", FILES_ALLOW("/tmp/"), FILES_ALLOW("/tmp/b/") },
	{ "rename_over", act_rename, "/tmp/b/f /tmp/a/f", "f /tmp/b/f", 0, KPOL_CLASS_FILE,
	  KPOL_OP_RENAME, "/tmp/a/f", FILES_ALLOW("/tmp/"), FILES_ALLOW("/tmp/b/") },
	{ "link_from", act_link, "/tmp/a/f /tmp/b/l", "f /tmp/a/f", 0, KPOL_CLASS_FILE,
	  KPOL_OP_LINK, "/tmp/a/f", FILES_ALLOW("/tmp/"), FILES_ALLOW("/tmp/b/") },
	{ "link_to", act_link, "/tmp/b/f /tmp/a/l", "f /tmp/b/f", 0, KPOL_CLASS_FILE, KPOL_OP_LINK,
	  "/tmp/a/l", FILES_ALLOW("/tmp/"), FILES_ALLOW("/tmp/b/") },
	{ "truncate", act_truncate, "/tmp/a/f", "f /tmp/a/f", 0, KPOL_CLASS_FILE, KPOL_OP_TRUNCATE,
	  "/tmp/a/f", FILES_ALLOW("/tmp/a/"), FILES_ALLOW("/tmp/b/") },
	{ "socket", act_socket, "udp4", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_SOCKET, "",
	  NET_PROTOCOL("Allow", "udp"), NET_PROTOCOL("Allow", "tcp") },
	{ "socket_raw", act_socket, "raw4", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_SOCKET, "",
	  NET_PROTOCOL("Allow", "raw"), NET_PROTOCOL("Allow", "tcp,udp") },
	{ "socket_packet", act_socket, "packet", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_SOCKET, "",
	  NET_PROTOCOL("Allow", "all"), NET_PROTOCOL("Allow", "tcp,udp") },
	{ "connect", act_connect, "tcp4 127.0.0.1 7", "", -ECONNREFUSED, KPOL_CLASS_NETWORK,
	  KPOL_OP_CONNECT, "",
	  NET_ALLOW("direction: egress, cidr: 127.0.0.0/8, protocol: tcp, ports: [\"7\"]"),
	  NET_ALLOW("direction: egress, cidr: 127.0.0.0/8, protocol: tcp, ports: [\"8\"]") },
	{ "connect_v6", act_connect, "tcp6 ::1 7", "", -ECONNREFUSED, KPOL_CLASS_NETWORK,
	  KPOL_OP_CONNECT, "", NET_ALLOW("direction: egress, cidr: \"::1/128\", protocol: tcp"),
	  NET_ALLOW("direction: egress, cidr: \"fe80::/10\", protocol: tcp") },
	{ "connect_v4_mapped", act_connect, "tcp6 ::ffff:127.0.0.1 7", "", -ECONNREFUSED,
	  KPOL_CLASS_NETWORK, KPOL_OP_CONNECT, "",
	  NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: tcp"),
	  NET_ALLOW("direction: egress, cidr: \"::/0\", protocol: tcp") },
	{ "connect_udp", act_connect, "udp4 127.0.0.1 7", "", 0, KPOL_CLASS_NETWORK,
	  KPOL_OP_CONNECT, "", NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: udp"),
	  NET_ALLOW("direction: egress, cidr: 10.0.0.0/8, protocol: udp") },
	{ "send", act_send, "udp4 127.0.0.1 7", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_SEND, "",
	  NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: udp"),
	  NET_ALLOW("direction: egress, cidr: 10.0.0.0/8, protocol: udp") },
	{ "send_unspec", act_send_unspec, "udp4 127.0.0.1 7", "", 0, KPOL_CLASS_NETWORK,
	  KPOL_OP_SEND, "", NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: udp"),
	  NET_ALLOW("direction: egress, cidr: 10.0.0.0/8, protocol: udp") },
	{ "fastopen", act_fastopen, "tcp4 127.0.0.1 7", "", -ECONNREFUSED, KPOL_CLASS_NETWORK,
	  KPOL_OP_CONNECT, "", NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: tcp"),
	  NET_ALLOW("direction: egress, cidr: 10.0.0.0/8, protocol: tcp") },
	{ "bind", act_bind, "tcp4 127.0.0.1 8080", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_BIND, "",
	  NET_ALLOW("direction: ingress, protocol: tcp, ports: [\"8000-8100\"]"),
	  NET_ALLOW("direction: ingress, protocol: tcp, ports: [\"443\"]") },
	{ "listen", act_listen, "tcp6 :: 0", "", 0, KPOL_CLASS_NETWORK, KPOL_OP_LISTEN, "",
	  NET_PROTOCOL("Allow", "tcp"),
	  NET_ALLOW("direction: ingress, protocol: tcp, ports: [\"443\"]") },
	{ "traceme", act_traceme, "", "", 0, KPOL_CLASS_PTRACE, KPOL_OP_TRACEME, "",
	  "  ptrace: {action: Allow}\n", "  ptrace: {action: Block}\n" },
};

#define N_CASES (sizeof(cases) / sizeof(*cases))

static void prepare(const char *how)
{
	char what, path[256];

	if (sscanf(how, "%c %255s", &what, path) != 2)
		return;
	remove(path);
	remove("/tmp/b/l");
	remove("/tmp/a/l");
	switch (what) {
	case 'f':
		guest_write(path, "content", 0644);
		break;
	case 'd':
		mkdir(path, 0755);
		break;
	case 's':
		guest_write("/tmp/a/f", "content", 0644);
		if (symlink("/tmp/a/f", path))
			perror(path);
		break;
	}
}

static int try(const struct guest_worker *worker, const struct access_case *c)
{
	prepare(c->prepare);
	return guest_do(worker, c->act, c->arg);
}

FIXTURE(access)
{
	struct guest_worker worker;
};

FIXTURE_SETUP(access)
{
	guest_copy("/bin/busybox", "/tmp/a/true");
	guest_write("/tmp/a/lib.so", "a library, as far as mmap can tell", 0644);
	guest_write("/tmp/a/script", "#!/tmp/a/true\n", 0755);
	guest_write("/tmp/b/f", "content", 0644);
	guest_unload();
	self->worker = guest_worker_new("access");
}

FIXTURE_TEARDOWN(access)
{
	guest_unload();
	guest_worker_end(&self->worker);
}

TEST_F(access, works_without_a_policy)
{
	for (size_t i = 0; i < N_CASES; i++) {
		EXPECT_EQ(cases[i].free, try(&self->worker, &cases[i]))
		TH_LOG("%s", cases[i].name);
	}
}

TEST_F(access, is_allowed_inside_the_policy)
{
	for (size_t i = 0; i < N_CASES; i++) {
		ASSERT_EQ(0, guest_load_format(SELECT "%s", "enforce", cases[i].allows));
		EXPECT_EQ(cases[i].free, try(&self->worker, &cases[i]))
		TH_LOG("%s", cases[i].name);
	}
}

TEST_F(access, is_denied_outside_the_policy)
{
	for (size_t i = 0; i < N_CASES; i++) {
		ASSERT_EQ(0, guest_load_format(SELECT "%s", "enforce", cases[i].denies));
		EXPECT_EQ(-EACCES, try(&self->worker, &cases[i]))
		TH_LOG("%s", cases[i].name);
	}
}

TEST_F(access, is_reported_but_allowed_when_observed)
{
	struct guest_events *events = guest_events_open();

	for (size_t i = 0; i < N_CASES; i++) {
		const struct access_case *c = &cases[i];
		const struct guest_event *e;

		ASSERT_EQ(0, guest_load_format(SELECT "%s", "observe", c->denies));
		guest_events_renew(events);
		EXPECT_EQ(c->free, try(&self->worker, c)) TH_LOG("%s", c->name);
		ASSERT_LE(1, guest_events_wait(events, 1, 3000)) TH_LOG("%s: no event", c->name);
		e = &events->items[0];
		EXPECT_EQ(KPOL_VERDICT_WOULD_DENY, e->verdict) TH_LOG("%s", c->name);
		EXPECT_EQ(c->class, e->class) TH_LOG("%s", c->name);
		EXPECT_EQ(c->op, e->op) TH_LOG("%s: op %#x", c->name, e->op);
		EXPECT_STREQ(c->object, e->object) TH_LOG("%s", c->name);
	}
	guest_events_close(events);
}

TEST_F(access, denial_names_line_source_and_task)
{
	struct guest_events *events = guest_events_open();
	const struct guest_event *e;

	ASSERT_EQ(0, guest_load_format(SELECT "%s", "enforce", FILES_BLOCK("/tmp/a/f")));
	prepare("f /tmp/a/f");
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/tmp/a/f"));
	ASSERT_EQ(1, guest_events_wait(events, 1, 3000));
	e = &events->items[0];
	EXPECT_EQ(KPOL_VERDICT_DENY, e->verdict);
	EXPECT_EQ(KPOL_REASON_RULE, e->reason);
	EXPECT_EQ(10, e->line);
	EXPECT_EQ(1, e->rule);
	EXPECT_EQ(self->worker.pid, e->pid);
	EXPECT_EQ(0, e->uid);
	EXPECT_NE(NULL, strstr(e->source, "access_test"));
	guest_events_close(events);
}

TEST_F(access, own_proc_files_are_files_like_others)
{
	ASSERT_EQ(0, guest_load_format(SELECT "%s", "enforce", FILES_ALLOW("/proc/")));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/tmp/a/f"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, "/dev/null"));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/proc/self/status"));
}

TEST_F(access, unix_and_route_sockets_are_not_the_networks)
{
	ASSERT_EQ(0, guest_load_format(
			     SELECT "%s", "enforce",
			     NET_ALLOW("direction: egress, cidr: 10.0.0.0/8, protocol: tcp")));
	EXPECT_EQ(0, guest_do(&self->worker, act_socket, "unix"));
	EXPECT_EQ(0, guest_do(&self->worker, act_socket, "route"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_socket, "packet"));
	EXPECT_EQ(0, guest_do(&self->worker, act_socket, "tcp4"));
}

TEST_F(access, connect_to_nobody_is_never_denied)
{
	ASSERT_EQ(0, guest_load_format(
			     SELECT "%s", "enforce",
			     NET_ALLOW("direction: egress, cidr: 127.0.0.1/32, protocol: udp")));
	EXPECT_EQ(0, guest_do(&self->worker, act_connect_unspec, "udp4 127.0.0.1 7"));
}

TEST_F(access, attaching_is_denied_by_a_ptrace_block)
{
	struct guest_worker target = guest_worker_new("target");
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", target.pid);
	EXPECT_EQ(0, guest_do(&self->worker, act_attach, pid));
	ASSERT_EQ(0, guest_load_format(SELECT "%s", "enforce", "  ptrace: {action: Block}\n"));
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_attach, pid));
	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/proc/1/status"));
	guest_worker_end(&target);
}

TEST_HARNESS_MAIN
