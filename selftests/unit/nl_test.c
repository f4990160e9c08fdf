// SPDX-License-Identifier: GPL-2.0-or-later
/* The netlink client against a kernel played by a socket pair. */
#include "kselftest_harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "nl/births.h"
#include "nl/control.h"
#include "nl/event.h"
#include "nl/events.h"
#include "nl/extack.h"
#include "nl/row.h"
#include "nl/status.h"
#include "nl/tx.h"

#define FAMILY 33

/* Appends an acknowledgement, as the kernel makes it with CAP_ACK, to @buf. */
static size_t make_ack(char *buf, uint16_t type, uint32_t seq, int code, const char *text)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)buf;
	size_t fixed = type == NLMSG_DONE ? sizeof(int) : sizeof(struct nlmsgerr);

	memset(buf, 0, 1024);
	memcpy(buf + NLMSG_HDRLEN, &code, sizeof(code));
	hdr->nlmsg_type = type;
	hdr->nlmsg_seq = seq;
	hdr->nlmsg_flags = NLM_F_CAPPED;
	hdr->nlmsg_len = NLMSG_HDRLEN + fixed;
	if (text) {
		struct nlattr *attr = (struct nlattr *)(buf + NLMSG_ALIGN(hdr->nlmsg_len));

		attr->nla_type = NLMSGERR_ATTR_MSG;
		attr->nla_len = NLA_HDRLEN + strlen(text) + 1;
		memcpy((char *)attr + NLA_HDRLEN, text, strlen(text) + 1);
		hdr->nlmsg_flags |= NLM_F_ACK_TLVS;
		hdr->nlmsg_len = NLMSG_ALIGN(hdr->nlmsg_len) + NLA_ALIGN(attr->nla_len);
	}
	return hdr->nlmsg_len;
}

static struct nl_msg *make_message(uint32_t seq, uint16_t flags, uint8_t cmd)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	genlmsg_put(msg, 0, seq, FAMILY, 0, flags, cmd, 1);
	return msg;
}

FIXTURE(pair)
{
	struct kpol_nl *nl;
	int kernel;
	char buf[65536];
};

FIXTURE_SETUP(pair)
{
	int fds[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds));
	ASSERT_EQ(0, kpol_nl_new_fd(fds[0], FAMILY, &self->nl));
	self->kernel = fds[1];
}

FIXTURE_TEARDOWN(pair)
{
	kpol_nl_free(self->nl);
	close(self->kernel);
}

static void answer(int kernel, uint16_t type, uint32_t seq, int code, const char *text)
{
	char buf[1024] __attribute__((aligned(8)));
	size_t len = make_ack(buf, type, seq, code, text);

	if (send(kernel, buf, len, 0) < 0)
		abort();
}

static void answer_message(int kernel, struct nl_msg *msg)
{
	if (send(kernel, nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len, 0) < 0)
		abort();
	nlmsg_free(msg);
}

FIXTURE(extack){};
FIXTURE_SETUP(extack)
{
}
FIXTURE_TEARDOWN(extack)
{
}

FIXTURE_VARIANT(extack)
{
	uint16_t type;
	int code;
	const char *text;
	uint32_t rule;
	const char *message;
};

#define EXTACK(name, ...)                 \
	FIXTURE_VARIANT_ADD(extack, name) \
	{                                 \
		__VA_ARGS__               \
	}

EXTACK(acknowledged, NLMSG_ERROR, 0, NULL, 0, "");
EXTACK(plain_errno, NLMSG_ERROR, -EPERM, NULL, 0, "");
EXTACK(sentence, NLMSG_ERROR, -EINVAL, "no such scope", 0, "no such scope");
EXTACK(sentence_names_the_rule, NLMSG_ERROR, -EINVAL, "rule 17: path is not absolute", 17,
       "path is not absolute");
EXTACK(rule_without_number_is_text, NLMSG_ERROR, -EINVAL, "rule x: bad", 0, "rule x: bad");
EXTACK(rule_without_colon_is_text, NLMSG_ERROR, -EINVAL, "rule 4 is bad", 0, "rule 4 is bad");
EXTACK(end_of_dump, NLMSG_DONE, 0, NULL, 0, "");
EXTACK(failed_dump, NLMSG_DONE, -ENOMEM, "no memory", 0, "no memory");

TEST_F(extack, is_read)
{
	char buf[1024] __attribute__((aligned(8)));
	struct kpol_nl_error error;

	make_ack(buf, variant->type, 1, variant->code, variant->text);
	EXPECT_EQ(variant->code, kpol_nl_extack_parse((struct nlmsghdr *)buf, &error));
	EXPECT_EQ(variant->rule, error.rule);
	EXPECT_STREQ(variant->message, error.message);
}

TEST(short_error_message_is_refused)
{
	char buf[1024] __attribute__((aligned(8)));
	struct kpol_nl_error error;

	make_ack(buf, NLMSG_ERROR, 1, -EINVAL, NULL);
	((struct nlmsghdr *)buf)->nlmsg_len = NLMSG_HDRLEN + 4;
	EXPECT_EQ(-EBADMSG, kpol_nl_extack_parse((struct nlmsghdr *)buf, &error));
}

TEST_F(pair, missing_family_means_module_gone)
{
	answer(self->kernel, NLMSG_ERROR, 1, -ENOENT, NULL);
	EXPECT_EQ(-ENODEV, kpol_nl_mode_set(self->nl, KPOL_MODE_OBSERVE));
}

TEST_F(pair, missing_policy_is_not_a_missing_module)
{
	answer(self->kernel, NLMSG_ERROR, 1, -ENOENT, "no policy \"x\"");
	EXPECT_EQ(-ENOENT, kpol_nl_policy_mode_set(self->nl, "x", KPOL_MODE_OBSERVE));
	EXPECT_STREQ("no policy \"x\"", kpol_nl_last_error(self->nl)->message);
}

TEST_F(pair, old_answers_are_skipped)
{
	answer(self->kernel, NLMSG_ERROR, 99, -EINVAL, "stale");
	answer(self->kernel, NLMSG_ERROR, 1, 0, NULL);
	EXPECT_EQ(0, kpol_nl_mode_set(self->nl, KPOL_MODE_ENFORCE));
}

TEST_F(pair, requests_carry_no_new_flags)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)self->buf;

	answer(self->kernel, NLMSG_ERROR, 1, 0, NULL);
	ASSERT_EQ(0, kpol_nl_mode_set(self->nl, KPOL_MODE_ENFORCE));
	ASSERT_LT(0, recv(self->kernel, self->buf, sizeof(self->buf), 0));
	EXPECT_EQ(NLM_F_REQUEST | NLM_F_ACK, hdr->nlmsg_flags);
	EXPECT_EQ(FAMILY, hdr->nlmsg_type);
	EXPECT_EQ(0, ((struct genlmsghdr *)nlmsg_data(hdr))->reserved);
}

TEST_F(pair, status_is_read_and_unknown_attributes_skipped)
{
	struct nl_msg *msg = make_message(1, 0, KPOL_CMD_STATUS_GET);
	struct kpol_nl_status status;
	struct nlattr *nest;

	nla_put_string(msg, KPOL_A_STATUS_VERSION, "0.1.0");
	nla_put_u64(msg, KPOL_A_STATUS_GENERATION, 7);
	nla_put_u32(msg, KPOL_A_STATUS_MODE, KPOL_MODE_OBSERVE);
	nla_put_u32(msg, 200, 5);
	for (uint32_t class = 1; class <= KPOL_CLASS_MAX + 1; class ++) {
		nest = nla_nest_start(msg, KPOL_A_STATUS_VERDICTS);
		nla_put_u32(msg, KPOL_A_COUNT_CLASS, class);
		nla_put_u64(msg, KPOL_A_COUNT_DENIED, class * 10);
		nla_nest_end(msg, nest);
	}
	answer_message(self->kernel, msg);
	answer(self->kernel, NLMSG_ERROR, 1, 0, NULL);
	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &status));
	EXPECT_EQ(7, status.generation);
	EXPECT_EQ(KPOL_MODE_OBSERVE, status.mode);
	EXPECT_EQ(10 * KPOL_CLASS_FILE, status.verdicts[KPOL_CLASS_FILE].denied);
	EXPECT_STREQ("0.1.0", status.version);
}

static const struct kpol_rule rules[] = {
	{ .object = "/bin/sh",
	  .source = "/usr/bin/payd",
	  .object_len = 7,
	  .source_len = 13,
	  .id = 1,
	  .scope = 2,
	  .policy = 3,
	  .line = 21,
	  .ops = KPOL_OP_EXEC,
	  .class = KPOL_CLASS_PROCESS,
	  .match = KPOL_MATCH_PATH,
	  .action = KPOL_ACTION_BLOCK,
	  .flags = KPOL_RULE_OWNER },
	{ .object = "",
	  .id = 2,
	  .scope = 1,
	  .policy = 1,
	  .line = 4,
	  .ops = KPOL_OPS_FILE,
	  .class = KPOL_CLASS_FILE,
	  .match = KPOL_MATCH_DIR,
	  .action = KPOL_ACTION_ALLOW,
	  .flags = KPOL_RULE_RECURSIVE },
	{ .id = 3,
	  .scope = 1,
	  .policy = 1,
	  .line = 5,
	  .ops = KPOL_OP_CONNECT,
	  .class = KPOL_CLASS_NETWORK,
	  .match = KPOL_MATCH_PEER,
	  .action = KPOL_ACTION_ALLOW,
	  .family = AF_INET,
	  .addr = { 10, 1 },
	  .prefix = 16,
	  .protocol = IPPROTO_TCP,
	  .socktypes = 1 << SOCK_STREAM,
	  .port_first = 443,
	  .port_last = 444 },
	{ .id = 4,
	  .scope = 1,
	  .policy = 1,
	  .line = 5,
	  .ops = KPOL_OP_CONNECT,
	  .class = KPOL_CLASS_NETWORK,
	  .match = KPOL_MATCH_PEER,
	  .action = KPOL_ACTION_BLOCK,
	  .family = AF_INET6,
	  .addr = { 0xfd, 0, [15] = 1 },
	  .prefix = 128 },
	{ .id = 5,
	  .scope = 1,
	  .policy = 1,
	  .line = 6,
	  .ops = KPOL_OP_ACCEPT,
	  .class = KPOL_CLASS_NETWORK,
	  .match = KPOL_MATCH_PEER,
	  .action = KPOL_ACTION_ALLOW,
	  .family = AF_INET6,
	  .set = 2048 },
};

TEST(rules_survive_the_wire)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct nl_msg *msg = make_message(1, 0, KPOL_CMD_RULE_GET);
		struct nlattr *attrs[KPOL_A_RULE_MAX + 1];
		u8 want[KPOL_RULE_ENCODED], got[KPOL_RULE_ENCODED];
		struct kpol_arena strings = { NULL };
		struct kpol_rule back;

		ASSERT_EQ(0, kpol_nl_put_rule(msg, 0, &rules[i]));
		ASSERT_EQ(0, genlmsg_parse(nlmsg_hdr(msg), 0, attrs, KPOL_A_RULE_MAX, NULL));
		ASSERT_EQ((int)rules[i].id, kpol_nl_get_rule(attrs, &strings, &back));
		kpol_rule_encode(&rules[i], want);
		kpol_rule_encode(&back, got);
		EXPECT_EQ(0, memcmp(want, got, sizeof(want)));
		EXPECT_EQ(rules[i].id, back.id);
		EXPECT_EQ(rules[i].line, back.line);
		if (rules[i].object) {
			EXPECT_STREQ(rules[i].object, back.object);
		} else {
			EXPECT_EQ(NULL, back.object);
		}
		kpol_arena_clear(&strings);
		nlmsg_free(msg);
	}
}

static uint32_t set_ids[KPOL_SETS_MAX] = { 1, 2, 7 };

TEST(sets_and_addresses_survive_the_wire)
{
	static char name[] = "labels:app=web@shop";
	const struct kpol_set_row set = { .name = name };
	const struct kpol_address_row rows[] = {
		{ .family = AF_INET, .addr = { 10, 0, 0, 1 }, .ids = set_ids, .n_ids = 3 },
		{ .family = AF_INET6, .addr = { 0xfd, [15] = 1 }, .ids = set_ids, .n_ids = 1 },
	};
	struct nl_msg *msg = make_message(1, 0, KPOL_CMD_SET_GET);
	struct nlattr *attrs[KPOL_A_SET_MAX + 1], *address[KPOL_A_ADDRESS_MAX + 1];
	struct kpol_address_row back;
	struct kpol_set_row same;

	ASSERT_EQ(0, kpol_nl_put_set(msg, 0, 3, &set));
	ASSERT_EQ(0, genlmsg_parse(nlmsg_hdr(msg), 0, attrs, KPOL_A_SET_MAX, NULL));
	ASSERT_EQ(3, kpol_nl_get_set(attrs, &same));
	EXPECT_STREQ(name, same.name);
	/* What the name stands for is not told. */
	EXPECT_FALSE(same.is_known);
	free(same.name);
	nlmsg_free(msg);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		msg = make_message(1, 0, KPOL_CMD_ADDRESS_GET);
		ASSERT_EQ(0, kpol_nl_put_address(msg, 0, &rows[i]));
		ASSERT_EQ(0, genlmsg_parse(nlmsg_hdr(msg), 0, address, KPOL_A_ADDRESS_MAX, NULL));
		ASSERT_EQ(0, kpol_nl_get_address(address, &back));
		EXPECT_EQ(rows[i].family, back.family);
		EXPECT_EQ(0, memcmp(rows[i].addr, back.addr, sizeof(back.addr)));
		ASSERT_EQ(rows[i].n_ids, back.n_ids);
		EXPECT_EQ(0, memcmp(rows[i].ids, back.ids, back.n_ids * sizeof(*back.ids)));
		free(back.ids);
		nlmsg_free(msg);
	}
}

#define FEW 5

/* Each in as many sets as there can be: one fits a message, two do not. */
TEST_F(pair, addresses_go_out_in_as_many_messages_as_it_takes)
{
	struct kpol_address_row rows[FEW];
	const struct kpol_address_rows list = { rows, FEW };
	unsigned char next = 0;

	for (uint32_t i = 0; i < FEW; i++) {
		rows[i] = (struct kpol_address_row){ .family = AF_INET,
						     .addr = { 10, 0, 0, (uint8_t)i },
						     .ids = set_ids,
						     .n_ids = KPOL_SETS_MAX };
		answer(self->kernel, NLMSG_ERROR, i + 1, 0, NULL);
	}
	ASSERT_EQ(0, kpol_nl_addresses_set(self->nl, &list, 42));
	while (recv(self->kernel, self->buf, sizeof(self->buf), MSG_DONTWAIT) > 0) {
		struct nlattr *attrs[KPOL_A_ADDRESSES_MAX + 1], *row[KPOL_A_ADDRESS_MAX + 1];

		ASSERT_EQ(0, genlmsg_parse((struct nlmsghdr *)self->buf, 0, attrs,
					   KPOL_A_ADDRESSES_MAX, NULL));
		EXPECT_EQ(42, nla_get_u64(attrs[KPOL_A_ADDRESSES_GENERATION]));
		ASSERT_EQ(0, nla_parse_nested(row, KPOL_A_ADDRESS_MAX,
					      attrs[KPOL_A_ADDRESSES_ADDRESS], NULL));
		EXPECT_EQ(next++, ((unsigned char *)nla_data(row[KPOL_A_ADDRESS_ADDR]))[3]);
	}
	EXPECT_EQ(FEW, next);
}

TEST(row_that_does_not_fit_leaves_the_message_alone)
{
	struct nl_msg *msg = nlmsg_alloc_size(64);
	uint32_t before;

	genlmsg_put(msg, 0, 1, FAMILY, 0, 0, KPOL_CMD_TX_ADD, 1);
	before = nlmsg_hdr(msg)->nlmsg_len;
	EXPECT_EQ(-EMSGSIZE, kpol_nl_put_rule(msg, KPOL_A_TX_RULE, &rules[0]));
	EXPECT_EQ(before, nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
}

#define MANY 60

TEST_F(pair, batches_fit_messages_and_keep_order)
{
	char path[2001];
	struct kpol_rule many[MANY];
	struct kpol_ruleset ruleset = { .rules = many, .n_rules = MANY };
	uint32_t next = 1;
	ssize_t n;

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[2000] = '\0';
	for (uint32_t i = 0; i < MANY; i++) {
		many[i] = rules[0];
		many[i].id = i + 1;
		many[i].object = path;
		answer(self->kernel, NLMSG_ERROR, i + 1, 0, NULL);
	}
	ASSERT_EQ(0, kpol_nl_tx_add(self->nl, 5, &ruleset, NULL, NULL));
	while ((n = recv(self->kernel, self->buf, sizeof(self->buf), MSG_DONTWAIT)) > 0) {
		struct genlmsghdr *genl = nlmsg_data((struct nlmsghdr *)self->buf);
		struct nlattr *attr, *row[KPOL_A_RULE_MAX + 1];
		int left;

		EXPECT_GE(16384, n);
		nla_for_each_attr(attr, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), left)
		{
			if (nla_type(attr) != KPOL_A_TX_RULE)
				continue;
			ASSERT_EQ(0, nla_parse_nested(row, KPOL_A_RULE_MAX, attr, NULL));
			EXPECT_EQ(next, nla_get_u32(row[KPOL_A_RULE_ID]));
			EXPECT_TRUE(attr->nla_type & NLA_F_NESTED);
			next++;
		}
	}
	EXPECT_EQ(MANY + 1, next);
}

TEST_F(pair, refused_batch_stops_and_names_the_rule)
{
	struct kpol_ruleset ruleset = { .rules = (struct kpol_rule *)rules, .n_rules = 1 };

	answer(self->kernel, NLMSG_ERROR, 1, -EINVAL, "rule 1: path is not absolute");
	EXPECT_EQ(-EINVAL, kpol_nl_tx_add(self->nl, 5, &ruleset, NULL, NULL));
	EXPECT_EQ(1, kpol_nl_last_error(self->nl)->rule);
}

static struct nl_msg *make_event(void)
{
	struct nl_msg *msg = make_message(0, 0, KPOL_CMD_EVENT_NTF);

	nla_put_u64(msg, KPOL_A_EVENT_SEQ, 42);
	nla_put_u32(msg, KPOL_A_EVENT_VERDICT, KPOL_VERDICT_DENY);
	return msg;
}

TEST(event_strings_need_no_terminator)
{
	struct nl_msg *msg = make_event();
	struct kpol_nl_event out;

	nla_put(msg, KPOL_A_EVENT_OBJECT, 7, "/bin/sh");
	nla_put_u32(msg, KPOL_A_EVENT_PID, 312);
	ASSERT_EQ(0, kpol_nl_event_decode(nlmsg_hdr(msg), &out));
	EXPECT_STREQ("/bin/sh", out.event.object);
	EXPECT_EQ(42, out.event.seq);
	EXPECT_EQ(1, out.event.count);
	EXPECT_TRUE(out.event.has_task);
	EXPECT_EQ(NULL, out.event.source);
	nlmsg_free(msg);
}

TEST(event_with_longer_strings_is_cut_and_says_so)
{
	static char longer[4000];
	struct nl_msg *msg = make_event();
	struct kpol_nl_event out;

	memset(longer, 'x', sizeof(longer) - 1);
	nla_put_string(msg, KPOL_A_EVENT_OBJECT, longer);
	ASSERT_EQ(0, kpol_nl_event_decode(nlmsg_hdr(msg), &out));
	EXPECT_EQ(KPOL_EVENT_OBJECT_MAX, strlen(out.event.object));
	EXPECT_TRUE(out.event.cut);
	nlmsg_free(msg);
}

TEST(event_with_short_numbers_and_odd_addresses_is_no_overread)
{
	struct nl_msg *msg = make_event();
	struct kpol_nl_event out;

	nla_put(msg, KPOL_A_EVENT_UID, 1, "x");
	nla_put(msg, KPOL_A_EVENT_ADDR, 7, "abcdefg");
	ASSERT_EQ(0, kpol_nl_event_decode(nlmsg_hdr(msg), &out));
	EXPECT_EQ(0, out.event.uid);
	EXPECT_EQ(0, out.event.addr_len);
	nlmsg_free(msg);
}

TEST(event_without_sequence_is_damaged)
{
	struct nl_msg *msg = make_message(0, 0, KPOL_CMD_EVENT_NTF);
	struct kpol_nl_event out;

	EXPECT_EQ(-EBADMSG, kpol_nl_event_decode(nlmsg_hdr(msg), &out));
	nlmsg_free(msg);
}

struct seen {
	uint64_t seqs[4];
	int n, damaged;
};

static void see_event(const struct kpol_event *event, void *userdata)
{
	struct seen *seen = userdata;

	seen->seqs[seen->n++ & 3] = event->seq;
}

static void see_damaged(void *userdata)
{
	((struct seen *)userdata)->damaged++;
}

static const struct kpol_nl_events_ops see_ops = { .event = see_event, .damaged = see_damaged };

TEST(event_socket_skips_damage_and_ends_when_empty)
{
	struct seen seen = { .n = 0 };
	struct kpol_nl_events *events;
	int fds[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds));
	ASSERT_EQ(0, kpol_nl_events_new_fd(fds[0], FAMILY, &see_ops, &seen, &events));
	answer_message(fds[1], make_event());
	answer_message(fds[1], make_message(0, 0, KPOL_CMD_EVENT_NTF));
	ASSERT_LT(0, send(fds[1], "short", 5, 0));
	answer_message(fds[1], make_event());
	EXPECT_EQ(4, kpol_nl_events_read(events, 100));
	EXPECT_EQ(2, seen.n);
	EXPECT_EQ(1, seen.damaged);
	EXPECT_EQ(42, seen.seqs[0]);
	EXPECT_EQ(0, kpol_nl_events_read(events, 100));
	kpol_nl_events_free(events);
	close(fds[1]);
}

struct born {
	uint64_t cgroup;
	uint32_t scope;
	char path[64];
	int n, missed;
};

static void see_birth(const struct kpol_nl_birth *birth, void *userdata)
{
	struct born *born = userdata;

	born->cgroup = birth->cgroup;
	born->scope = birth->scope;
	snprintf(born->path, sizeof(born->path), "%s", birth->path);
	born->n++;
}

static void see_missed(void *userdata)
{
	((struct born *)userdata)->missed++;
}

TEST(births_socket_tells_of_each_cgroup_and_of_what_it_missed)
{
	static const struct kpol_nl_births_ops ops = { see_birth, see_missed };
	struct nl_msg *msg = make_message(0, 0, KPOL_CMD_CGROUP_NTF);
	struct born born = { .n = 0 };
	struct kpol_nl_births *births;
	int fds[2];

	nla_put_u64(msg, KPOL_A_CGROUP_ID, 77);
	nla_put_u32(msg, KPOL_A_CGROUP_SCOPE, 3);
	nla_put_string(msg, KPOL_A_CGROUP_PATH, "/a/b");
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds));
	ASSERT_EQ(0, kpol_nl_births_new_fd(fds[0], FAMILY, &ops, &born, &births));
	answer_message(fds[1], msg);
	answer_message(fds[1], make_message(0, 0, KPOL_CMD_CGROUP_NTF));
	answer_message(fds[1], make_event());
	EXPECT_EQ(3, kpol_nl_births_read(births));
	EXPECT_EQ(1, born.n);
	EXPECT_EQ(1, born.missed);
	EXPECT_EQ(77, born.cgroup);
	EXPECT_EQ(3, born.scope);
	EXPECT_STREQ("/a/b", born.path);
	EXPECT_EQ(0, kpol_nl_births_read(births));
	kpol_nl_births_free(births);
	close(fds[1]);
}

TEST_HARNESS_MAIN
