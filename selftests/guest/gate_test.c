// SPDX-License-Identifier: GPL-2.0-or-later
/* The gate: who may speak to the module, and that a message it refuses says why and changes
 * nothing. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "nl/private.h"
#include "nl/request.h"
#include "nl/row.h"
#include "nl/status.h"
#include "nl/tx.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define CGROUP "gate"
#define SECRET "/tmp/gate/secret"

/* What is live while messages are refused: one blocked file in one cgroup. */

static struct kpol_policy_row live_policies[] = { { .name = "gate", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row live_scopes[] = { { .name = "gate" },
					       { .name = "host", .flags = KPOL_SCOPE_HOST } };
static struct kpol_rule live_rules[] = {
	{ .id = 1,
	  .scope = 1,
	  .policy = 1,
	  .line = 7,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_PATH,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_BLOCK,
	  .object = SECRET,
	  .object_len = sizeof(SECRET) - 1 },
	{ .id = 2,
	  .scope = 2,
	  .policy = 1,
	  .line = 8,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_PATH,
	  .ops = KPOL_OPS_FILE,
	  .action = KPOL_ACTION_BLOCK,
	  .object = "/tmp/gate/host",
	  .object_len = sizeof("/tmp/gate/host") - 1 },
};
static struct kpol_binding_row live_bindings[] = {
	{ .kind = KPOL_BIND_PATH, .path = "/" CGROUP, .scope = 1 },
	{ .kind = KPOL_BIND_PATH, .path = "/", .scope = 2 },
};

static const struct kpol_ruleset live = {
	.policies = live_policies,
	.n_policies = 1,
	.scopes = live_scopes,
	.n_scopes = 2,
	.rules = live_rules,
	.n_rules = 2,
	.bindings = live_bindings,
	.n_bindings = 2,
};

FIXTURE(gate)
{
	struct guest_worker worker;
	struct kpol_nl_status before;
	struct kpol_nl *nl;
};

FIXTURE_SETUP(gate)
{
	uint64_t generation;

	guest_write(SECRET, "secret", 0644);
	guest_write("/tmp/gate/host", "the host's", 0644);
	guest_unload();
	self->worker = guest_worker_new(CGROUP);
	ASSERT_EQ(0, kpol_nl_new(false, &self->nl));
	ASSERT_EQ(0, kpol_nl_load(self->nl, &live, "live", false, NULL, NULL, &generation));
	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &self->before));
	ASSERT_EQ(generation, self->before.generation);
}

FIXTURE_TEARDOWN(gate)
{
	kpol_nl_free(self->nl);
	guest_unload();
	guest_worker_end(&self->worker);
}

static void expect_unchanged(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self,
			     const char *after)
{
	struct kpol_nl_status now;

	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &now));
	EXPECT_EQ(self->before.generation, now.generation) TH_LOG("after %s", after);
	EXPECT_EQ(0, memcmp(self->before.digest, now.digest, sizeof(now.digest)))
	TH_LOG("after %s", after);
	EXPECT_EQ(self->before.rules, now.rules) TH_LOG("after %s", after);
	EXPECT_EQ(self->before.bindings, now.bindings) TH_LOG("after %s", after);
	EXPECT_EQ(self->before.mode, now.mode) TH_LOG("after %s", after);
	EXPECT_STREQ("live", now.bundle) TH_LOG("after %s", after);
}

/* The same with the proof that counts: the worker is still kept from its file. */
static void expect_enforced(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self,
			    const char *after)
{
	expect_unchanged(_metadata, self, after);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, SECRET)) TH_LOG("after %s", after);
	EXPECT_EQ(0, guest_do(&self->worker, act_read, "/tmp/gate/host")) TH_LOG("after %s", after);
}

/* Who may speak. */

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
	return guest_join(CGROUP);
}

static int be_confined_deeper(void)
{
	guest_cgroup(CGROUP "/deeper");
	return guest_join(CGROUP "/deeper");
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

static struct kpol_nl *open_family(uint16_t family)
{
	struct nl_sock *sock;
	struct kpol_nl *nl;

	if (kpol_nl_socket(&sock) || kpol_nl_new_fd(nl_socket_get_fd(sock), family, &nl))
		_exit(1);
	nl->sock = sock;
	return nl;
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
		nl = open_family(family);
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
		struct kpol_nl *before = opened_before ? open_family(family) : NULL;

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
	nl = open_family(self->nl->family);
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(-EPERM, kpol_nl_status_get(nl, &status));
	kpol_nl_free(nl);
}

/* Transactions: rows made by hand, so that they can be wrong. */

enum kind { U32 = 1, STRING, BYTES, GONE };

/* One attribute that replaces the good row's of that type, or is added. @len: of BYTES. */
struct attr {
	int type;
	enum kind kind;
	uint32_t number;
	const char *bytes;
	int len;
};

#define NUMBER(type, value)               \
	{                                 \
		type, U32, value, NULL, 0 \
	}
#define TEXT(type, value)                 \
	{                                 \
		type, STRING, 0, value, 0 \
	}
#define RAW(type, value, len)              \
	{                                  \
		type, BYTES, 0, value, len \
	}
#define WITHOUT(type)                  \
	{                              \
		type, GONE, 0, NULL, 0 \
	}

static const struct attr good_policy[] = { NUMBER(KPOL_A_POLICY_ID, 1),
					   TEXT(KPOL_A_POLICY_NAME, "p"),
					   NUMBER(KPOL_A_POLICY_MODE, KPOL_MODE_ENFORCE) };
static const struct attr good_scope[] = { NUMBER(KPOL_A_SCOPE_ID, 1),
					  TEXT(KPOL_A_SCOPE_NAME, "s") };
static const struct attr good_rule[] = {
	NUMBER(KPOL_A_RULE_ID, 1),
	NUMBER(KPOL_A_RULE_SCOPE, 1),
	NUMBER(KPOL_A_RULE_POLICY, 1),
	NUMBER(KPOL_A_RULE_LINE, 3),
	NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_FILE),
	NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PATH),
	NUMBER(KPOL_A_RULE_OPS, KPOL_OP_READ),
	NUMBER(KPOL_A_RULE_ACTION, KPOL_ACTION_ALLOW),
	TEXT(KPOL_A_RULE_OBJECT, "/x"),
};
static const struct attr good_binding[] = { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_PATH),
					    TEXT(KPOL_A_BINDING_PATH, "/b"),
					    NUMBER(KPOL_A_BINDING_SCOPE, 1) };

static const struct row {
	int nest;
	const struct attr *attrs;
	size_t n;
} rows[] = {
	{ KPOL_A_TX_POLICY, good_policy, N(good_policy) },
	{ KPOL_A_TX_SCOPE, good_scope, N(good_scope) },
	{ KPOL_A_TX_RULE, good_rule, N(good_rule) },
	{ KPOL_A_TX_BINDING, good_binding, N(good_binding) },
};

#define MAX_CHANGES 8

static void put_attr(struct nl_msg *msg, const struct attr *attr)
{
	switch (attr->kind) {
	case U32:
		nla_put_u32(msg, attr->type, attr->number);
		break;
	case STRING:
		nla_put_string(msg, attr->type, attr->bytes);
		break;
	case BYTES:
		nla_put(msg, attr->type, attr->len, attr->bytes);
		break;
	case GONE:
		break;
	}
}

static const struct attr *find_attr(const struct attr *attrs, size_t n, int type)
{
	for (size_t i = 0; i < n; i++)
		if (attrs[i].kind && attrs[i].type == type)
			return &attrs[i];
	return NULL;
}

static void put_row(struct nl_msg *msg, const struct row *row, const struct attr *changes,
		    int nested)
{
	struct nlattr *nest = nla_nest_start(msg, row->nest);

	for (size_t i = 0; i < row->n; i++) {
		const struct attr *change = find_attr(changes, MAX_CHANGES, row->attrs[i].type);

		put_attr(msg, change ? change : &row->attrs[i]);
	}
	for (size_t i = 0; i < MAX_CHANGES; i++)
		if (changes[i].kind && !find_attr(row->attrs, row->n, changes[i].type))
			put_attr(msg, &changes[i]);
	nla_nest_end(msg, nest);
	nest->nla_type = nested | row->nest; /* libnl always sets the flag */
}

static const struct attr no_changes[MAX_CHANGES];

/* All four rows in one message; those of kind @nest with changes. */
static int add_rows(struct kpol_nl *nl, uint32_t id, int nest, const struct attr *changes,
		    int nested)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r = kpol_nl_msg(nl, KPOL_CMD_TX_ADD, &msg);

	if (r < 0)
		return r;
	nla_put_u32(msg, KPOL_A_TX_ID, id);
	for (size_t i = 0; i < N(rows); i++)
		put_row(msg, &rows[i], rows[i].nest == nest ? changes : no_changes, nested);
	return kpol_nl_do(nl, msg, KPOL_A_TX_MAX, NULL, NULL);
}

/* The digest of one good rule with these changes: a wrong one would hide what else is wrong. */
static void digest_of(const struct attr *changes, uint8_t *digest)
{
	struct kpol_rule rule = { .line = 3,
				  .class = KPOL_CLASS_FILE,
				  .match = KPOL_MATCH_PATH,
				  .ops = KPOL_OP_READ,
				  .action = KPOL_ACTION_ALLOW,
				  .object = "/x",
				  .object_len = 2 };
	const struct kpol_ruleset ruleset = { .rules = &rule, .n_rules = 1 };
	const struct attr *id = find_attr(changes, MAX_CHANGES, KPOL_A_RULE_ID);
	const struct attr *scope = find_attr(changes, MAX_CHANGES, KPOL_A_RULE_SCOPE);
	const struct attr *policy = find_attr(changes, MAX_CHANGES, KPOL_A_RULE_POLICY);

	rule.id = id ? id->number : 1;
	rule.scope = scope ? scope->number : 1;
	rule.policy = policy ? policy->number : 1;
	if (kpol_ruleset_digest(&ruleset, digest) < 0)
		abort();
}

static const char long_text[5000] = { [0 ... 4998] = 'a' };
static const char long_path[5000] = { '/', [1 ... 4998] = 'a' };
static const char long_glob[KPOL_GLOB_MAX + 1] = { '/', [1 ... KPOL_GLOB_MAX - 1] = '*' };

#define PEER_CHANGES                                                                               \
	NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_NETWORK), NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PEER), \
		NUMBER(KPOL_A_RULE_OPS, KPOL_OP_CONNECT), WITHOUT(KPOL_A_RULE_OBJECT)

/* @at_commit: the rows are taken, the commit refuses. @rule: the id that the sentence names. */
static const struct bad_row {
	const char *name;
	int nest;
	struct attr changes[MAX_CHANGES];
	bool at_commit;
	int result;
	uint32_t rule;
	const char *sentence;
} bad_rows[] = {
	{ "unknown attribute of a policy",
	  KPOL_A_TX_POLICY,
	  { NUMBER(63, 1) },
	  false,
	  -EINVAL,
	  0,
	  "Unknown attribute type" },
	{ "unknown attribute of a rule",
	  KPOL_A_TX_RULE,
	  { NUMBER(63, 1) },
	  false,
	  -EINVAL,
	  0,
	  "Unknown attribute type" },
	{ "unknown attribute of a binding",
	  KPOL_A_TX_BINDING,
	  { NUMBER(63, 1) },
	  false,
	  -EINVAL,
	  0,
	  "Unknown attribute type" },
	{ "policy without a name",
	  KPOL_A_TX_POLICY,
	  { WITHOUT(KPOL_A_POLICY_NAME) },
	  false,
	  -EINVAL,
	  0,
	  "name or mode of a policy is missing" },
	{ "policy without a mode",
	  KPOL_A_TX_POLICY,
	  { WITHOUT(KPOL_A_POLICY_MODE) },
	  false,
	  -EINVAL,
	  0,
	  "name or mode of a policy is missing" },
	{ "policy that is off",
	  KPOL_A_TX_POLICY,
	  { NUMBER(KPOL_A_POLICY_MODE, KPOL_MODE_OFF) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "policy with a long name",
	  KPOL_A_TX_POLICY,
	  { RAW(KPOL_A_POLICY_NAME, long_text + sizeof(long_text) - KPOL_NAME_MAX - 2,
		KPOL_NAME_MAX + 2) },
	  false,
	  -EINVAL,
	  0,
	  "Attribute failed policy validation" },
	{ "scope without a name",
	  KPOL_A_TX_SCOPE,
	  { WITHOUT(KPOL_A_SCOPE_NAME) },
	  false,
	  -EINVAL,
	  0,
	  "name of a scope is missing" },
	{ "scope with an unknown flag",
	  KPOL_A_TX_SCOPE,
	  { NUMBER(KPOL_A_SCOPE_FLAGS, 1 << 9) },
	  false,
	  -EINVAL,
	  0,
	  "reserved bit set" },
	{ "rule without a class",
	  KPOL_A_TX_RULE,
	  { WITHOUT(KPOL_A_RULE_CLASS) },
	  false,
	  -EINVAL,
	  1,
	  "has an unknown class" },
	{ "class 0",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_CLASS, 0) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "class out of range",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_MAX + 1) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "class that is right in its last byte",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_CLASS, 256 + KPOL_CLASS_FILE) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "match out of range",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_MAX + 1) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "action out of range",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_ACTION, KPOL_ACTION_MAX + 1) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "unknown flag",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_FLAGS, 1 << 9) },
	  false,
	  -EINVAL,
	  0,
	  "reserved bit set" },
	{ "operations of another class",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_OPS, KPOL_OP_EXEC) },
	  false,
	  -EINVAL,
	  1,
	  "has operations that its class does not have" },
	{ "no operations",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_OPS, 0) },
	  false,
	  -EINVAL,
	  1,
	  "has operations that its class does not have" },
	{ "match of another class",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PEER) },
	  false,
	  -EINVAL,
	  1,
	  "has a match that its class does not have" },
	{ "recursive path",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_FLAGS, KPOL_RULE_RECURSIVE) },
	  false,
	  -EINVAL,
	  1,
	  "is recursive but not a directory" },
	{ "path without an object",
	  KPOL_A_TX_RULE,
	  { WITHOUT(KPOL_A_RULE_OBJECT) },
	  false,
	  -EINVAL,
	  1,
	  "has no object" },
	{ "relative path",
	  KPOL_A_TX_RULE,
	  { TEXT(KPOL_A_RULE_OBJECT, "x") },
	  false,
	  -EINVAL,
	  1,
	  "has a path that is not absolute and clean" },
	{ "path with ..",
	  KPOL_A_TX_RULE,
	  { TEXT(KPOL_A_RULE_OBJECT, "/a/../x") },
	  false,
	  -EINVAL,
	  1,
	  "has a path that is not absolute and clean" },
	{ "path too long",
	  KPOL_A_TX_RULE,
	  { RAW(KPOL_A_RULE_OBJECT, long_path, KPOL_PATH_MAX + 2) },
	  false,
	  -EINVAL,
	  0,
	  "Attribute failed policy validation" },
	{ "path without a NUL",
	  KPOL_A_TX_RULE,
	  { RAW(KPOL_A_RULE_OBJECT, "/x", 2) },
	  false,
	  -EINVAL,
	  0,
	  "Attribute failed policy validation" },
	{ "relative source",
	  KPOL_A_TX_RULE,
	  { TEXT(KPOL_A_RULE_SOURCE, "bin/sh") },
	  false,
	  -EINVAL,
	  1,
	  "has a source that is not an absolute, clean path" },
	{ "relative pattern",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, "*.log") },
	  false,
	  -EINVAL,
	  1,
	  "has a pattern that does not begin with a slash" },
	{ "pattern with an open set",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, "/[a") },
	  false,
	  -EINVAL,
	  1,
	  "has a pattern with a '[' that is never closed" },
	{ "pattern too long",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, long_glob) },
	  false,
	  -EINVAL,
	  1,
	  "has a pattern that is too long" },
	{ "directory with a last slash",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_DIR), TEXT(KPOL_A_RULE_OBJECT, "/a/") },
	  false,
	  -EINVAL,
	  1,
	  "has a directory that is not an absolute, clean path" },
	{ "name with a slash",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_NAME), TEXT(KPOL_A_RULE_OBJECT, "a/b") },
	  false,
	  -EINVAL,
	  1,
	  "has a name that is empty or has a slash" },
	{ "network fields of a file rule",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_PORT_LAST, 5) },
	  false,
	  -EINVAL,
	  1,
	  "has network fields but is no network rule" },
	{ "IPv4 address of 5 bytes",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0\0", 5), NUMBER(KPOL_A_RULE_PREFIX, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has an address of the wrong length" },
	{ "IPv4 address of 16 bytes",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET), RAW(KPOL_A_RULE_ADDR, long_text, 16),
	    NUMBER(KPOL_A_RULE_PREFIX, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has an address of the wrong length" },
	{ "IPv6 address of 4 bytes",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET6),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0", 4), NUMBER(KPOL_A_RULE_PREFIX, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has an address of the wrong length" },
	{ "address of 3 bytes",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0", 3) },
	  false,
	  -ERANGE,
	  0,
	  "binary attribute size out of range" },
	{ "address of 17 bytes",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET6),
	    RAW(KPOL_A_RULE_ADDR, long_text, 17) },
	  false,
	  -ERANGE,
	  0,
	  "binary attribute size out of range" },
	{ "bits beyond the prefix",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\x01", 4), NUMBER(KPOL_A_RULE_PREFIX, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has address bits beyond its prefix" },
	{ "prefix longer than the address",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0", 4), NUMBER(KPOL_A_RULE_PREFIX, 33) },
	  false,
	  -EINVAL,
	  1,
	  "has a prefix longer than its address" },
	{ "prefix without a family",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_PREFIX, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has a prefix longer than its address" },
	{ "prefix out of range",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_PREFIX, 129) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "family that is not IP",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_UNIX) },
	  false,
	  -EINVAL,
	  1,
	  "has an address family that is neither IPv4 nor IPv6" },
	{ "family out of range",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, 256 + AF_INET) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "ports reversed",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_PORT_FIRST, 9), NUMBER(KPOL_A_RULE_PORT_LAST, 8) },
	  false,
	  -EINVAL,
	  1,
	  "has a port range that ends before it begins" },
	{ "port out of range",
	  KPOL_A_TX_RULE,
	  { PEER_CHANGES, NUMBER(KPOL_A_RULE_PORT_LAST, 65536) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "number of 2 bytes",
	  KPOL_A_TX_RULE,
	  { RAW(KPOL_A_RULE_OPS, "\x04\0", 2) },
	  false,
	  -EINVAL,
	  0,
	  "invalid attribute length" },
	{ "ids out of order",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_ID, 2) },
	  true,
	  -EINVAL,
	  1,
	  "is out of order" },
	{ "scope that is missing",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_SCOPE, 2) },
	  true,
	  -EINVAL,
	  1,
	  "belongs to a scope that does not exist" },
	{ "scope 0",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_SCOPE, 0) },
	  true,
	  -EINVAL,
	  1,
	  "belongs to a scope that does not exist" },
	{ "policy that is missing",
	  KPOL_A_TX_RULE,
	  { NUMBER(KPOL_A_RULE_POLICY, 2) },
	  true,
	  -EINVAL,
	  1,
	  "belongs to a policy that does not exist" },
	{ "binding without a kind",
	  KPOL_A_TX_BINDING,
	  { WITHOUT(KPOL_A_BINDING_KIND) },
	  false,
	  -EINVAL,
	  0,
	  "kind of a binding is missing" },
	{ "binding of an unknown kind",
	  KPOL_A_TX_BINDING,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_MAX + 1) },
	  false,
	  -ERANGE,
	  0,
	  "integer out of range" },
	{ "binding to a scope that is missing",
	  KPOL_A_TX_BINDING,
	  { NUMBER(KPOL_A_BINDING_SCOPE, 9) },
	  true,
	  -EINVAL,
	  0,
	  "binding 1: scope 9 does not exist" },
	{ "binding of a relative path",
	  KPOL_A_TX_BINDING,
	  { TEXT(KPOL_A_BINDING_PATH, "b") },
	  true,
	  -EINVAL,
	  0,
	  "a binding has a path that does not begin with a slash" },
	{ "binding without a path",
	  KPOL_A_TX_BINDING,
	  { WITHOUT(KPOL_A_BINDING_PATH) },
	  true,
	  -EINVAL,
	  0,
	  "a binding has no path" },
	{ "binding by id without one",
	  KPOL_A_TX_BINDING,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_ID) },
	  true,
	  -EINVAL,
	  0,
	  "a binding has no cgroup id" },
	{ "unit with a slash",
	  KPOL_A_TX_BINDING,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_UNIT) },
	  true,
	  -EINVAL,
	  0,
	  "a binding names a unit with a slash" },
	{ "binding by a bad pattern",
	  KPOL_A_TX_BINDING,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_GLOB), TEXT(KPOL_A_BINDING_PATH, "/[") },
	  true,
	  -EINVAL,
	  0,
	  "a binding has a pattern with a '[' that is never closed" },
};

static void expect_refusal(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self, int want,
			   int got, uint32_t rule, const char *sentence, const char *name)
{
	const struct kpol_nl_error *error = kpol_nl_last_error(self->nl);

	EXPECT_EQ(want, got) TH_LOG("%s: %s", name, error->message);
	EXPECT_STREQ(sentence, error->message) TH_LOG("%s", name);
	EXPECT_EQ(rule, error->rule) TH_LOG("%s", name);
	expect_unchanged(_metadata, self, name);
}

TEST_F(gate, the_good_rows_are_good)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "good", &id));
	ASSERT_EQ(0, add_rows(self->nl, id, 0, no_changes, NLA_F_NESTED))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	digest_of(no_changes, digest);
	ASSERT_EQ(0, kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	EXPECT_EQ(self->before.generation + 1, generation);
}

TEST_F_TIMEOUT(gate, a_bad_row_is_refused_with_a_sentence, 120)
{
	for (size_t i = 0; i < N(bad_rows); i++) {
		const struct bad_row *bad = &bad_rows[i];
		uint8_t digest[KPOL_DIGEST_LEN];
		uint64_t generation = 0;
		uint32_t id;
		int r;

		ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, bad->name, &id));
		r = add_rows(self->nl, id, bad->nest, bad->changes, NLA_F_NESTED);
		if (bad->at_commit) {
			ASSERT_EQ(0, r)
			TH_LOG("%s: %s", bad->name, kpol_nl_last_error(self->nl)->message);
			digest_of(bad->nest == KPOL_A_TX_RULE ? bad->changes : no_changes, digest);
			r = kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation);
		}
		expect_refusal(_metadata, self, bad->result, r, bad->rule, bad->sentence,
			       bad->name);
	}
	expect_enforced(_metadata, self, "all bad rows");
}

TEST_F(gate, a_bad_row_spoils_its_transaction)
{
	static const struct attr changes[MAX_CHANGES] = { TEXT(KPOL_A_RULE_OBJECT, "x") };
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "spoilt", &id));
	EXPECT_EQ(-EINVAL, add_rows(self->nl, id, KPOL_A_TX_RULE, changes, NLA_F_NESTED));
	EXPECT_EQ(-ENOENT, add_rows(self->nl, id, 0, no_changes, NLA_F_NESTED));
	digest_of(no_changes, digest);
	expect_refusal(_metadata, self, -ENOENT,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation), 0,
		       "this socket has no such transaction: begin one first", "a bad row");
}

TEST_F(gate, nests_must_say_that_they_are)
{
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "flat", &id));
	expect_refusal(_metadata, self, -EINVAL, add_rows(self->nl, id, 0, no_changes, 0), 0,
		       "NLA_F_NESTED is missing", "a nest without its flag");
}

/* Messages that are wrong outside of any row. */

static int send_attr(struct kpol_nl *nl, uint8_t cmd, uint32_t id, const struct attr *attrs,
		     size_t n)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r = kpol_nl_msg(nl, cmd, &msg);

	if (r < 0)
		return r;
	if (id)
		nla_put_u32(msg, KPOL_A_TX_ID, id);
	for (size_t i = 0; i < n; i++)
		put_attr(msg, &attrs[i]);
	return kpol_nl_do(nl, msg, KPOL_A_TX_MAX, NULL, NULL);
}

#define NO_TRANSACTION "this socket has no such transaction: begin one first"

/* @begins: a transaction is under way and its id is sent. */
static const struct bad_message {
	const char *name;
	uint8_t cmd;
	bool begins;
	struct attr attrs[2];
	int result;
	const char *sentence;
} bad_messages[] = {
	{ "unknown attribute",
	  KPOL_CMD_TX_ADD,
	  true,
	  { NUMBER(63, 1) },
	  -EINVAL,
	  "Unknown attribute type" },
	{ "unknown attribute of BEGIN",
	  KPOL_CMD_TX_BEGIN,
	  false,
	  { NUMBER(63, 1) },
	  -EINVAL,
	  "Unknown attribute type" },
	{ "unknown attribute of MODE_SET",
	  KPOL_CMD_MODE_SET,
	  false,
	  { NUMBER(63, 1) },
	  -EINVAL,
	  "Unknown attribute type" },
	{ "garbage as a nest",
	  KPOL_CMD_TX_ADD,
	  true,
	  { RAW(NLA_F_NESTED | KPOL_A_TX_RULE, "\x40\0\x01\0", 4) },
	  -EINVAL,
	  NULL },
	{ "label too long",
	  KPOL_CMD_TX_BEGIN,
	  false,
	  { RAW(KPOL_A_TX_LABEL, long_text + sizeof(long_text) - KPOL_NAME_MAX - 2,
		KPOL_NAME_MAX + 2) },
	  -EINVAL,
	  "Attribute failed policy validation" },
	{ "rows without BEGIN",
	  KPOL_CMD_TX_ADD,
	  false,
	  { NUMBER(KPOL_A_TX_ID, 1) },
	  -ENOENT,
	  NO_TRANSACTION },
	{ "rows without an id", KPOL_CMD_TX_ADD, false, { { 0 } }, -ENOENT, NO_TRANSACTION },
	{ "abort without BEGIN",
	  KPOL_CMD_TX_ABORT,
	  false,
	  { NUMBER(KPOL_A_TX_ID, 1) },
	  -ENOENT,
	  NO_TRANSACTION },
	{ "commit without a count",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { RAW(KPOL_A_TX_DIGEST, long_text, 32) },
	  -EINVAL,
	  "number of rules or digest is missing" },
	{ "commit without a digest",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 0) },
	  -EINVAL,
	  "number of rules or digest is missing" },
	{ "digest of 31 bytes",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, long_text, 31) },
	  -ERANGE,
	  "binary attribute size out of range" },
	{ "commit without BEGIN",
	  KPOL_CMD_TX_COMMIT,
	  false,
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, long_text, 32) },
	  -ENOENT,
	  NO_TRANSACTION },
	{ "wrong digest",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, long_text, 32) },
	  -EBADMSG,
	  "the digest is not that of the rules that arrived" },
	{ "wrong count",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 5), RAW(KPOL_A_TX_DIGEST, long_text, 32) },
	  -EBADMSG,
	  "0 rules arrived, 5 were announced" },
	{ "global mode out of range",
	  KPOL_CMD_MODE_SET,
	  false,
	  { NUMBER(KPOL_A_MODE_MODE, KPOL_MODE_OFF) },
	  -ERANGE,
	  "integer out of range" },
	{ "mode of a policy nobody knows",
	  KPOL_CMD_POLICY_MODE_SET,
	  false,
	  { TEXT(KPOL_A_POLICY_NAME, "nobody"), NUMBER(KPOL_A_POLICY_MODE, KPOL_MODE_OBSERVE) },
	  -ENOENT,
	  "no policy of that name is loaded" },
	{ "binding that is not there",
	  KPOL_CMD_BINDING_DEL,
	  false,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_PATH), TEXT(KPOL_A_BINDING_PATH, "/nowhere") },
	  -ENOENT,
	  "the binding is not there" },
	{ "binding without a generation",
	  KPOL_CMD_BINDING_ADD,
	  false,
	  { NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_PATH), TEXT(KPOL_A_BINDING_PATH, "/nowhere") },
	  -ESTALE,
	  "the scope counts in a generation that is not live" },
	{ "task that is not there",
	  KPOL_CMD_TASK_GET,
	  false,
	  { NUMBER(KPOL_A_TASK_PID, 4000000) },
	  -ESRCH,
	  "no task 4000000" },
	{ "task 0",
	  KPOL_CMD_TASK_GET,
	  false,
	  { NUMBER(KPOL_A_TASK_PID, 0) },
	  -ERANGE,
	  "integer out of range" },
};

TEST_F(gate, a_bad_message_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < N(bad_messages); i++) {
		const struct bad_message *bad = &bad_messages[i];
		const struct kpol_nl_error *error = kpol_nl_last_error(self->nl);
		uint32_t id = 0;

		if (bad->begins)
			ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, bad->name, &id));
		EXPECT_EQ(bad->result, send_attr(self->nl, bad->cmd, id, bad->attrs, N(bad->attrs)))
		TH_LOG("%s: %s", bad->name, error->message);
		if (bad->sentence) {
			EXPECT_STREQ(bad->sentence, error->message) TH_LOG("%s", bad->name);
		} else {
			EXPECT_NE(0, error->message[0]) TH_LOG("%s", bad->name);
		}
		expect_unchanged(_metadata, self, bad->name);
		if (bad->begins)
			(void)kpol_nl_tx_abort(self->nl, id);
	}
	expect_enforced(_metadata, self, "all bad messages");
}

TEST_F(gate, a_header_that_is_not_ours_is_refused)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	struct genlmsghdr *genl;

	ASSERT_EQ(0, kpol_nl_msg(self->nl, KPOL_CMD_STATUS_GET, &msg));
	genl = nlmsg_data(nlmsg_hdr(msg));
	genl->cmd = 200;
	EXPECT_EQ(-EOPNOTSUPP, kpol_nl_do(self->nl, msg, 0, NULL, NULL));
	genl->cmd = KPOL_CMD_STATUS_GET;
	genl->reserved = 1;
	EXPECT_EQ(-EINVAL, kpol_nl_do(self->nl, msg, 0, NULL, NULL));
	genl->reserved = 0;
	EXPECT_EQ(0, kpol_nl_do(self->nl, msg, KPOL_A_STATUS_MAX, NULL, NULL));
	/* The test command exists in test builds of the module only, and this is none. */
	genl->cmd = KPOL_CMD_DECIDE;
	EXPECT_EQ(-EOPNOTSUPP, kpol_nl_do(self->nl, msg, 0, NULL, NULL));
	expect_unchanged(_metadata, self, "strange headers");
}

/* A good message of all rows with bytes turned at random: whatever comes of it, what is live stays.
 */
TEST_F_TIMEOUT(gate, random_damage_changes_nothing, 120)
{
	unsigned int seed = time(NULL);

	TH_LOG("seed %u", seed);
	for (int i = 0; i < 3000; i++) {
		_cleanup_msg_ struct nl_msg *msg = NULL;
		unsigned char *bytes;
		uint32_t id, len;

		ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "damaged", &id));
		ASSERT_EQ(0, kpol_nl_msg(self->nl, KPOL_CMD_TX_ADD, &msg));
		nla_put_u32(msg, KPOL_A_TX_ID, id);
		for (size_t row = 0; row < N(rows); row++)
			put_row(msg, &rows[row], no_changes, NLA_F_NESTED);
		bytes = nlmsg_data(nlmsg_hdr(msg));
		len = nlmsg_datalen(nlmsg_hdr(msg));
		for (int flips = 1 + rand_r(&seed) % 4; flips; flips--)
			bytes[GENL_HDRLEN + rand_r(&seed) % (len - GENL_HDRLEN)] ^=
				1 << rand_r(&seed) % 8;
		(void)kpol_nl_do(self->nl, msg, KPOL_A_TX_MAX, NULL, NULL);
	}
	expect_enforced(_metadata, self, "random damage");
}

/* One load at a time, and it belongs to its socket. */

TEST_F(gate, a_second_load_is_turned_away_while_one_is_under_way)
{
	struct kpol_nl *other;
	uint32_t id, other_id;

	ASSERT_EQ(0, kpol_nl_new(false, &other));
	ASSERT_EQ(0, kpol_nl_tx_begin(other, "first", &id));
	expect_refusal(_metadata, self, -EBUSY, kpol_nl_tx_begin(self->nl, "second", &other_id), 0,
		       "another load is under way", "a second begin");
	ASSERT_EQ(0, kpol_nl_tx_abort(other, id));
	EXPECT_EQ(0, kpol_nl_tx_begin(self->nl, "second", &other_id));
	EXPECT_NE(id, other_id);
	kpol_nl_free(other);
}

TEST_F(gate, nobody_commits_or_aborts_the_transaction_of_another)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation = 0;
	struct kpol_nl *other;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_new(false, &other));
	ASSERT_EQ(0, kpol_nl_tx_begin(other, "mine", &id));
	ASSERT_EQ(0, add_rows(other, id, 0, no_changes, NLA_F_NESTED));
	digest_of(no_changes, digest);
	expect_refusal(_metadata, self, -ENOENT,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation), 0,
		       NO_TRANSACTION, "commit of another's");
	expect_refusal(_metadata, self, -ENOENT,
		       add_rows(self->nl, id, 0, no_changes, NLA_F_NESTED), 0, NO_TRANSACTION,
		       "rows into another's");
	expect_refusal(_metadata, self, -ENOENT, kpol_nl_tx_abort(self->nl, id), 0, NO_TRANSACTION,
		       "abort of another's");
	EXPECT_EQ(0, kpol_nl_tx_commit(other, id, 1, digest, false, &generation));
	EXPECT_EQ(self->before.generation + 1, generation);
	kpol_nl_free(other);
}

TEST_F(gate, beginning_again_forgets_what_was_sent)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t first, second;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "first", &first));
	ASSERT_EQ(0, add_rows(self->nl, first, 0, no_changes, NLA_F_NESTED));
	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "second", &second));
	digest_of(no_changes, digest);
	expect_refusal(_metadata, self, -ENOENT,
		       kpol_nl_tx_commit(self->nl, first, 1, digest, false, &generation), 0,
		       NO_TRANSACTION, "commit of the first");
	expect_refusal(_metadata, self, -EBADMSG,
		       kpol_nl_tx_commit(self->nl, second, 1, digest, false, &generation), 0,
		       "0 rules arrived, 1 were announced", "commit of the second");
}

TEST_F(gate, an_aborted_load_changes_nothing)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "aborted", &id));
	ASSERT_EQ(0, add_rows(self->nl, id, 0, no_changes, NLA_F_NESTED));
	ASSERT_EQ(0, kpol_nl_tx_abort(self->nl, id));
	digest_of(no_changes, digest);
	EXPECT_EQ(-ENOENT, kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation));
	expect_enforced(_metadata, self, "abort");
}

TEST_F(gate, a_load_dies_with_its_socket)
{
	struct kpol_nl *other;
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_new(false, &other));
	ASSERT_EQ(0, kpol_nl_tx_begin(other, "half", &id));
	ASSERT_EQ(0, add_rows(other, id, 0, no_changes, NLA_F_NESTED));
	kpol_nl_free(other);
	expect_enforced(_metadata, self, "a socket closed half-way");
	ASSERT_EQ(0, kpol_nl_load(self->nl, &live, "live", false, NULL, NULL, &generation));
	EXPECT_EQ(self->before.generation + 1, generation);
}

TEST_F(gate, a_load_dies_with_its_process)
{
	uint64_t generation;
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct kpol_nl *nl;
		uint32_t id;

		if (kpol_nl_new(false, &nl) || kpol_nl_tx_begin(nl, "killed", &id) ||
		    add_rows(nl, id, 0, no_changes, NLA_F_NESTED))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(true, WIFSIGNALED(status));
	expect_enforced(_metadata, self, "a process killed half-way");
	ASSERT_EQ(0, kpol_nl_load(self->nl, &live, "live", false, NULL, NULL, &generation));
}

TEST_F(gate, a_dry_run_says_what_would_be_and_changes_nothing)
{
	struct kpol_ruleset *now;
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation = 0;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "dry", &id));
	ASSERT_EQ(0, add_rows(self->nl, id, 0, no_changes, NLA_F_NESTED));
	digest_of(no_changes, digest);
	ASSERT_EQ(0, kpol_nl_tx_commit(self->nl, id, 1, digest, true, &generation));
	EXPECT_EQ(self->before.generation + 1, generation);
	expect_enforced(_metadata, self, "a dry run");
	EXPECT_EQ(-ENOENT, kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation));
	ASSERT_EQ(0, kpol_nl_ruleset_get(self->nl, &generation, &now));
	EXPECT_EQ(self->before.generation, generation);
	ASSERT_EQ(2, now->n_rules);
	EXPECT_STREQ(SECRET, now->rules[0].object);
	kpol_ruleset_free(now);
}

/* A dry run finds what a commit would: here a rule of a scope that is not there. */
TEST_F(gate, a_dry_run_refuses_what_a_commit_would)
{
	static const struct attr changes[MAX_CHANGES] = { NUMBER(KPOL_A_RULE_SCOPE, 2) };
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "dry", &id));
	ASSERT_EQ(0, add_rows(self->nl, id, KPOL_A_TX_RULE, changes, NLA_F_NESTED));
	digest_of(changes, digest);
	expect_refusal(_metadata, self, -EINVAL,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, true, &generation), 1,
		       "belongs to a scope that does not exist", "a dry run");
}

/* Limits. */

static int load_many(struct kpol_nl *nl, size_t policies, size_t scopes, size_t n_rules,
		     size_t bindings)
{
	struct kpol_ruleset many = { .n_policies = policies,
				     .n_scopes = scopes,
				     .n_rules = n_rules,
				     .n_bindings = bindings };
	uint64_t generation;
	size_t i;
	int r;

	many.policies = calloc(policies + 1, sizeof(*many.policies));
	many.scopes = calloc(scopes + 1, sizeof(*many.scopes));
	many.rules = calloc(n_rules + 1, sizeof(*many.rules));
	many.bindings = calloc(bindings + 1, sizeof(*many.bindings));
	for (i = 0; i < policies; i++)
		many.policies[i] = live_policies[0];
	for (i = 0; i < scopes; i++)
		many.scopes[i] = live_scopes[0];
	for (i = 0; i < n_rules; i++) {
		many.rules[i] = live_rules[0];
		many.rules[i].id = i + 1;
	}
	for (i = 0; i < bindings; i++) {
		char *path = malloc(16);

		snprintf(path, 16, "/%zu*", i);
		many.bindings[i] = (struct kpol_binding_row){ .kind = KPOL_BIND_GLOB,
							      .path = path,
							      .scope = 1 };
	}
	r = kpol_nl_load(nl, &many, "many", false, NULL, NULL, &generation);
	for (i = 0; i < bindings; i++)
		free(many.bindings[i].path);
	free(many.policies);
	free(many.scopes);
	free(many.rules);
	free(many.bindings);
	return r;
}

TEST_F_TIMEOUT(gate, too_much_of_anything_is_refused, 120)
{
	expect_refusal(_metadata, self, -E2BIG,
		       load_many(self->nl, 1, 1, KPOL_KEY_RULES_MAX + 1, 0), KPOL_KEY_RULES_MAX + 1,
		       "shares its key with too many rules of its scope", "257 rules of one key");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, KPOL_POLICIES_MAX + 1, 1, 1, 0),
		       0, "more than 16384 policies", "too many policies");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, 1, KPOL_SCOPES_MAX + 1, 1, 0),
		       0, "more than 16384 scopes", "too many scopes");
	expect_refusal(_metadata, self, -E2BIG,
		       load_many(self->nl, 1, 1, 1, KPOL_PATTERN_BINDINGS_MAX + 1), 0,
		       "a binding is one pattern more than a ruleset may hold",
		       "too many patterns");
	expect_refusal(_metadata, self, -E2BIG, load_many(self->nl, 1, 1, 1, KPOL_BINDINGS_MAX + 1),
		       0, "more than 65536 bindings", "too many bindings");
	expect_enforced(_metadata, self, "too much of everything");
	EXPECT_EQ(0, load_many(self->nl, 1, 1, KPOL_KEY_RULES_MAX, KPOL_PATTERN_BINDINGS_MAX))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
}

/* The longest row there can be goes in and comes out whole, over a socket that has read nothing
 * large yet. */
TEST_F(gate, the_longest_rule_can_be_read_back)
{
	char path[KPOL_PATH_MAX + 1] = { 0 };
	struct kpol_rule rule = live_rules[0];
	struct kpol_ruleset ruleset = live, *now;
	struct kpol_nl *fresh = open_family(self->nl->family);
	uint64_t generation;

	memset(path, 'a', KPOL_PATH_MAX);
	for (size_t i = 0; i < KPOL_PATH_MAX; i += 200)
		path[i] = '/';
	rule.object = rule.source = path;
	rule.object_len = rule.source_len = KPOL_PATH_MAX;
	ruleset.rules = &rule;
	ruleset.n_rules = 1;
	ASSERT_EQ(0, kpol_nl_load(self->nl, &ruleset, "longest", false, NULL, NULL, &generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	EXPECT_EQ(0, kpol_nl_dump(fresh, KPOL_CMD_RULE_GET, KPOL_A_RULE_MAX, NULL, NULL));
	ASSERT_EQ(0, kpol_nl_ruleset_get(self->nl, &generation, &now));
	ASSERT_EQ(1, now->n_rules);
	EXPECT_STREQ(path, now->rules[0].object);
	EXPECT_STREQ(path, now->rules[0].source);
	kpol_ruleset_free(now);
	kpol_nl_free(fresh);
}

TEST_HARNESS_MAIN
