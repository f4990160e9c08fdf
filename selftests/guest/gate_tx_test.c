// SPDX-License-Identifier: GPL-2.0-or-later
/* One load at a time, which belongs to its socket and changes nothing before it is committed. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/gate_fixture.h"
#include "nl/dump.h"

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
	ASSERT_EQ(0, gate_add_rows(other, id, 0, gate_no_changes, NLA_F_NESTED));
	gate_digest(gate_no_changes, digest);
	expect_refusal(_metadata, self, -ENOENT,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation), 0,
		       NO_TRANSACTION, "commit of another's");
	expect_refusal(_metadata, self, -ENOENT,
		       gate_add_rows(self->nl, id, 0, gate_no_changes, NLA_F_NESTED), 0,
		       NO_TRANSACTION, "rows into another's");
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
	ASSERT_EQ(0, gate_add_rows(self->nl, first, 0, gate_no_changes, NLA_F_NESTED));
	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "second", &second));
	gate_digest(gate_no_changes, digest);
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
	ASSERT_EQ(0, gate_add_rows(self->nl, id, 0, gate_no_changes, NLA_F_NESTED));
	ASSERT_EQ(0, kpol_nl_tx_abort(self->nl, id));
	gate_digest(gate_no_changes, digest);
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
	ASSERT_EQ(0, gate_add_rows(other, id, 0, gate_no_changes, NLA_F_NESTED));
	kpol_nl_free(other);
	expect_enforced(_metadata, self, "a socket closed half-way");
	ASSERT_EQ(0, kpol_nl_load(self->nl, &gate_live, "live", false, NULL, NULL, &generation));
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
		    gate_add_rows(nl, id, 0, gate_no_changes, NLA_F_NESTED))
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(true, WIFSIGNALED(status));
	expect_enforced(_metadata, self, "a process killed half-way");
	ASSERT_EQ(0, kpol_nl_load(self->nl, &gate_live, "live", false, NULL, NULL, &generation));
}

TEST_F(gate, a_dry_run_says_what_would_be_and_changes_nothing)
{
	struct kpol_ruleset *now;
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation = 0;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "dry", &id));
	ASSERT_EQ(0, gate_add_rows(self->nl, id, 0, gate_no_changes, NLA_F_NESTED));
	gate_digest(gate_no_changes, digest);
	ASSERT_EQ(0, kpol_nl_tx_commit(self->nl, id, 1, digest, true, &generation));
	EXPECT_EQ(self->before.generation + 1, generation);
	expect_enforced(_metadata, self, "a dry run");
	EXPECT_EQ(-ENOENT, kpol_nl_tx_commit(self->nl, id, 1, digest, false, &generation));
	ASSERT_EQ(0, kpol_nl_ruleset_get(self->nl, &generation, &now));
	EXPECT_EQ(self->before.generation, generation);
	ASSERT_EQ(2, now->n_rules);
	EXPECT_STREQ(GATE_SECRET, now->rules[0].object);
	kpol_ruleset_free(now);
}

/* A dry run finds what a commit would: here a rule of a scope that is not there. */
TEST_F(gate, a_dry_run_refuses_what_a_commit_would)
{
	static const struct gate_attr changes[GATE_CHANGES] = { NUMBER(KPOL_A_RULE_SCOPE, 2) };
	uint8_t digest[KPOL_DIGEST_LEN];
	uint64_t generation;
	uint32_t id;

	ASSERT_EQ(0, kpol_nl_tx_begin(self->nl, "dry", &id));
	ASSERT_EQ(0, gate_add_rows(self->nl, id, KPOL_A_TX_RULE, changes, NLA_F_NESTED));
	gate_digest(changes, digest);
	expect_refusal(_metadata, self, -EINVAL,
		       kpol_nl_tx_commit(self->nl, id, 1, digest, true, &generation), 1,
		       "belongs to a scope that does not exist", "a dry run");
}

TEST_HARNESS_MAIN
