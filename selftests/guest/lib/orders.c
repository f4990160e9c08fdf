// SPDX-License-Identifier: GPL-2.0-or-later
/* Orders for the module: its own commands with what belongs to them, right or wrong as chance has it. */
#include "orders.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gate.h"
#include "random.h"

#define KNOWN_SET "labels:f=f@f" /* the known rulesets that have rules have this one */

void orders_init(struct orders *orders)
{
	struct kpol_rule rules[ORDERS_KNOWN];
	struct kpol_set_row set = { .name = KNOWN_SET };
	struct kpol_ruleset ruleset = { .rules = rules, .sets = &set };

	for (unsigned int i = 0; i <= ORDERS_KNOWN; i++) {
		ruleset.n_rules = i;
		ruleset.n_sets = i > 0;
		if (kpol_ruleset_digest(&ruleset, orders->digest[i]) < 0)
			abort();
		if (i == ORDERS_KNOWN)
			return;
		rules[i] = (struct kpol_rule){ .id = i + 1,
					       .scope = 1,
					       .policy = 1,
					       .line = i + 1,
					       .class = KPOL_CLASS_FILE,
					       .match = KPOL_MATCH_PATH,
					       .ops = KPOL_OP_READ,
					       .action = KPOL_ACTION_BLOCK,
					       .object = "/fuzz/x",
					       .object_len = 7 };
	}
}

int orders_find(const struct orders *orders, const uint8_t *digest)
{
	for (int i = 0; i <= ORDERS_KNOWN; i++)
		if (!memcmp(orders->digest[i], digest, KPOL_DIGEST_LEN))
			return i;
	return -1;
}

static void put_policy(struct wire *wire, bool mutate)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_TX_POLICY);

	wire_put_number(wire, KPOL_A_POLICY_ID, 1, mutate);
	wire_put_text(wire, KPOL_A_POLICY_NAME, "p", mutate);
	wire_put_number(wire, KPOL_A_POLICY_MODE, KPOL_MODE_ENFORCE, mutate);
	wire_nest_end(wire, nest, mutate);
}

static void put_scope(struct wire *wire, bool mutate)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_TX_SCOPE);

	wire_put_number(wire, KPOL_A_SCOPE_ID, 1, mutate);
	wire_put_text(wire, KPOL_A_SCOPE_NAME, "s", mutate);
	wire_put_number(wire, KPOL_A_SCOPE_FLAGS, mutate ? random_below(4) : 0, mutate);
	wire_nest_end(wire, nest, mutate);
}

static void put_set(struct wire *wire, bool mutate)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_TX_SET);

	wire_put_number(wire, KPOL_A_SET_ID, 1, mutate);
	wire_put_text(wire, KPOL_A_SET_NAME, KNOWN_SET, mutate);
	wire_nest_end(wire, nest, mutate);
}

/* One of few addresses, in the one known set, in none or in odd ones. @type: of the nest. */
static void put_address(struct wire *wire, unsigned int type, bool mutate)
{
	static const uint32_t sets[] = { 1, 2, 0 };
	unsigned char address[16] = { 127, [3] = 1 };
	size_t nest = wire_nest_begin(wire, type);

	address[2] = random_below(3);
	wire_put(wire, KPOL_A_ADDRESS_ADDR, address, random_one_in(3) ? 16 : 4, mutate);
	if (!random_one_in(3))
		wire_put(wire, KPOL_A_ADDRESS_SETS, sets,
			 sizeof(*sets) * (mutate ? random_below(4) : 1), mutate);
	wire_nest_end(wire, nest, mutate);
}

static void put_odd_peer(struct wire *wire)
{
	wire_put_number(wire, KPOL_A_RULE_SET, random_below(3), true);
	wire_put_number(wire, KPOL_A_RULE_FAMILY, random_one_in(2) ? AF_INET : AF_INET6, true);
	wire_put(wire, KPOL_A_RULE_ADDR,
		 "\x0a\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		 random_one_in(2) ? 4 : 16, true);
	wire_put_number(wire, KPOL_A_RULE_PREFIX, random_below(130), true);
	wire_put_number(wire, KPOL_A_RULE_PROTOCOL, 6, true);
	wire_put_number(wire, KPOL_A_RULE_SOCKTYPES, 2, true);
	wire_put_number(wire, KPOL_A_RULE_PORT_FIRST, random_below(70000), true);
	wire_put_number(wire, KPOL_A_RULE_PORT_LAST, random_below(70000), true);
}

/* Programs most often: only their rules may have conditions. */
static unsigned int pick_class(void)
{
	return random_one_in(2) ? KPOL_CLASS_PROCESS : random_below(KPOL_CLASS_MAX + 2);
}

/* Records as enum kpol_condition wants them, but for their order and what mutation makes of them. */
static void put_odd_condition(struct wire *wire)
{
	static const uint8_t lengths[__KPOL_CONDITION_END] = { 0, 2, KPOL_DIGEST_LEN, 32, 64 };
	uint8_t bytes[512];
	size_t len = 0;

	for (unsigned int n = 1 + random_below(4); n; n--) {
		unsigned int kind = random_one_in(20) ? random_below(256)
						      : 1 + random_below(KPOL_CONDITION_MAX);
		unsigned int size = kind <= KPOL_CONDITION_MAX ? lengths[kind] : random_below(80);
		unsigned int claimed = random_one_in(15) ? random_below(65536) : size;

		bytes[len++] = kind;
		bytes[len++] = claimed;
		bytes[len++] = claimed >> 8;
		for (; size; size--)
			bytes[len++] = random_one_in(30) ? random_next() : 'a' + random_below(2);
	}
	wire_put(wire, KPOL_A_RULE_CONDITION, bytes, random_one_in(20) ? random_below(len) : len,
		 true);
}

/* Rule @id of a ruleset that is known; mutated, of any class and match, or about programs and with a condition. */
static void put_rule(struct wire *wire, uint32_t id, bool mutate)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_TX_RULE);
	bool odd = mutate && random_one_in(2);

	wire_put_number(wire, KPOL_A_RULE_ID, id, mutate);
	wire_put_number(wire, KPOL_A_RULE_SCOPE, 1, mutate);
	wire_put_number(wire, KPOL_A_RULE_POLICY, 1, mutate);
	wire_put_number(wire, KPOL_A_RULE_LINE, id, mutate);
	wire_put_number(wire, KPOL_A_RULE_CLASS, odd ? pick_class() : KPOL_CLASS_FILE, mutate);
	wire_put_number(wire, KPOL_A_RULE_MATCH,
			odd ? random_below(KPOL_MATCH_MAX + 2) : KPOL_MATCH_PATH, mutate);
	wire_put_number(wire, KPOL_A_RULE_OPS, odd ? random_next() : KPOL_OP_READ, mutate);
	wire_put_number(wire, KPOL_A_RULE_ACTION, KPOL_ACTION_BLOCK, mutate);
	wire_put_text(wire, KPOL_A_RULE_OBJECT, "/fuzz/x", mutate);
	if (odd && random_one_in(2))
		put_odd_peer(wire);
	if (odd && random_one_in(3))
		wire_put_number(wire, KPOL_A_RULE_FLAGS, random_below(2 * KPOL_RULE_NO_TERMINAL),
				true);
	if (odd && random_one_in(3))
		wire_put_text(wire, KPOL_A_RULE_SOURCE, "/bin/x", true);
	if (odd && random_one_in(3))
		put_odd_condition(wire);
	wire_nest_end(wire, nest, mutate);
}

static void put_binding_attrs(struct wire *wire, bool mutate)
{
	wire_put_number(wire, KPOL_A_BINDING_KIND,
			mutate ? 1 + random_below(KPOL_BIND_MAX) : KPOL_BIND_PATH, mutate);
	if (mutate && random_one_in(2))
		wire_put_number64(wire, KPOL_A_BINDING_CGROUP, random_below(1000), mutate);
	wire_put_text(wire, KPOL_A_BINDING_PATH, "/fuzz-bound", mutate);
	wire_put_number(wire, KPOL_A_BINDING_SCOPE, 1, mutate);
}

static void put_binding(struct wire *wire, bool mutate)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_TX_BINDING);

	put_binding_attrs(wire, mutate);
	wire_nest_end(wire, nest, mutate);
}

/* Rows of one transaction: @rules of them good. Mutated: any number in any order, some of them
 * nested in each other. */
static void put_rows(struct wire *wire, struct orders_tx *tx, bool mutate)
{
	size_t nest = 0;

	wire_put_number(wire, KPOL_A_TX_ID, tx->id, mutate && random_one_in(5));
	if (!mutate) {
		if (!tx->rules) {
			put_policy(wire, false);
			put_scope(wire, false);
			put_set(wire, false);
		}
		put_rule(wire, tx->rules + 1, false);
		return;
	}
	if (random_one_in(30))
		nest = wire_nest_begin(wire, 1 + random_below(9));
	for (unsigned int n = random_below(12); n; n--) {
		switch (random_below(7)) {
		case 0:
			put_policy(wire, !random_one_in(3));
			break;
		case 1:
			put_scope(wire, !random_one_in(3));
			break;
		case 2:
			put_rule(wire, 1 + random_below(4), !random_one_in(3));
			break;
		case 3:
			put_binding(wire, !random_one_in(3));
			break;
		case 4:
			put_set(wire, !random_one_in(3));
			break;
		case 5:
			put_address(wire, KPOL_A_TX_ADDRESS, !random_one_in(3));
			break;
		default:
			wire_put_garbage(wire);
		}
	}
	if (nest)
		wire_nest_end(wire, nest, true);
}

static void put_decide(struct wire *wire)
{
	size_t nest = wire_nest_begin(wire, KPOL_A_DECIDE_ACCESS);

	wire_put_number(wire, KPOL_A_DECIDE_SCOPE, 1, true);
	wire_put_number(wire, KPOL_A_DECIDE_CLASS, 1 + random_below(5), true);
	wire_put_number(wire, KPOL_A_DECIDE_OP, 1U << random_below(32), true);
	wire_put_text(wire, KPOL_A_DECIDE_OBJECT, "/fuzz/x", true);
	wire_put_text(wire, KPOL_A_DECIDE_SOURCE, "/bin/x", true);
	wire_put_number(wire, KPOL_A_DECIDE_FAMILY, AF_INET, true);
	wire_put(wire, KPOL_A_DECIDE_ADDR, "\x7f\x00\x00\x01", 4, true);
	wire_put_number(wire, KPOL_A_DECIDE_PORT, 80, true);
	if (random_one_in(2))
		wire_put(wire, KPOL_A_DECIDE_ARGS, "-m\0pydoc", 9, true);
	if (random_one_in(2))
		wire_put(wire, KPOL_A_DECIDE_SHA256, gate_letters, KPOL_DIGEST_LEN, true);
	if (random_one_in(2))
		wire_put(wire, KPOL_A_DECIDE_VERITY, gate_letters, random_one_in(2) ? 32 : 64,
			 true);
	if (random_one_in(2))
		wire_put(wire, KPOL_A_DECIDE_TERMINAL + random_below(2), NULL, 0, true);
	wire_nest_end(wire, nest, true);
}

static void put_commit(struct wire *wire, const struct orders *orders, struct orders_tx *tx,
		       bool mutate)
{
	unsigned int rules = tx->rules <= ORDERS_KNOWN ? tx->rules : random_below(ORDERS_KNOWN + 1);

	wire_put_number(wire, KPOL_A_TX_ID, tx->id, mutate && random_one_in(5));
	wire_put_number(wire, KPOL_A_TX_RULES, rules, mutate);
	wire_put(wire, KPOL_A_TX_DIGEST, orders->digest[rules], KPOL_DIGEST_LEN, mutate);
	if (random_one_in(4))
		wire_put(wire, KPOL_A_TX_DRY_RUN, NULL, 0, mutate);
}

static void put_addresses(struct wire *wire, const struct orders *orders, bool mutate)
{
	wire_put_number64(wire, KPOL_A_ADDRESSES_GENERATION, orders->generation, mutate);
	for (unsigned int n = random_below(6); n; n--)
		put_address(wire, KPOL_A_ADDRESSES_ADDRESS, mutate && random_one_in(3));
}

static void put_payload(struct wire *wire, const struct orders *orders, struct orders_tx *tx,
			unsigned int command, bool mutate)
{
	switch (command) {
	case KPOL_CMD_TX_BEGIN:
		wire_put_text(wire, KPOL_A_TX_LABEL, "fuzz", mutate);
		break;
	case KPOL_CMD_TX_ADD:
		put_rows(wire, tx, mutate);
		break;
	case KPOL_CMD_TX_COMMIT:
		put_commit(wire, orders, tx, mutate);
		break;
	case KPOL_CMD_TX_ABORT:
		wire_put_number(wire, KPOL_A_TX_ID, tx->id, mutate);
		break;
	case KPOL_CMD_BINDING_ADD:
	case KPOL_CMD_BINDING_DEL:
		put_binding_attrs(wire, mutate);
		wire_put_number64(wire, KPOL_A_BINDING_GENERATION, orders->generation, mutate);
		break;
	case KPOL_CMD_ADDRESS_SET:
		put_addresses(wire, orders, mutate);
		break;
	case KPOL_CMD_POLICY_MODE_SET:
		wire_put_text(wire, KPOL_A_POLICY_NAME, "p", mutate);
		wire_put_number(wire, KPOL_A_POLICY_MODE, 1 + random_below(2), mutate);
		break;
	case KPOL_CMD_MODE_SET:
		wire_put_number(wire, KPOL_A_MODE_MODE, 1 + random_below(3), mutate);
		break;
	case KPOL_CMD_TASK_GET:
		wire_put_number(wire, KPOL_A_TASK_PID, 1 + random_below(300), mutate);
		break;
	case KPOL_CMD_DECIDE:
		for (unsigned int n = 1 + random_below(3); n; n--)
			put_decide(wire);
		break;
	}
}

/* Begin, rows and commit come most often: what is behind them is deepest. */
static unsigned int pick_command(void)
{
	static const unsigned int often[] = { KPOL_CMD_TX_BEGIN, KPOL_CMD_TX_ADD, KPOL_CMD_TX_ADD,
					      KPOL_CMD_TX_ADD, KPOL_CMD_TX_COMMIT };

	if (random_one_in(100))
		return random_below(256);
	if (random_one_in(2))
		return often[random_below(sizeof(often) / sizeof(often[0]))];
	return 1 + random_below(KPOL_CMD_MAX);
}

/* What was sent to the module as it should be, in the order it should come. */
static void note_sent(struct orders_tx *tx, unsigned int command, bool mutate)
{
	if (command == KPOL_CMD_TX_ADD)
		tx->rules = mutate || tx->rules >= ORDERS_KNOWN ? ORDERS_BROKEN : tx->rules + 1;
}

static bool is_dump(unsigned int command)
{
	return (command >= KPOL_CMD_POLICY_GET && command <= KPOL_CMD_HOOK_GET) ||
	       command == KPOL_CMD_SET_GET || command == KPOL_CMD_ADDRESS_GET;
}

void orders_add(struct wire *wire, struct orders *orders, struct orders_tx *tx)
{
	size_t start = wire->len;
	bool mutate = !random_one_in(3);
	unsigned int command = pick_command();
	struct nlmsghdr *header = wire_room(wire, NLMSG_HDRLEN);
	struct genlmsghdr *genl = wire_room(wire, GENL_HDRLEN);

	if (!header || !genl) {
		wire->len = start;
		return;
	}
	header->nlmsg_type = orders->family;
	header->nlmsg_flags = NLM_F_REQUEST | (random_one_in(3) ? NLM_F_ACK : 0);
	if (is_dump(command) != random_one_in(20))
		header->nlmsg_flags |= NLM_F_DUMP;
	genl->cmd = command;
	genl->version = random_one_in(50) ? random_next() : KPOL_FAMILY_VERSION;
	put_payload(wire, orders, tx, command, mutate);
	if (mutate && random_one_in(20))
		wire_put_garbage(wire);
	header->nlmsg_len = wire->len - start;
	header->nlmsg_seq = orders->sent++;
	note_sent(tx, command, mutate);
	if (mutate && random_one_in(50))
		header->nlmsg_flags ^= 1U << random_below(16);
	if (mutate && random_one_in(100))
		header->nlmsg_len = random_below(2 * (wire->len - start));
	if (mutate && random_one_in(50) && wire->len > start)
		for (unsigned int n = random_below(8); n; n--)
			wire->bytes[start + random_below(wire->len - start)] ^= 1
										<< random_below(8);
}
