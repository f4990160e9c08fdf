// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses that are given other sets while a ruleset is live: one message is done whole or not at all. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/gate_fixture.h"
#include "lib/slow.h"
#include "nl/control.h"
#include "nl/dump.h"

#define SETS 3

FIXTURE(address)
{
	struct kpol_nl *nl;
	struct kpol_ruleset ruleset;
	struct kpol_set_row sets[SETS];
	uint64_t generation;
};

static struct kpol_policy_row policies[] = { { .name = "p", .mode = KPOL_MODE_ENFORCE } };
static struct kpol_scope_row scopes[] = { { .name = "s" } };
static struct kpol_rule rules[] = { { .id = 1,
				      .scope = 1,
				      .policy = 1,
				      .class = KPOL_CLASS_NETWORK,
				      .match = KPOL_MATCH_PEER,
				      .ops = KPOL_OP_CONNECT,
				      .action = KPOL_ACTION_ALLOW,
				      .set = 1 } };

FIXTURE_SETUP(address)
{
	guest_unload();
	ASSERT_EQ(0, kpol_nl_new(false, &self->nl));
	for (int i = 0; i < SETS; i++)
		ASSERT_LT(0, asprintf(&self->sets[i].name, "set%d", i + 1));
	self->ruleset = (struct kpol_ruleset){ .policies = policies,
					       .n_policies = 1,
					       .scopes = scopes,
					       .n_scopes = 1,
					       .sets = self->sets,
					       .n_sets = SETS,
					       .rules = rules,
					       .n_rules = 1 };
	ASSERT_EQ(0, kpol_nl_load(self->nl, &self->ruleset, "addresses", false, NULL, NULL,
				  &self->generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
}

FIXTURE_TEARDOWN(address)
{
	kpol_nl_free(self->nl);
	guest_unload();
}

static uint32_t all_sets[] = { 1, 2, 3, 4 };

/* @first: of @n ids. */
static struct kpol_address_row row_of(uint32_t host, uint32_t first, size_t n)
{
	struct kpol_address_row row = { .family = AF_INET,
					.ids = &all_sets[first - 1],
					.n_ids = n };

	host = htonl(host);
	memcpy(row.addr, &host, 4);
	return row;
}

static int set(FIXTURE_DATA(address) * self, struct kpol_address_row *rows, size_t n)
{
	struct kpol_address_rows list = { rows, n };

	return kpol_nl_addresses_set(self->nl, &list, self->generation);
}

/* "10.0.0.1 1,2" for each address, in order. */
static char *read_all(struct __test_metadata *_metadata, FIXTURE_DATA(address) * self)
{
	struct kpol_ruleset *live;
	uint64_t generation;
	char *text = calloc(1, 4096), address[64];

	ASSERT_EQ(0, kpol_nl_ruleset_get(self->nl, &generation, &live));
	for (size_t i = 0; i < live->addresses.n && i < 40; i++) {
		const struct kpol_address_row *row = &live->addresses.items[i];

		inet_ntop(row->family, row->addr, address, sizeof(address));
		sprintf(text + strlen(text), "%s%s", i ? "; " : "", address);
		for (size_t k = 0; k < row->n_ids; k++)
			sprintf(text + strlen(text), "%c%u", k ? ',' : ' ', row->ids[k]);
	}
	kpol_ruleset_free(live);
	return text;
}

#define EXPECT_ADDRESSES(expected)                       \
	do {                                             \
		char *_text = read_all(_metadata, self); \
		EXPECT_STREQ(expected, _text);           \
		free(_text);                             \
	} while (0)

TEST_F(address, whole_list_is_replaced_and_an_empty_one_forgets)
{
	struct kpol_address_row rows[] = { row_of(1, 1, 2), row_of(2, 3, 1) };

	EXPECT_ADDRESSES("");
	ASSERT_EQ(0, set(self, rows, 2));
	EXPECT_ADDRESSES("0.0.0.1 1,2; 0.0.0.2 3");
	rows[0] = row_of(1, 2, 2);
	ASSERT_EQ(0, set(self, rows, 1));
	EXPECT_ADDRESSES("0.0.0.1 2,3; 0.0.0.2 3");
	rows[0] = row_of(1, 1, 0);
	ASSERT_EQ(0, set(self, rows, 1));
	EXPECT_ADDRESSES("0.0.0.2 3");
	ASSERT_EQ(0, set(self, rows, 1));
	EXPECT_ADDRESSES("0.0.0.2 3");
}

TEST_F(address, of_one_address_in_a_message_the_last_row_counts)
{
	struct kpol_address_row rows[] = { row_of(1, 1, 1), row_of(1, 2, 1), row_of(2, 1, 1),
					   row_of(2, 1, 0) };

	ASSERT_EQ(0, set(self, rows, 4));
	EXPECT_ADDRESSES("0.0.0.1 2");
}

TEST_F(address, mapped_address_is_its_ipv4_address)
{
	struct kpol_address_row row = { .family = AF_INET6,
					.addr = { [10] = 0xff, [11] = 0xff, [15] = 1 },
					.ids = all_sets,
					.n_ids = 1 };

	ASSERT_EQ(0, set(self, &row, 1));
	EXPECT_ADDRESSES("0.0.0.1 1");
	row = row_of(1, 3, 1);
	ASSERT_EQ(0, set(self, &row, 1));
	EXPECT_ADDRESSES("0.0.0.1 3");
}

TEST_F(address, one_bad_row_undoes_the_message)
{
	struct kpol_address_row rows[] = { row_of(1, 1, 1), row_of(2, 1, 1), row_of(3, 4, 1) };

	ASSERT_EQ(0, set(self, rows, 1));
	rows[0] = row_of(1, 2, 1);
	EXPECT_EQ(-EINVAL, set(self, rows, 3));
	EXPECT_STREQ("an address is in a set that does not exist",
		     kpol_nl_last_error(self->nl)->message);
	EXPECT_ADDRESSES("0.0.0.1 1");
}

TEST_F(address, ids_of_an_older_ruleset_are_refused)
{
	struct kpol_address_row row = row_of(1, 1, 1);
	uint64_t newer;

	ASSERT_EQ(0, set(self, &row, 1));
	ASSERT_EQ(0, kpol_nl_load(self->nl, &self->ruleset, "again", false, NULL, NULL, &newer));
	/* The new ruleset has the addresses that came with it: none. */
	EXPECT_ADDRESSES("");
	EXPECT_EQ(-ESTALE, set(self, &row, 1));
	EXPECT_ADDRESSES("");
	self->generation = newer;
	EXPECT_EQ(0, set(self, &row, 1));
	EXPECT_ADDRESSES("0.0.0.1 1");
}

TEST_F(address, binding_that_changes_leaves_them_alone)
{
	struct kpol_address_row row = row_of(1, 1, 1);
	const struct kpol_binding_row binding = { .kind = KPOL_BIND_PATH,
						  .path = "/nobody",
						  .scope = 1 };

	ASSERT_EQ(0, set(self, &row, 1));
	ASSERT_EQ(0, kpol_nl_binding_add(self->nl, &binding, self->generation));
	EXPECT_ADDRESSES("0.0.0.1 1");
	row = row_of(1, 2, 2);
	ASSERT_EQ(0, set(self, &row, 1));
	ASSERT_EQ(0, kpol_nl_binding_del(self->nl, &binding));
	EXPECT_ADDRESSES("0.0.0.1 2,3");
}

TEST_F(address, they_come_with_a_ruleset_in_one_step)
{
	struct kpol_address_row rows[] = { row_of(1, 1, 3), row_of(2, 2, 1) };
	struct kpol_nl_status before, after;

	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &before));
	EXPECT_EQ(SETS, before.sets);
	EXPECT_EQ(0, before.addresses);
	self->ruleset.addresses = (struct kpol_address_rows){ rows, 2 };
	ASSERT_EQ(0, kpol_nl_load(self->nl, &self->ruleset, "with", false, NULL, NULL,
				  &self->generation));
	EXPECT_ADDRESSES("0.0.0.1 1,2,3; 0.0.0.2 2");
	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &after));
	EXPECT_EQ(2, after.addresses);
	EXPECT_LT(before.memory, after.memory);
	/* What is in the sets is not part of what the policy is. */
	EXPECT_EQ(0, memcmp(before.digest, after.digest, sizeof(before.digest)));
}

TEST_F(address, ruleset_without_sets_has_none)
{
	struct kpol_address_row row = row_of(1, 1, 1);
	const struct kpol_ruleset nothing = { 0 };

	ASSERT_EQ(0,
		  kpol_nl_load(self->nl, &nothing, "none", false, NULL, NULL, &self->generation));
	EXPECT_EQ(-EINVAL, set(self, &row, 1));
	row.n_ids = 0;
	EXPECT_EQ(0, set(self, &row, 1));
	EXPECT_ADDRESSES("");
}

TEST_F_TIMEOUT(address, more_than_there_may_be_are_refused, 120)
{
	struct kpol_address_row *rows = calloc(KPOL_ADDRESSES_MAX + 1, sizeof(*rows));
	struct kpol_nl_status status;

	for (uint32_t i = 0; i <= KPOL_ADDRESSES_MAX; i++)
		rows[i] = row_of(i + 1, 1 + i % 3, 1);
	ASSERT_EQ(0, set(self, rows, KPOL_ADDRESSES_MAX))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	EXPECT_EQ(-E2BIG, set(self, &rows[KPOL_ADDRESSES_MAX], 1));
	EXPECT_STREQ("more than 131072 addresses", kpol_nl_last_error(self->nl)->message);
	/* What is there may still change. */
	rows[0] = row_of(1, 1, 3);
	EXPECT_EQ(0, set(self, rows, 1));
	rows[1] = row_of(2, 1, 0);
	EXPECT_EQ(0, set(self, &rows[1], 1));
	EXPECT_EQ(0, set(self, &rows[KPOL_ADDRESSES_MAX], 1));
	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &status));
	EXPECT_EQ(KPOL_ADDRESSES_MAX, status.addresses);
	TH_LOG("%llu bytes for %u addresses", (unsigned long long)status.memory, status.addresses);
	/* And all of them come with a ruleset, where that takes no minutes. */
	if (slow_times() > 1) {
		free(rows);
		return;
	}
	self->ruleset.addresses = (struct kpol_address_rows){ rows, KPOL_ADDRESSES_MAX + 1 };
	EXPECT_EQ(0, kpol_nl_load(self->nl, &self->ruleset, "full", false, NULL, NULL,
				  &self->generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	rows[1] = row_of(2, 1, 1);
	EXPECT_EQ(-E2BIG, kpol_nl_load(self->nl, &self->ruleset, "too full", false, NULL, NULL,
				       &self->generation));
	free(rows);
}

TEST_F(address, more_sets_than_there_may_be_are_refused)
{
	struct kpol_set_row *sets = calloc(KPOL_SETS_MAX + 1, sizeof(*sets));
	struct kpol_address_row row = row_of(1, 1, 1);
	uint32_t *ids = calloc(KPOL_SETS_MAX, sizeof(*ids));
	uint64_t generation;

	for (uint32_t i = 0; i <= KPOL_SETS_MAX; i++)
		ASSERT_LT(0, asprintf(&sets[i].name, "set%u", i));
	for (uint32_t i = 0; i < KPOL_SETS_MAX; i++)
		ids[i] = i + 1;
	self->ruleset.sets = sets;
	self->ruleset.n_sets = KPOL_SETS_MAX + 1;
	EXPECT_EQ(-E2BIG,
		  kpol_nl_load(self->nl, &self->ruleset, "many", false, NULL, NULL, &generation));
	EXPECT_STREQ("more than 2048 address sets", kpol_nl_last_error(self->nl)->message);
	/* One address may be in all there can be. */
	self->ruleset.n_sets = KPOL_SETS_MAX;
	row.ids = ids;
	row.n_ids = KPOL_SETS_MAX;
	self->ruleset.addresses = (struct kpol_address_rows){ &row, 1 };
	EXPECT_EQ(0, kpol_nl_load(self->nl, &self->ruleset, "all", false, NULL, NULL,
				  &self->generation))
	TH_LOG("%s", kpol_nl_last_error(self->nl)->message);
	EXPECT_EQ(0, set(self, &row, 1));
}

TEST_HARNESS_MAIN
