// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The API server is away for long: KPOL_AWAY_SECONDS, in the environment or on the kernel command line, says how long. What
 * was known stays enforced, what is new stays pending, status says how old the view is, and nobody storms the server.
 */
#include "kselftest_harness.h"

#include "lib/kube_fixture.h"

#define WATCHES 7
/* Each of them tries again after at most so long, and after half of it at the least. */
#define BACKOFF_S 30

static unsigned int seconds(void)
{
	const char *given = getenv("KPOL_AWAY_SECONDS");

	return given ? (unsigned int)strtoul(given, NULL, 10) : 60;
}

static unsigned long resident_kib(pid_t pid)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %lu", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib;
}

/* "the view of pods is 3590 s old: ...": the number; 0: status does not say so. */
static unsigned long stale_seconds(void)
{
	char line[512];
	unsigned long age = 0;
	FILE *status = popen("kpolctl --socket " DIRECTORY "/control status", "re");

	while (status && fgets(line, sizeof(line), status)) {
		const char *said = strstr(line, "the view of pods is ");

		if (said)
			age = strtoul(said + 20, NULL, 10);
	}
	if (status)
		pclose(status);
	return age;
}

TEST_F_TIMEOUT(node, server_is_away_for_long, 7200)
{
	unsigned int n_starts = 0, n_requests, away = seconds();
	char known[37], new[37];
	unsigned long before;
	int64_t end;

	make_uid(known, 9);
	make_uid(new, 10);
	put_pod(self, known, "web");
	make_pod_cgroup(known, "c");
	EVENTUALLY(known, "c", GOOD, 0);
	before = resident_kib(self->daemon);
	cluster_away(&self->cluster, true);
	put_pod(self, new, "other");
	make_pod_cgroup(new, "c");
	for (end = now_us() + away * 1000000LL; now_us() < end; n_starts++) {
		ASSERT_EQ(0, start_container(known, "c", GOOD));
		ASSERT_EQ(-EACCES, start_container(known, "c", EVIL));
		ASSERT_EQ(-EACCES, start_container(new, "c", GOOD));
		sleep(5);
	}
	EXPECT_LE(away - 60, stale_seconds());
	EXPECT_GE(before + 4096, resident_kib(self->daemon));
	/* The first tries come faster. */
	EXPECT_GE(WATCHES * (away / (BACKOFF_S / 2) + 10), self->cluster.n_turned_away);
	EXPECT_LE(WATCHES * (away / (BACKOFF_S * 5 / 4)), self->cluster.n_turned_away);
	n_requests = self->cluster.n_requests;
	cluster_away(&self->cluster, false);
	for (end = now_us() + 2 * BACKOFF_S * 1000000LL; now_us() < end; usleep(100000))
		if (start_container(new, "c", EVIL) == 0)
			break;
	EXPECT_EQ(0, start_container(new, "c", EVIL));
	EXPECT_EQ(-EACCES, start_container(known, "c", EVIL));
	sleep(2 * BACKOFF_S);
	n_requests = self->cluster.n_requests - n_requests;
	EXPECT_GE(3 * WATCHES, n_requests);
	EXPECT_EQ(0, stale_seconds());
	printf("# %u s away, %u rounds, %u connections turned away, %u requests in the two minutes "
	       "after; "
	       "%lu KiB, %lu KiB before\n",
	       away, n_starts, self->cluster.n_turned_away, n_requests, resident_kib(self->daemon),
	       before);
	remove_pod_cgroup(known, "c");
	remove_pod_cgroup(new, "c");
}

TEST_HARNESS_MAIN
