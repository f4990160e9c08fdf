/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixture of the tests of ways around a policy: an act that works without one, and is denied with one. */
#ifndef KPOL_GUEST_BYPASS_FIXTURE_H
#define KPOL_GUEST_BYPASS_FIXTURE_H

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kselftest_harness.h"

#include "act.h"
#include "guest.h"

#define BYPASS_CGROUP "bypass"
#define BYPASS_HEADER                                                                    \
	"apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: bypass}\nspec:\n" \
	"  selector: {matchCgroups: [/" BYPASS_CGROUP "]}\n"

FIXTURE(bypass)
{
	struct guest_worker worker;
};

/**
 * struct bypass variant - one way around a policy
 * @act, @arg: what the workload does. @free: what it returns without a policy.
 * @policy: text of the bundle. @denied: what it returns then; 0: -EACCES.
 * @before: what the workload does first, while it has no policy; NULL: nothing.
 * @missing: what @act returns without a policy on a kernel that lacks @facility.
 * @still: what the workload may do under the policy all the same, with @still_arg; NULL: nothing to try.
 */
FIXTURE_VARIANT(bypass)
{
	guest_act act;
	const char *arg;
	int free;
	const char *policy;
	int denied;
	guest_act before;
	int missing;
	const char *facility;
	guest_act still;
	const char *still_arg;
};

/* Everything as it was before the act; by the test program. */
static void bypass_prepare(void);

FIXTURE_SETUP(bypass)
{
	guest_unload();
	bypass_prepare();
	self->worker = guest_worker_new(BYPASS_CGROUP);
}

FIXTURE_TEARDOWN(bypass)
{
	guest_unload();
	guest_worker_end(&self->worker);
}

TEST_F_TIMEOUT(bypass, works_without_kpol_and_is_denied_with_it, 60)
{
	int r = guest_do(&self->worker, variant->before, variant->arg);

	ASSERT_EQ(0, r);
	r = guest_do(&self->worker, variant->act, variant->arg);
	if (variant->missing && r == variant->missing)
		SKIP(return, "this kernel has no %s", variant->facility);
	ASSERT_EQ(variant->free, r);
	bypass_prepare();
	ASSERT_EQ(0, guest_do(&self->worker, variant->before, variant->arg));
	ASSERT_EQ(0, guest_load(variant->policy));
	if (variant->still)
		EXPECT_EQ(0, guest_do(&self->worker, variant->still, variant->still_arg));
	EXPECT_EQ(variant->denied ? variant->denied : -EACCES,
		  guest_do(&self->worker, variant->act, variant->arg));
}

/* @name is that of the item in docs/ways-around.md. */
#define BYPASS(name, ...)                 \
	FIXTURE_VARIANT_ADD(bypass, name) \
	{                                 \
		__VA_ARGS__               \
	}

#endif /* KPOL_GUEST_BYPASS_FIXTURE_H */
