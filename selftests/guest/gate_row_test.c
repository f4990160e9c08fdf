// SPDX-License-Identifier: GPL-2.0-or-later
/* A row made by hand that is wrong is refused with a sentence, and spoils the load it came with. */
#include <sys/socket.h>

#include "lib/gate_fixture.h"

static const char long_path[5000] = { '/', [1 ... 4998] = 'a' };
static const char long_glob[KPOL_GLOB_MAX + 1] = { '/', [1 ... KPOL_GLOB_MAX - 1] = '*' };

#define PEER_CHANGES                                                                               \
	NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_NETWORK), NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PEER), \
		NUMBER(KPOL_A_RULE_OPS, KPOL_OP_CONNECT), WITHOUT(KPOL_A_RULE_OBJECT)

#define ROW(nest, name, refused, ...)                            \
	{                                                        \
		name, KPOL_A_TX_##nest, { __VA_ARGS__ }, refused \
	}

/* What refuses it: its form, the sense of its rule, or at the commit the rows around it. */
#define BY_FORM(result, sentence) false, result, 0, sentence
#define BY_RULE(sentence) false, -EINVAL, 1, sentence
#define BY_COMMIT(rule, sentence) true, -EINVAL, rule, sentence
#define UNKNOWN_TYPE BY_FORM(-EINVAL, "Unknown attribute type")
#define NO_STRING BY_FORM(-EINVAL, "Attribute failed policy validation")
#define OUT_OF_RANGE BY_FORM(-ERANGE, "integer out of range")

/* @at_commit: the rows are taken, the commit refuses. @rule: the id that the sentence names. */
static const struct bad_row {
	const char *name;
	int nest;
	struct gate_attr changes[GATE_CHANGES];
	bool at_commit;
	int result;
	uint32_t rule;
	const char *sentence;
} bad_rows[] = {
	ROW(POLICY, "unknown attribute of a policy", UNKNOWN_TYPE, NUMBER(63, 1)),
	ROW(RULE, "unknown attribute of a rule", UNKNOWN_TYPE, NUMBER(63, 1)),
	ROW(BINDING, "unknown attribute of a binding", UNKNOWN_TYPE, NUMBER(63, 1)),
	ROW(POLICY, "policy without a name",
	    BY_FORM(-EINVAL, "name or mode of a policy is missing"), WITHOUT(KPOL_A_POLICY_NAME)),
	ROW(POLICY, "policy without a mode",
	    BY_FORM(-EINVAL, "name or mode of a policy is missing"), WITHOUT(KPOL_A_POLICY_MODE)),
	ROW(POLICY, "policy that is off", OUT_OF_RANGE, NUMBER(KPOL_A_POLICY_MODE, KPOL_MODE_OFF)),
	ROW(POLICY, "policy with a long name", NO_STRING, LONG_NAME(KPOL_A_POLICY_NAME)),
	ROW(SCOPE, "scope without a name", BY_FORM(-EINVAL, "name of a scope is missing"),
	    WITHOUT(KPOL_A_SCOPE_NAME)),
	ROW(SCOPE, "scope with an unknown flag", BY_FORM(-EINVAL, "reserved bit set"),
	    NUMBER(KPOL_A_SCOPE_FLAGS, 1 << 9)),
	ROW(RULE, "rule without a class", BY_RULE("has an unknown class"),
	    WITHOUT(KPOL_A_RULE_CLASS)),
	ROW(RULE, "class 0", OUT_OF_RANGE, NUMBER(KPOL_A_RULE_CLASS, 0)),
	ROW(RULE, "class out of range", OUT_OF_RANGE,
	    NUMBER(KPOL_A_RULE_CLASS, KPOL_CLASS_MAX + 1)),
	ROW(RULE, "class that is right in its last byte", OUT_OF_RANGE,
	    NUMBER(KPOL_A_RULE_CLASS, 256 + KPOL_CLASS_FILE)),
	ROW(RULE, "match out of range", OUT_OF_RANGE,
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_MAX + 1)),
	ROW(RULE, "action out of range", OUT_OF_RANGE,
	    NUMBER(KPOL_A_RULE_ACTION, KPOL_ACTION_MAX + 1)),
	ROW(RULE, "unknown flag", BY_FORM(-EINVAL, "reserved bit set"),
	    NUMBER(KPOL_A_RULE_FLAGS, 1 << 9)),
	ROW(RULE, "operations of another class",
	    BY_RULE("has operations that its class does not have"),
	    NUMBER(KPOL_A_RULE_OPS, KPOL_OP_EXEC)),
	ROW(RULE, "no operations", BY_RULE("has operations that its class does not have"),
	    NUMBER(KPOL_A_RULE_OPS, 0)),
	ROW(RULE, "match of another class", BY_RULE("has a match that its class does not have"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_PEER)),
	ROW(RULE, "recursive path", BY_RULE("is recursive but not a directory"),
	    NUMBER(KPOL_A_RULE_FLAGS, KPOL_RULE_RECURSIVE)),
	ROW(RULE, "path without an object", BY_RULE("has no object"), WITHOUT(KPOL_A_RULE_OBJECT)),
	ROW(RULE, "relative path", BY_RULE("has a path that is not absolute and clean"),
	    TEXT(KPOL_A_RULE_OBJECT, "x")),
	ROW(RULE, "path with ..", BY_RULE("has a path that is not absolute and clean"),
	    TEXT(KPOL_A_RULE_OBJECT, "/a/../x")),
	ROW(RULE, "path too long", NO_STRING,
	    RAW(KPOL_A_RULE_OBJECT, long_path, KPOL_PATH_MAX + 2)),
	ROW(RULE, "path without a NUL", NO_STRING, RAW(KPOL_A_RULE_OBJECT, "/x", 2)),
	ROW(RULE, "relative source", BY_RULE("has a source that is not an absolute, clean path"),
	    TEXT(KPOL_A_RULE_SOURCE, "bin/sh")),
	ROW(RULE, "relative pattern", BY_RULE("has a pattern that does not begin with a slash"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, "*.log")),
	ROW(RULE, "pattern with an open set",
	    BY_RULE("has a pattern with a '[' that is never closed"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, "/[a")),
	ROW(RULE, "pattern too long", BY_RULE("has a pattern that is too long"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_GLOB), TEXT(KPOL_A_RULE_OBJECT, long_glob)),
	ROW(RULE, "directory with a last slash",
	    BY_RULE("has a directory that is not an absolute, clean path"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_DIR), TEXT(KPOL_A_RULE_OBJECT, "/a/")),
	ROW(RULE, "name with a slash", BY_RULE("has a name that is empty or has a slash"),
	    NUMBER(KPOL_A_RULE_MATCH, KPOL_MATCH_NAME), TEXT(KPOL_A_RULE_OBJECT, "a/b")),
	ROW(RULE, "network fields of a file rule",
	    BY_RULE("has network fields but is no network rule"), NUMBER(KPOL_A_RULE_PORT_LAST, 5)),
	ROW(RULE, "IPv4 address of 5 bytes", BY_RULE("has an address of the wrong length"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0\0", 5), NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "IPv4 address of 16 bytes", BY_RULE("has an address of the wrong length"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, gate_letters, 16), NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "IPv6 address of 4 bytes", BY_RULE("has an address of the wrong length"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET6),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0", 4), NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "address of 3 bytes", BY_FORM(-ERANGE, "binary attribute size out of range"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0", 3)),
	ROW(RULE, "address of 17 bytes", BY_FORM(-ERANGE, "binary attribute size out of range"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET6),
	    RAW(KPOL_A_RULE_ADDR, gate_letters, 17)),
	ROW(RULE, "bits beyond the prefix", BY_RULE("has address bits beyond its prefix"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\x01", 4), NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "prefix longer than the address", BY_RULE("has a prefix longer than its address"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0", 4), NUMBER(KPOL_A_RULE_PREFIX, 33)),
	ROW(RULE, "prefix without a family", BY_RULE("has a prefix longer than its address"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "prefix out of range", OUT_OF_RANGE, PEER_CHANGES,
	    NUMBER(KPOL_A_RULE_PREFIX, 129)),
	ROW(RULE, "family that is not IP",
	    BY_RULE("has an address family that is neither IPv4 nor IPv6"), PEER_CHANGES,
	    NUMBER(KPOL_A_RULE_FAMILY, AF_UNIX)),
	ROW(RULE, "family out of range", OUT_OF_RANGE, PEER_CHANGES,
	    NUMBER(KPOL_A_RULE_FAMILY, 256 + AF_INET)),
	ROW(RULE, "ports reversed", BY_RULE("has a port range that ends before it begins"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_PORT_FIRST, 9), NUMBER(KPOL_A_RULE_PORT_LAST, 8)),
	ROW(RULE, "port out of range", OUT_OF_RANGE, PEER_CHANGES,
	    NUMBER(KPOL_A_RULE_PORT_LAST, 65536)),
	ROW(RULE, "number of 2 bytes", BY_FORM(-EINVAL, "invalid attribute length"),
	    RAW(KPOL_A_RULE_OPS, "\x04\0", 2)),
	ROW(RULE, "ids out of order", BY_COMMIT(1, "is out of order"), NUMBER(KPOL_A_RULE_ID, 2)),
	ROW(RULE, "scope that is missing", BY_COMMIT(1, "belongs to a scope that does not exist"),
	    NUMBER(KPOL_A_RULE_SCOPE, 2)),
	ROW(RULE, "scope 0", BY_COMMIT(1, "belongs to a scope that does not exist"),
	    NUMBER(KPOL_A_RULE_SCOPE, 0)),
	ROW(RULE, "policy that is missing", BY_COMMIT(1, "belongs to a policy that does not exist"),
	    NUMBER(KPOL_A_RULE_POLICY, 2)),
	ROW(RULE, "address set of a file rule",
	    BY_RULE("has network fields but is no network rule"), NUMBER(KPOL_A_RULE_SET, 1)),
	ROW(RULE, "address set and an address", BY_RULE("has both an address and an address set"),
	    PEER_CHANGES, NUMBER(KPOL_A_RULE_SET, 1), NUMBER(KPOL_A_RULE_FAMILY, AF_INET),
	    RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\0", 4), NUMBER(KPOL_A_RULE_PREFIX, 8)),
	ROW(RULE, "address set with an address that has no prefix",
	    BY_RULE("has address bits beyond its prefix"), PEER_CHANGES, NUMBER(KPOL_A_RULE_SET, 1),
	    NUMBER(KPOL_A_RULE_FAMILY, AF_INET), RAW(KPOL_A_RULE_ADDR, "\x0a\0\0\x01", 4)),
	ROW(RULE, "number of a set of 8 bytes", BY_FORM(-EINVAL, "invalid attribute length"),
	    PEER_CHANGES, RAW(KPOL_A_RULE_SET, "\x01\0\0\0\0\0\0\0", 8)),
	ROW(SET, "unknown attribute of a set", UNKNOWN_TYPE, NUMBER(63, 1)),
	ROW(SET, "set without a name", BY_FORM(-EINVAL, "name of an address set is missing"),
	    WITHOUT(KPOL_A_SET_NAME)),
	ROW(SET, "set with an empty name", BY_FORM(-EINVAL, "name of an address set is missing"),
	    TEXT(KPOL_A_SET_NAME, "")),
	ROW(SET, "set with a long name", NO_STRING, LONG_NAME(KPOL_A_SET_NAME)),
	ROW(ADDRESS, "unknown attribute of an address", UNKNOWN_TYPE, NUMBER(63, 1)),
	ROW(ADDRESS, "address row without an address",
	    BY_FORM(-EINVAL, "address of an address row is missing"), WITHOUT(KPOL_A_ADDRESS_ADDR)),
	ROW(ADDRESS, "address row of 3 bytes",
	    BY_FORM(-ERANGE, "binary attribute size out of range"),
	    RAW(KPOL_A_ADDRESS_ADDR, "\x0a\0\0", 3)),
	ROW(ADDRESS, "address row of 17 bytes",
	    BY_FORM(-ERANGE, "binary attribute size out of range"),
	    RAW(KPOL_A_ADDRESS_ADDR, gate_letters, 17)),
	ROW(ADDRESS, "address row of 5 bytes",
	    BY_FORM(-EINVAL, "an address is neither 4 nor 16 bytes long"),
	    RAW(KPOL_A_ADDRESS_ADDR, "\x0a\0\0\0\0", 5)),
	ROW(ADDRESS, "sets that end inside an id",
	    BY_FORM(-EINVAL, "an address has a list of sets that ends inside an id"),
	    RAW(KPOL_A_ADDRESS_SETS, "\x01\0\0\0\0", 5)),
	ROW(ADDRESS, "set twice", BY_FORM(-EINVAL, "an address has its sets out of order"),
	    RAW(KPOL_A_ADDRESS_SETS, "\x01\0\0\0\x01\0\0\0", 8)),
	ROW(ADDRESS, "sets out of order", BY_FORM(-EINVAL, "an address has its sets out of order"),
	    RAW(KPOL_A_ADDRESS_SETS, "\x02\0\0\0\x01\0\0\0", 8)),
	ROW(ADDRESS, "set 0", BY_FORM(-EINVAL, "an address has its sets out of order"),
	    RAW(KPOL_A_ADDRESS_SETS, "\0\0\0\0", 4)),
	ROW(ADDRESS, "set that is missing",
	    BY_FORM(-EINVAL, "an address is in a set that does not exist"),
	    RAW(KPOL_A_ADDRESS_SETS, "\x02\0\0\0", 4)),
	ROW(BINDING, "binding without a kind", BY_FORM(-EINVAL, "kind of a binding is missing"),
	    WITHOUT(KPOL_A_BINDING_KIND)),
	ROW(BINDING, "binding of an unknown kind", OUT_OF_RANGE,
	    NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_MAX + 1)),
	ROW(BINDING, "binding to a scope that is missing",
	    BY_COMMIT(0, "binding 1: scope 9 does not exist"), NUMBER(KPOL_A_BINDING_SCOPE, 9)),
	ROW(BINDING, "binding of a relative path",
	    BY_COMMIT(0, "a binding has a path that does not begin with a slash"),
	    TEXT(KPOL_A_BINDING_PATH, "b")),
	ROW(BINDING, "binding without a path", BY_COMMIT(0, "a binding has no path"),
	    WITHOUT(KPOL_A_BINDING_PATH)),
	ROW(BINDING, "binding by id without one", BY_COMMIT(0, "a binding has no cgroup id"),
	    NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_ID)),
	ROW(BINDING, "unit with a slash", BY_COMMIT(0, "a binding names a unit with a slash"),
	    NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_UNIT)),
	ROW(BINDING, "binding by a bad pattern",
	    BY_COMMIT(0, "a binding has a pattern with a '[' that is never closed"),
	    NUMBER(KPOL_A_BINDING_KIND, KPOL_BIND_GLOB), TEXT(KPOL_A_BINDING_PATH, "/[")),
};

TEST_F(gate, the_good_rows_are_good)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "good", &id));
	ASSERT_EQ(0, gate_add_rows(self->nl, id, 0, gate_no_changes, NLA_F_NESTED))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	gate_digest(gate_no_changes, digest);
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
		r = gate_add_rows(self->nl, id, bad->nest, bad->changes, NLA_F_NESTED);
		if (bad->at_commit) {
			ASSERT_EQ(0, r)
			TH_LOG("%s: %s", bad->name, kpol_nl_last_error(self->nl)->message);
			gate_digest(bad->nest == KPOL_A_TX_RULE ? bad->changes : gate_no_changes,
				    digest);
			r = kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation);
		}
		expect_refusal(_metadata, self, bad->result, r, bad->rule, bad->sentence,
			       bad->name);
	}
	expect_enforced(_metadata, self, "all bad rows");
}

TEST_F(gate, a_bad_row_spoils_its_transaction)
{
	static const struct gate_attr changes[GATE_CHANGES] = { TEXT(KPOL_A_RULE_OBJECT, "x") };
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "spoilt", &id));
	EXPECT_EQ(-EINVAL, gate_add_rows(self->nl, id, KPOL_A_TX_RULE, changes, NLA_F_NESTED));
	EXPECT_EQ(-ENOENT, gate_add_rows(self->nl, id, 0, gate_no_changes, NLA_F_NESTED));
	gate_digest(gate_no_changes, digest);
	expect_refusal(_metadata, self, -ENOENT,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation), 0,
		       NO_TRANSACTION, "a bad row");
}

TEST_F(gate, nests_must_say_that_they_are)
{
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "flat", &id));
	expect_refusal(_metadata, self, -EINVAL, gate_add_rows(self->nl, id, 0, gate_no_changes, 0),
		       0, "NLA_F_NESTED is missing", "a nest without its flag");
}

TEST_HARNESS_MAIN
