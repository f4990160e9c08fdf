// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Microsegmentation: who may talk to whom among six pods, each with a network namespace and a cgroup of its own, on one
 * bridge. Every cell of the matrix is tried, from each pod to each, over TCP and UDP, IPv4 and IPv6.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "compile/address.h"
#include "compile/compile.h"
#include "lib/guest.h"
#include "lib/mesh.h"
#include "lib/slow.h"
#include "load/load.h"
#include "nl/control.h"
#include "nl/dump.h"
#include "nl/status.h"
#include "nl/tx.h"

/* Who each address belongs to, as the API server would say. */
struct labels {
	const char *namespace, *app;
};

static const struct labels first_labels[PODS] = {
	{ "shop", "web" }, { "shop", "web" },  { "shop", "api" },
	{ "shop", "db" },  { "other", "web" }, { "shop", "batch" },
};

/* What holds: by the pod that acts, and by the labels that its peer's address has now. */

#define DOCUMENT(name, pod)                                                                        \
	"---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: " name                 \
	", namespace: shop}\nspec:\n  selector: {matchCgroups: [\"/pods/" pod "\"]}\n  network:\n" \
	"    matchPeers:\n"
#define EVERYWHERE "    - {direction: egress, cidrs: [0.0.0.0/0, \"::/0\"], action: Allow}\n"

static const char policies[] =
	/* Pods 0 and 1 talk to the api, and to nobody else. */
	DOCUMENT("web",
		 "pod[01]") "    - {direction: egress, matchLabels: {app: api}, action: Allow}\n"
			    "    - {direction: ingress, action: Allow}\n"
	/* Connections to pod 2 come from web, of two namespaces. */
	DOCUMENT(
		"api",
		"pod2") "    - {direction: ingress, protocol: tcp, namespaces: [other, shop], "
			"matchExpressions: [{key: app, operator: In, values: [web, proxy]}], "
			"action: Allow}\n" EVERYWHERE
				/* Connections to pod 3 come from the api. */
				DOCUMENT(
					"db",
					"pod3") "    - {direction: ingress, protocol: tcp, "
						"matchLabels: {app: api}, "
						"%s action: Allow}\n" EVERYWHERE
							/* Pod 5 talks to all but web of any namespace. */
							DOCUMENT(
								"batch",
								"pod5") "    - {direction: egress, "
									"namespaces: [\"*\"], "
									"matchLabels: {app: "
									"web}, action: Block}\n";

static bool is(const struct labels *l, const char *namespace, const char *app)
{
	return l->app && !strcmp(l->app, app) && (!namespace || !strcmp(l->namespace, namespace));
}

static bool may_go(int from, const struct labels *to)
{
	if (from == 0 || from == 1)
		return is(to, "shop", "api");
	return from != 5 || !is(to, NULL, "web");
}

static bool may_come(int to, const struct labels *from)
{
	if (to == 3)
		return is(from, "shop", "api");
	return to != 2 || is(from, "shop", "web") || is(from, "other", "web");
}

static enum outcome expected(const struct labels labels[PODS], int from, int to, int kind)
{
	static const struct labels nobody;
	const struct labels *source = from == NODE ? &nobody : &labels[from];

	if (!may_go(from, &labels[to]))
		return DENIED;
	/* Of datagrams the server judges none that come, but its own answer. */
	if (kinds[kind].type == SOCK_STREAM ? !may_come(to, source) : !may_go(to, source))
		return SILENCE;
	return ANSWER;
}

/* The fixture */

FIXTURE(segment)
{
	struct guest_worker pods[PODS];
	struct kpol_bundle *bundle;
	struct kpol_ruleset *ruleset;
	struct labels labels[PODS];
	uint64_t generation;
};

static void add_pod(const struct guest_worker *worker, int pod)
{
	char line[512];

	run_format("/usr/sbin/ip link add host%d type veth peer name eth0 netns %d && "
		   "/usr/sbin/ip link set host%d master br0 up",
		   pod, (int)worker->pid, pod);
	snprintf(line, sizeof(line),
		 "/usr/sbin/ip link set lo up && /usr/sbin/ip link set eth0 up && "
		 "/usr/sbin/ip address add 10.88.0.%d/24 dev eth0 && "
		 "/usr/sbin/ip -6 address add fd88::%d/64 dev eth0 nodad && "
		 "/usr/sbin/ip route add default via " NODE_V4,
		 pod + 1, pod + 1);
	if (guest_do(worker, act_run, line) || guest_do(worker, act_serve, ""))
		_exit(1);
}

/* In the pod's own network, so that answers come back the same way. */
static void add_services(const struct guest_worker *worker)
{
	static const char *const rules[] = {
		"/usr/sbin/nft add table ip services",
		"/usr/sbin/nft 'add chain ip services out { type nat hook output priority -100 ; "
		"}'",
		"/usr/sbin/nft add rule ip services out ip daddr " CLUSTER_API " dnat to 10.88.0.3",
		"/usr/sbin/nft add rule ip services out ip daddr " CLUSTER_WEB " dnat to 10.88.0.2",
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (guest_do(worker, act_run, rules[i])) {
			fprintf(stderr, "# failed: %s\n", rules[i]);
			_exit(1);
		}
}

FIXTURE_SETUP(segment)
{
	char cgroup[32];

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ASSERT_NE(MAP_FAILED, (void *)shared);
	guest_unload();
	run_format("/usr/sbin/ip link add br0 type bridge forward_delay 0 mcast_snooping 0 && "
		   "/usr/sbin/ip link set br0 up && /usr/sbin/ip address add " NODE_V4
		   "/24 dev br0 && "
		   "/usr/sbin/ip -6 address add fd88::fe/64 dev br0 nodad");
	for (int i = 0; i < PODS; i++) {
		snprintf(cgroup, sizeof(cgroup), "pods/pod%d", i);
		self->pods[i] = guest_worker_new(cgroup);
		ASSERT_EQ(0, guest_do(&self->pods[i], act_leave, ""));
		add_pod(&self->pods[i], i);
	}
	add_services(&self->pods[0]);
	add_services(&self->pods[5]);
	memcpy(self->labels, first_labels, sizeof(first_labels));
}

FIXTURE_TEARDOWN(segment)
{
	char command[64];

	for (int i = 0; i < PODS; i++) {
		guest_worker_end(&self->pods[i]);
		snprintf(command, sizeof(command), "/usr/sbin/ip link del host%d 2>/dev/null", i);
		run(command);
	}
	guest_unload();
	kpol_ruleset_free(self->ruleset);
	kpol_bundle_free(self->bundle);
	run("/usr/sbin/ip link del br0");
}

/* Pods as kpold knows them: of those with one address the last counts. */
static void compile_addresses(struct __test_metadata *_metadata, FIXTURE_DATA(segment) * self,
			      struct kpol_address_rows *ret)
{
	static char key[] = "app";
	struct kpol_label labels[PODS];
	struct kpol_address addresses[PODS][2];
	struct kpol_pod pods[PODS];
	size_t n = 0;

	for (int i = 0; i < PODS; i++) {
		char text[64];

		if (!self->labels[i].app)
			continue;
		labels[n] = (struct kpol_label){ key, (char *)self->labels[i].app };
		memset(addresses[n], 0, sizeof(addresses[n]));
		addresses[n][0].family = AF_INET;
		addresses[n][1].family = AF_INET6;
		snprintf(text, sizeof(text), "10.88.0.%d", i + 1);
		inet_pton(AF_INET, text, addresses[n][0].addr);
		snprintf(text, sizeof(text), "fd88::%d", i + 1);
		inet_pton(AF_INET6, text, addresses[n][1].addr);
		pods[n] = (struct kpol_pod){ self->labels[i].namespace, &labels[n], 1, addresses[n],
					     2 };
		n++;
	}
	ASSERT_EQ(0, kpol_compile_addresses(self->ruleset, pods, n, ret));
}

/* As kpold would: the ruleset and who is where in one transaction. @more: of the database's peer. */
static void load(struct __test_metadata *_metadata, FIXTURE_DATA(segment) * self, const char *more)
{
	struct kpol_diags diags = { 0 };
	char yaml[4096];

	snprintf(yaml, sizeof(yaml), policies, more);
	kpol_ruleset_free(self->ruleset);
	kpol_bundle_free(self->bundle);
	self->ruleset = NULL;
	ASSERT_EQ(0, kpol_bundle_parse("segment.yaml", yaml, strlen(yaml), &diags, &self->bundle))
	TH_LOG("%s", diags.n ? diags.items[0].message : "");
	ASSERT_EQ(0, kpol_compile(self->bundle, NULL, 0, &diags, &self->ruleset));
	compile_addresses(_metadata, self, &self->ruleset->addresses);
	ASSERT_EQ(0, kpol_nl_load(guest_nl(), self->ruleset, "segment", false, NULL, NULL,
				  &self->generation))
	TH_LOG("%s", kpol_nl_last_error(guest_nl())->message);
	kpol_diags_clear(&diags);
}

/* Send what has changed among the pods, and nothing else. */
static void update(struct __test_metadata *_metadata, FIXTURE_DATA(segment) * self)
{
	struct kpol_address_rows now, sent;

	compile_addresses(_metadata, self, &now);
	ASSERT_EQ(0, kpol_address_rows_diff(&self->ruleset->addresses, &now, &sent));
	EXPECT_LT(0, sent.n);
	ASSERT_EQ(0, kpol_nl_addresses_set(guest_nl(), &sent, self->generation))
	TH_LOG("%s", kpol_nl_last_error(guest_nl())->message);
	kpol_address_rows_clear(&sent);
	kpol_address_rows_clear(&self->ruleset->addresses);
	self->ruleset->addresses = now;
}

static void try_all(struct __test_metadata *_metadata, FIXTURE_DATA(segment) * self)
{
	char me[8];

	memset(shared, 0, sizeof(*shared));
	for (int from = 0; from < PODS; from++) {
		snprintf(me, sizeof(me), "%d", from);
		ASSERT_EQ(0, guest_do(&self->pods[from], act_try, me));
	}
	snprintf(me, sizeof(me), "%d", NODE);
	ASSERT_EQ(0, act_try(me));
}

/* @labels: NULL: nothing is forbidden. Return: how many cells are not an answer. */
static int expect_matrix(struct __test_metadata *_metadata, FIXTURE_DATA(segment) * self,
			 const struct labels *labels, const char *when)
{
	int closed = 0;

	try_all(_metadata, self);
	for (int from = 0; from <= PODS; from++)
		for (int to = 0; to < PODS; to++)
			for (int k = 0; k < KINDS; k++) {
				enum outcome want = labels ? expected(labels, from, to, k) : ANSWER;
				enum outcome got = shared->rows[from][to][k];

				closed += got != ANSWER;
				EXPECT_EQ(want, got)
				TH_LOG("%s: pod %d to pod %d by %s: %s, not %s", when, from, to,
				       kinds[k].name, outcomes[got], outcomes[want]);
			}
	return closed;
}

/* Between two matrices: how many cells differ, and how many should. */
static void expect_flips(struct __test_metadata *_metadata, const struct shared *before,
			 const struct labels *old, const struct labels *new)
{
	int got = 0, want = 0;

	for (int from = 0; from <= PODS; from++)
		for (int to = 0; to < PODS; to++)
			for (int k = 0; k < KINDS; k++) {
				got += before->rows[from][to][k] != shared->rows[from][to][k];
				want += expected(old, from, to, k) != expected(new, from, to, k);
			}
	EXPECT_EQ(want, got);
	EXPECT_LT(0, want);
	TH_LOG("%d cells of %d flipped", got, (PODS + 1) * PODS * KINDS);
}

TEST_F_TIMEOUT(segment, without_a_policy_everybody_reaches_everybody, 120)
{
	EXPECT_EQ(0, expect_matrix(_metadata, self, NULL, "no policy"));
}

TEST_F_TIMEOUT(segment, labels_say_who_may_talk_to_whom, 240)
{
	struct labels before[PODS];
	struct shared seen;
	struct kpol_nl_status status;

	EXPECT_EQ(0, expect_matrix(_metadata, self, NULL, "no policy"));
	load(_metadata, self, "");
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	EXPECT_EQ(self->ruleset->n_sets, status.sets);
	EXPECT_EQ(self->ruleset->addresses.n, status.addresses);
	EXPECT_LT(50, expect_matrix(_metadata, self, self->labels, "policies"));

	/* Pod 4 becomes an api of this namespace: no reload, and exactly what hangs on its address changes. */
	seen = *shared;
	memcpy(before, self->labels, sizeof(before));
	self->labels[4] = (struct labels){ "shop", "api" };
	update(_metadata, self);
	expect_matrix(_metadata, self, self->labels, "relabelled");
	expect_flips(_metadata, &seen, before, self->labels);

	/* Pod 4 has ended, its address is nobody's: what is left over of its labels would let it in. */
	seen = *shared;
	memcpy(before, self->labels, sizeof(before));
	self->labels[4] = (struct labels){ NULL, NULL };
	update(_metadata, self);
	expect_matrix(_metadata, self, self->labels, "gone");
	expect_flips(_metadata, &seen, before, self->labels);

	/* And then another's. */
	seen = *shared;
	memcpy(before, self->labels, sizeof(before));
	self->labels[4] = (struct labels){ "other", "web" };
	update(_metadata, self);
	expect_matrix(_metadata, self, self->labels, "used again");
	expect_flips(_metadata, &seen, before, self->labels);
}

TEST_F_TIMEOUT(segment, without_addresses_no_label_is_met, 120)
{
	memset(self->labels, 0, sizeof(self->labels));
	load(_metadata, self, "");
	EXPECT_EQ(0, self->ruleset->addresses.n);
	expect_matrix(_metadata, self, self->labels, "nobody is known");
}

TEST_F_TIMEOUT(segment, node_is_no_pod_and_is_met_by_its_address, 120)
{
	EXPECT_EQ(ANSWER, act_reach("10.88.0.4"));
	load(_metadata, self, "");
	EXPECT_EQ(SILENCE, act_reach("10.88.0.4"));
	/* A range less one address, beside the labels. */
	load(_metadata, self, "cidr: 10.88.0.128/25, except: [10.88.0.200],");
	EXPECT_EQ(ANSWER, act_reach("10.88.0.4"));
	load(_metadata, self, "cidr: 10.88.0.128/25, except: [" NODE_V4 "],");
	EXPECT_EQ(SILENCE, act_reach("10.88.0.4"));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[2], act_reach, "10.88.0.4"));
}

TEST_F_TIMEOUT(segment, mapped_address_has_the_labels_of_its_ipv4_address, 120)
{
	EXPECT_EQ(ANSWER, guest_do(&self->pods[0], act_reach, "::ffff:10.88.0.4"));
	load(_metadata, self, "");
	EXPECT_EQ(ANSWER, guest_do(&self->pods[0], act_reach, "::ffff:10.88.0.3"));
	EXPECT_EQ(DENIED, guest_do(&self->pods[0], act_reach, "::ffff:10.88.0.4"));
	EXPECT_EQ(DENIED, guest_do(&self->pods[5], act_reach, "::ffff:10.88.0.1"));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[2], act_reach, "::ffff:10.88.0.4"));
	EXPECT_EQ(SILENCE, guest_do(&self->pods[5], act_reach, "::ffff:10.88.0.4"));
}

/* The client is judged by the address it names, the server by the one that comes. */
TEST_F_TIMEOUT(segment, service_address_is_judged_before_it_is_translated, 120)
{
	EXPECT_EQ(ANSWER, guest_do(&self->pods[0], act_reach, CLUSTER_API));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[5], act_reach, CLUSTER_API));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[5], act_reach, CLUSTER_WEB));
	load(_metadata, self, "");
	/* An allowlist of labels does not know the service, whoever is behind it. */
	EXPECT_EQ(DENIED, guest_do(&self->pods[0], act_reach, CLUSTER_API));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[0], act_reach, "10.88.0.3"));
	/* At the server the client is who it is. */
	EXPECT_EQ(SILENCE, guest_do(&self->pods[5], act_reach, CLUSTER_API));
	/* A block list of labels does not know it either: docs/threat-model.md. */
	EXPECT_EQ(DENIED, guest_do(&self->pods[5], act_reach, "10.88.0.2"));
	EXPECT_EQ(ANSWER, guest_do(&self->pods[5], act_reach, CLUSTER_WEB));
}

TEST_F(segment, addresses_are_read_back)
{
	struct kpol_ruleset *live;
	uint64_t generation;

	load(_metadata, self, "");
	ASSERT_EQ(0, kpol_nl_ruleset_get(guest_nl(), &generation, &live));
	EXPECT_EQ(self->generation, generation);
	ASSERT_EQ(self->ruleset->n_sets, live->n_sets);
	for (size_t i = 0; i < live->n_sets; i++)
		EXPECT_STREQ(self->ruleset->sets[i].name, live->sets[i].name);
	ASSERT_EQ(self->ruleset->addresses.n, live->addresses.n);
	for (size_t i = 0; i < live->addresses.n; i++) {
		const struct kpol_address_row *a = &self->ruleset->addresses.items[i];
		const struct kpol_address_row *b = &live->addresses.items[i];

		EXPECT_EQ(0, memcmp(a->addr, b->addr, sizeof(a->addr)));
		ASSERT_EQ(a->n_ids, b->n_ids);
		EXPECT_EQ(0, memcmp(a->ids, b->ids, a->n_ids * sizeof(*a->ids)));
	}
	kpol_ruleset_free(live);
}

TEST_HARNESS_MAIN
