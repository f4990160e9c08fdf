/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixture of the gate's tests: a live ruleset, a worker that it keeps from a file, the proof
 * that nothing of this has changed. */
#ifndef KPOL_GUEST_GATE_FIXTURE_H
#define KPOL_GUEST_GATE_FIXTURE_H

#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include "act.h"
#include "gate.h"
#include "guest.h"
#include "nl/private.h"
#include "nl/status.h"
#include "nl/tx.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

FIXTURE(gate)
{
	struct guest_worker worker;
	struct kpol_nl_status before;
	struct kpol_nl *nl;
};

FIXTURE_SETUP(gate)
{
	uint64_t generation;

	guest_write(GATE_SECRET, "secret", 0644);
	guest_write(GATE_HOST, "the host's", 0644);
	guest_unload();
	self->worker = guest_worker_new(GATE_CGROUP);
	ASSERT_EQ(0, kpol_nl_new(false, &self->nl));
	ASSERT_EQ(0, kpol_nl_load(self->nl, &gate_live, "live", false, NULL, NULL, &generation));
	ASSERT_EQ(0, kpol_nl_status_get(self->nl, &self->before));
	ASSERT_EQ(generation, self->before.generation);
}

FIXTURE_TEARDOWN(gate)
{
	kpol_nl_free(self->nl);
	guest_unload();
	guest_worker_end(&self->worker);
}

static inline void expect_unchanged(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self,
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
static inline void expect_enforced(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self,
				   const char *after)
{
	expect_unchanged(_metadata, self, after);
	EXPECT_EQ(-EACCES, guest_do(&self->worker, act_read, GATE_SECRET))
	TH_LOG("after %s", after);
	EXPECT_EQ(0, guest_do(&self->worker, act_read, GATE_HOST)) TH_LOG("after %s", after);
}

/* A request was refused with @want and this sentence, about this rule, and nothing came of it. */
static inline void expect_refusal(struct __test_metadata *_metadata, FIXTURE_DATA(gate) * self,
				  int want, int got, uint32_t rule, const char *sentence,
				  const char *name)
{
	const struct kpol_nl_error *error = kpol_nl_last_error(self->nl);

	EXPECT_EQ(want, got) TH_LOG("%s: %s", name, error->message);
	EXPECT_STREQ(sentence, error->message) TH_LOG("%s", name);
	EXPECT_EQ(rule, error->rule) TH_LOG("%s", name);
	expect_unchanged(_metadata, self, name);
}

#endif /* KPOL_GUEST_GATE_FIXTURE_H */
