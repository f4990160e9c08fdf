// SPDX-License-Identifier: GPL-2.0-or-later
/* A message that is wrong outside of its rows, in its header or at random changes nothing. */
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <time.h>

#include "lib/gate_fixture.h"
#include "nl/request.h"

static int send_attr(struct kpol_nl *nl, uint8_t cmd, uint32_t id, const struct gate_attr *attrs,
		     size_t n)
{
	_cleanup_msg_ struct nl_msg *msg = NULL;
	int r = kpol_nl_msg(nl, cmd, &msg);

	if (r < 0)
		return r;
	if (id)
		nla_put_u32(msg, KPOL_A_TX_ID, id);
	for (size_t i = 0; i < n; i++)
		gate_put_attr(msg, &attrs[i]);
	return kpol_nl_do(nl, msg, KPOL_A_TX_MAX, NULL, NULL);
}

/* @begins: a transaction is under way and its id is sent. */
static const struct bad_message {
	const char *name;
	uint8_t cmd;
	bool begins;
	struct gate_attr attrs[2];
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
	  { LONG_NAME(KPOL_A_TX_LABEL) },
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
	  { RAW(KPOL_A_TX_DIGEST, gate_letters, 32) },
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
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, gate_letters, 31) },
	  -ERANGE,
	  "binary attribute size out of range" },
	{ "commit without BEGIN",
	  KPOL_CMD_TX_COMMIT,
	  false,
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, gate_letters, 32) },
	  -ENOENT,
	  NO_TRANSACTION },
	{ "wrong digest",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 0), RAW(KPOL_A_TX_DIGEST, gate_letters, 32) },
	  -EBADMSG,
	  "the digest is not that of the rules that arrived" },
	{ "wrong count",
	  KPOL_CMD_TX_COMMIT,
	  true,
	  { NUMBER(KPOL_A_TX_RULES, 5), RAW(KPOL_A_TX_DIGEST, gate_letters, 32) },
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
	{ "addresses without a generation",
	  KPOL_CMD_ADDRESS_SET,
	  false,
	  { { 0 } },
	  -ESTALE,
	  "the sets count in a generation that is not live" },
	{ "addresses of another generation",
	  KPOL_CMD_ADDRESS_SET,
	  false,
	  { RAW(KPOL_A_ADDRESSES_GENERATION, "\xff\xff\xff\xff\0\0\0\0", 8) },
	  -ESTALE,
	  "the sets count in a generation that is not live" },
	{ "generation of 4 bytes",
	  KPOL_CMD_ADDRESS_SET,
	  false,
	  { NUMBER(KPOL_A_ADDRESSES_GENERATION, 1) },
	  -EINVAL,
	  "invalid attribute length" },
	{ "garbage as an address",
	  KPOL_CMD_ADDRESS_SET,
	  false,
	  { RAW(NLA_F_NESTED | KPOL_A_ADDRESSES_ADDRESS, "\x40\0\x01\0", 4) },
	  -EINVAL,
	  NULL },
	{ "unknown attribute of ADDRESS_SET",
	  KPOL_CMD_ADDRESS_SET,
	  false,
	  { NUMBER(63, 1) },
	  -EINVAL,
	  "Unknown attribute type" },
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
		ASSERT_EQ(0, gate_rows_msg(self->nl, id, 0, gate_no_changes, NLA_F_NESTED, &msg));
		bytes = nlmsg_data(nlmsg_hdr(msg));
		len = nlmsg_datalen(nlmsg_hdr(msg));
		for (int flips = 1 + rand_r(&seed) % 4; flips; flips--)
			bytes[GENL_HDRLEN + rand_r(&seed) % (len - GENL_HDRLEN)] ^=
				1 << rand_r(&seed) % 8;
		(void)kpol_nl_do(self->nl, msg, KPOL_A_TX_MAX, NULL, NULL);
	}
	expect_enforced(_metadata, self, "random damage");
}

TEST_HARNESS_MAIN
