// SPDX-License-Identifier: GPL-2.0-or-later
/* A node of a cluster when something is away: the daemon, the API server, what an earlier daemon knew; and other nodes' pods. */
#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/kube_fixture.h"

#define SELF "/opt/kube/self"

TEST_F_TIMEOUT(node, module_holds_new_pods_back_while_the_daemon_is_dead, 120)
{
	char old[37], new[37];

	make_uid(old, 7);
	make_uid(new, 8);
	put_pod(self, old, "web");
	make_pod_cgroup(old, "c");
	EVENTUALLY(old, "c", GOOD, 0);
	stop_daemon(self);
	put_pod(self, new, "web");
	make_pod_cgroup(new, "c");
	EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
	EXPECT_EQ(-EACCES, start_container(new, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(old, "c", EVIL));
	EXPECT_EQ(0, start_container(old, "c", GOOD));
	start_daemon(self);
	EVENTUALLY(new, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
	remove_pod_cgroup(old, "c");
	remove_pod_cgroup(new, "c");
}

/* Also through a restart of the daemon, and with the server's word that the pod is deleted while it still runs. */
TEST_F_TIMEOUT(node, what_was_known_stays_enforced_while_the_server_is_away, 180)
{
	char known[37], new[37], deleted[37];
	uint64_t before;

	make_uid(known, 9);
	make_uid(new, 10);
	make_uid(deleted, 11);
	put_pod(self, known, "web");
	put_pod(self, deleted, "web");
	make_pod_cgroup(known, "c");
	make_pod_cgroup(deleted, "c");
	EVENTUALLY(known, "c", GOOD, 0);
	EVENTUALLY(deleted, "c", GOOD, 0);
	cluster_delete(&self->cluster, "pods", deleted);
	usleep(1500000 * slow_times()); /* until it is written down */
	EXPECT_EQ(0, start_container(deleted, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(deleted, "c", EVIL));
	cluster_away(&self->cluster, true);
	EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
	stop_daemon(self);
	start_daemon(self);
	put_pod(self, new, "other");
	make_pod_cgroup(new, "c");
	for (int i = 0; i < 10; i++) {
		EXPECT_EQ(0, start_container(known, "c", GOOD));
		EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
		EXPECT_EQ(-EACCES, start_container(new, "c", EVIL));
		usleep(200000);
	}
	before = generation();
	EXPECT_EQ(0, system("kpolctl --socket " DIRECTORY "/control status -o json >" DIRECTORY
			    "/status; grep -q 'the API server has not told of pods' " DIRECTORY
			    "/status || { cat " DIRECTORY "/status >&2; false; }"));
	EXPECT_EQ(before, generation());
	cluster_away(&self->cluster, false);
	EVENTUALLY(new, "c", EVIL, 0);
	EXPECT_EQ(0, start_container(known, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
	remove_pod_cgroup(known, "c");
	remove_pod_cgroup(new, "c");
	remove_pod_cgroup(deleted, "c");
}

/* Written down at once, not a moment later, when the daemon is told to stop. */
TEST_F_TIMEOUT(node, what_was_just_seen_is_kept_by_a_daemon_that_stops, 120)
{
	char uid[37];

	make_uid(uid, 16);
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", GOOD, 0);
	kill(self->daemon, SIGTERM);
	waitpid(self->daemon, NULL, 0);
	cluster_away(&self->cluster, true);
	start_daemon(self);
	sleep(3 * slow_times());
	EXPECT_EQ(0, start_container(uid, "c", GOOD));
	EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
	cluster_away(&self->cluster, false);
	remove_pod_cgroup(uid, "c");
}

static bool is_remembered(const char *uid)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "kpolctl --socket " DIRECTORY "/control get pods -o wide | grep -q %s", uid);
	return system(command) == 0;
}

/* A pod whose daemon is killed as soon as it is bound; the next one begins while the server is away. */
static void kill_when_bound(struct __test_metadata *_metadata, FIXTURE_DATA(node) * self,
			    const char *uid)
{
	put_pod(self, uid, "web");
	make_pod_cgroup(uid, "c");
	EVENTUALLY(uid, "c", GOOD, 0);
	stop_daemon(self);
	cluster_away(&self->cluster, true);
	start_daemon(self);
	sleep(3 * slow_times());
}

/* It had no time to write anything down, unless the machine is slow: the kernel knows where the pod is bound. */
TEST_F_TIMEOUT(node, what_was_just_bound_stays_so_after_a_kill, 300)
{
	char uid[37];
	int tries;

	for (tries = 0; tries < 5; tries++) {
		make_uid(uid, 0x17 + (unsigned int)tries * 256);
		kill_when_bound(_metadata, self, uid);
		EXPECT_EQ(0, start_container(uid, "c", GOOD));
		EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
		if (!is_remembered(uid))
			break;
		remove_pod_cgroup(uid, "c");
		cluster_delete(&self->cluster, "pods", uid);
		cluster_away(&self->cluster, false);
	}
	if (tries == 5)
		SKIP(return, "five times the daemon wrote the pod down before it was killed");
	/* The server knows of no such pod: then it is any unknown one. */
	cluster_delete(&self->cluster, "pods", uid);
	cluster_away(&self->cluster, false);
	EVENTUALLY(uid, "c", GOOD, -EACCES);
	remove_pod_cgroup(uid, "c");
}

/* A node whose daemon begins while the server is away, and knows of nothing: no ruleset, no pods. */
TEST_F_TIMEOUT(node, pods_are_held_back_on_a_node_that_has_never_seen_the_server, 120)
{
	char uid[37];

	make_uid(uid, 15);
	stop_daemon(self);
	cluster_away(&self->cluster, true);
	guest_unload();
	system("rm -rf " DIRECTORY "/state");
	make_pod_cgroup(uid, "c");
	EXPECT_EQ(0, start_container(uid, "c", EVIL));
	start_daemon(self);
	EVENTUALLY(uid, "c", EVIL, -EACCES);
	put_pod(self, uid, "web");
	cluster_away(&self->cluster, false);
	EVENTUALLY(uid, "c", GOOD, 0);
	EXPECT_EQ(-EACCES, start_container(uid, "c", EVIL));
	remove_pod_cgroup(uid, "c");
}

/* A copy of the test's own, as guest_run() has it, connects; nobody listens anywhere. */
static int connect_from(const char *uid, const char *address)
{
	char what[64], act[32], *argv[] = { SELF, "--act", act, what, NULL };

	snprintf(what, sizeof(what), "tcp4 %s 80", address);
	snprintf(act, sizeof(act), "%lx", (unsigned long)act_connect);
	return start_arguments(uid, "c", argv);
}

struct connection {
	const char *uid, *address;
	int result;
};

static bool connects_like_that(const void *arg)
{
	const struct connection *connection = arg;

	return connect_from(connection->uid, connection->address) == connection->result;
}

#define MEETS(u, a, r)                                                                \
	EXPECT_LE(0, wait_until(connects_like_that, &(struct connection){ u, a, r })) \
	TH_LOG("a connection to %s never came to %d", a, r)

static void put_peer(FIXTURE_DATA(node) * self, const char *uid, const char *app,
		     const char *address)
{
	cluster_put(&self->cluster, "pods",
		    "{\"metadata\":{\"uid\":\"%s\",\"namespace\":\"shop\",\"name\":\"peer-%s\","
		    "\"creationTimestamp\":\"2026-11-24T20:00:00Z\",\"labels\":{\"app\":\"%s\"}},"
		    "\"spec\":{\"nodeName\":\"node-2\"},\"status\":{\"phase\":\"Running\","
		    "\"podIP\":\"%s\",\"podIPs\":[{\"ip\":\"%s\"}]}}",
		    uid, uid, app, address, address);
}

TEST_F_TIMEOUT(node, peers_by_label_follow_the_pods_of_the_cluster, 400)
{
	char client[37];

	make_uid(client, 14);
	guest_copy("/proc/self/exe", SELF);
	put_peer(self, "s1", "server", "127.0.0.10");
	put_pod(self, client, "client");
	make_pod_cgroup(client, "c");
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	MEETS(client, "127.0.0.11", -ECONNREFUSED);
	cluster_put(&self->cluster, "runtimepolicies",
		    "{\"metadata\":{\"uid\":\"p-net\",\"namespace\":\"shop\",\"name\":\"net\"},"
		    "\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"client\"}},\"network\":"
		    "{\"matchPeers\":[{\"direction\":\"egress\",\"matchLabels\":"
		    "{\"app\":\"server\"}}]},\"action\":\"Allow\"}}");
	MEETS(client, "127.0.0.11", -EACCES);
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	put_peer(self, "s2", "server", "127.0.0.11");
	MEETS(client, "127.0.0.11", -ECONNREFUSED);
	put_peer(self, "s1", "other", "127.0.0.10");
	MEETS(client, "127.0.0.10", -EACCES);
	/* Its address goes to a pod with other labels. */
	cluster_delete(&self->cluster, "pods", "s2");
	put_peer(self, "s3", "other", "127.0.0.11");
	MEETS(client, "127.0.0.11", -EACCES);
	put_peer(self, "s1", "server", "127.0.0.10");
	MEETS(client, "127.0.0.10", -ECONNREFUSED);
	cluster_away(&self->cluster, true);
	stop_daemon(self);
	start_daemon(self);
	for (int i = 0; i < 5; i++) {
		EXPECT_EQ(-ECONNREFUSED, connect_from(client, "127.0.0.10"));
		EXPECT_EQ(-EACCES, connect_from(client, "127.0.0.11"));
		usleep(300000);
	}
	cluster_away(&self->cluster, false);
	remove_pod_cgroup(client, "c");
}

TEST_HARNESS_MAIN
