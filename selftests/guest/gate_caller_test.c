// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may speak: root of the initial namespaces, with both capabilities, whom no scope but the
 * host's confines. */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/gate_fixture.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "nl/request.h"

/* Every command, without attributes. @allowed: its answer to somebody who may speak. */
static const struct command {
	uint8_t cmd;
	bool dump;
	int allowed;
} commands[] = {
	{ KPOL_CMD_STATUS_GET, false, 0 },
	{ KPOL_CMD_TX_BEGIN, false, 0 },
	{ KPOL_CMD_TX_ADD, false, -ENOENT },
	{ KPOL_CMD_TX_COMMIT, false, -EINVAL },
	{ KPOL_CMD_TX_ABORT, false, -ENOENT },
	{ KPOL_CMD_POLICY_GET, true, 0 },
	{ KPOL_CMD_SCOPE_GET, true, 0 },
	{ KPOL_CMD_RULE_GET, true, 0 },
	{ KPOL_CMD_BINDING_GET, true, 0 },
	{ KPOL_CMD_HOOK_GET, true, 0 },
	{ KPOL_CMD_BINDING_ADD, false, -EINVAL },
	{ KPOL_CMD_BINDING_DEL, false, -EINVAL },
	{ KPOL_CMD_POLICY_MODE_SET, false, -EINVAL },
	{ KPOL_CMD_MODE_SET, false, -EINVAL },
	{ KPOL_CMD_TASK_GET, false, -EINVAL },
	{ KPOL_CMD_EVENT_SUBSCRIBE, false, 0 },
	{ KPOL_CMD_LOCK, false, 0 }, /* nobody unloads the module in this boot */
	{ KPOL_CMD_SET_GET, true, 0 },
	{ KPOL_CMD_ADDRESS_GET, true, 0 },
	{ KPOL_CMD_ADDRESS_SET, false, -ESTALE },
};

struct answer {
	int result;
	char message[256];
};

/* What a caller heard. @group: of joining the status group. @ready: 0, or why it could not become
 * itself. */
struct hearing {
	int ready;
	int visible;
	int group;
	struct answer answers[N(commands)];
};

static int drop_capability(int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[capability / 32].effective &= ~(1U << capability % 32);
	data[capability / 32].permitted &= ~(1U << capability % 32);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static int be_nobody(void)
{
	return setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000) ? -errno : 0;
}

static int be_without_mac_admin(void)
{
	return drop_capability(CAP_MAC_ADMIN);
}

static int be_without_net_admin(void)
{
	return drop_capability(CAP_NET_ADMIN);
}

static int be_in_a_network_namespace(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

static int become_root_of_namespace(int flags)
{
	int fd;

	if (unshare(CLONE_NEWUSER | flags))
		return -errno;
	fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0 0 1", 5) != 5)
		return -errno;
	close(fd);
	return setresuid(0, 0, 0) ? -errno : 0;
}

static int be_in_a_user_namespace(void)
{
	return become_root_of_namespace(0);
}

static int be_in_user_and_network_namespaces(void)
{
	return become_root_of_namespace(CLONE_NEWNET);
}

static int be_confined(void)
{
	return guest_join(GATE_CGROUP);
}

static int be_confined_deeper(void)
{
	guest_cgroup(GATE_CGROUP "/deeper");
	return guest_join(GATE_CGROUP "/deeper");
}

static int be_the_host(void)
{
	return 0;
}

static int be_in_an_unbound_cgroup(void)
{
	guest_cgroup("elsewhere");
	return guest_join("elsewhere");
}

static struct answer ask(struct kpol_nl *nl, const struct command *command)
{
	struct answer answer = { 0 };
	struct nl_msg *msg;

	if (command->dump) {
		answer.result = kpol_nl_dump(nl, command->cmd, KPOL_A_RULE_MAX, NULL, NULL);
	} else {
		answer.result = kpol_nl_msg(nl, command->cmd, &msg);
		if (answer.result == 0) {
			answer.result = kpol_nl_do(nl, msg, KPOL_A_RULE_MAX, NULL, NULL);
			nlmsg_free(msg);
		}
	}
	snprintf(answer.message, sizeof(answer.message), "%s", kpol_nl_last_error(nl)->message);
	return answer;
}

/* Ask everything over a socket that is opened as the caller, unless @nl was opened before. */
static void hear_all(struct kpol_nl *nl, uint16_t family, int group, struct hearing *ret)
{
	ret->visible = kpol_nl_present();
	if (!nl)
		nl = gate_open(family);
	ret->group = setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group))
			     ? -errno
			     : 0;
	for (size_t i = 0; i < N(commands); i++)
		ret->answers[i] = ask(nl, &commands[i]);
}

static int status_group(struct kpol_nl *nl)
{
	return genl_ctrl_resolve_grp(nl->sock, KPOL_FAMILY_NAME, KPOL_MCGRP_STATUS);
}

/* Run @become in a child, then @with the socket it opened before or with its own, ask everything.
 */
static struct hearing hear(struct kpol_nl *nl, int (*become)(void), bool opened_before)
{
	struct hearing hearing = { .ready = -EPIPE };
	int group = status_group(nl), fds[2];
	uint16_t family = nl->family;
	pid_t pid;

	if (pipe(fds))
		return hearing;
	pid = fork();
	if (!pid) {
		struct kpol_nl *before = opened_before ? gate_open(family) : NULL;

		hearing.ready = become();
		if (hearing.ready == 0)
			hear_all(before, family, group, &hearing);
		if (write(fds[1], &hearing, sizeof(hearing)) != sizeof(hearing))
			_exit(1);
		_exit(0);
	}
	close(fds[1]);
	if (read(fds[0], &hearing, sizeof(hearing)) != sizeof(hearing))
		hearing.ready = -EPIPE;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return hearing;
}

#define NEEDS_MAC_ADMIN "needs CAP_MAC_ADMIN in the initial user namespace"
#define IS_CONFINED "the caller is in a cgroup bound to a scope"

/*
 * @result: to every command; 1: as the table of commands says. @sentence: generic netlink has none
 * of its own for a missing CAP_NET_ADMIN. @visible: is the family there? @group: of joining the
 * status group. -ENODEV is what the client makes of generic netlink's bare ENOENT.
 */
static const struct caller {
	const char *name;
	int (*become)(void);
	bool opened_before;
	int result;
	const char *sentence;
	int visible, group;
} callers[] = {
	{ "uid 1000", be_nobody, false, -EPERM, "", 1, -EPERM },
	{ "uid 1000 over root's socket", be_nobody, true, -EPERM, "", 1, -EPERM },
	{ "root without CAP_MAC_ADMIN", be_without_mac_admin, false, -EPERM, NEEDS_MAC_ADMIN, 1,
	  0 },
	{ "the same over a socket of before", be_without_mac_admin, true, -EPERM, NEEDS_MAC_ADMIN,
	  1, 0 },
	{ "root without CAP_NET_ADMIN", be_without_net_admin, false, -EPERM, "", 1, -EPERM },
	{ "another network namespace", be_in_a_network_namespace, false, -ENODEV, "", 0, -EPERM },
	{ "user namespace", be_in_a_user_namespace, false, -EPERM, "", 1, -EPERM },
	{ "user namespace over root's socket", be_in_a_user_namespace, true, -EPERM, "", 1,
	  -EPERM },
	{ "user and network namespace", be_in_user_and_network_namespaces, false, -ENODEV, "", 0,
	  -EPERM },
	{ "bound cgroup", be_confined, false, -EPERM, IS_CONFINED, 1, 0 },
	{ "bound cgroup over a socket of before", be_confined, true, -EPERM, IS_CONFINED, 1, 0 },
	{ "below a bound cgroup", be_confined_deeper, false, -EPERM, IS_CONFINED, 1, 0 },
	{ "host scope", be_the_host, false, 1, NULL, 1, 0 },
	{ "another cgroup of the host scope", be_in_an_unbound_cgroup, false, 1, NULL, 1, 0 },
};

TEST_F_TIMEOUT(gate, only_the_host_with_both_capabilities_may_speak, 120)
{
	for (size_t c = 0; c < N(callers); c++) {
		const struct caller *caller = &callers[c];
		struct hearing hearing = hear(self->nl, caller->become, caller->opened_before);

		ASSERT_EQ(0, hearing.ready) TH_LOG("%s", caller->name);
		EXPECT_EQ(caller->visible, hearing.visible) TH_LOG("%s", caller->name);
		/* A group's number means nothing in a namespace that does not have the family. */
		if (caller->visible) {
			EXPECT_EQ(caller->group, hearing.group) TH_LOG("%s: joining", caller->name);
		}
		for (size_t i = 0; i < N(commands); i++) {
			const struct answer *answer = &hearing.answers[i];
			int want = caller->result == 1 ? commands[i].allowed : caller->result;

			EXPECT_EQ(want, answer->result)
			TH_LOG("%s, command %u: %s", caller->name, commands[i].cmd,
			       answer->message);
			if (caller->sentence) {
				EXPECT_STREQ(caller->sentence, answer->message)
				TH_LOG("%s, command %u", caller->name, commands[i].cmd);
			}
		}
		expect_enforced(_metadata, self, caller->name);
	}
}

/* The worker was there before the cgroup was bound: it is no newcomer. */
static int act_status(const char *unused)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;
	int r = kpol_nl_new(false, &nl);

	if (r == 0) {
		r = kpol_nl_status_get(nl, &status);
		kpol_nl_free(nl);
	}
	return r;
}

TEST_F(gate, a_confined_root_may_not_even_ask)
{
	EXPECT_EQ(-EPERM, guest_do(&self->worker, act_status, ""));
	guest_unload();
	EXPECT_EQ(0, guest_do(&self->worker, act_status, ""));
}

TEST_F(gate, a_socket_opened_without_privilege_stays_without)
{
	struct kpol_nl_status status;
	struct kpol_nl *nl;

	ASSERT_EQ(0, seteuid(1000));
	nl = gate_open(self->nl->family);
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(-EPERM, kpol_nl_status_get(nl, &status));
	kpol_nl_free(nl);
}

/* Everything that is bound to nothing else, and so whoever asks. */
TEST_F(gate, who_would_lock_himself_out_is_refused)
{
	struct kpol_binding_row everything = {
		.kind = KPOL_BIND_PATH,
		.path = (char *)"/",
		.scope = 1,
	};
	struct kpol_ruleset ruleset = gate_live;
	uint64_t generation;

	ruleset.bindings = &everything;
	ruleset.n_bindings = 1;
	expect_refusal(_metadata, self, -EPERM,
		       kpol_nl_load(self->nl, &ruleset, "lockout", false, NULL, NULL, &generation),
		       0, "a binding would confine the caller, who could not change it again",
		       "load");
	ASSERT_EQ(0, kpol_nl_binding_del(self->nl, &everything));
	EXPECT_EQ(-EPERM, kpol_nl_binding_add(self->nl, &everything, self->before.generation));
	EXPECT_STREQ("the binding would confine the caller, who could not change it again",
		     kpol_nl_last_error(self->nl)->message);
	everything.scope = 2;
	EXPECT_EQ(0, kpol_nl_binding_add(self->nl, &everything, self->before.generation));
	expect_enforced(_metadata, self, "all of it");
}

TEST_HARNESS_MAIN
