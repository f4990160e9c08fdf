// SPDX-License-Identifier: GPL-2.0-or-later
/* A cluster of ten thousand pods, over TLS: what it costs to have them all, and to hear of one more. */
#include "kselftest_harness.h"

#include <malloc.h>

#include "apiserver.h"
#include "follower.h"

#define PODS 10000

/* With the bookkeeping that a real one has, some 5 KiB. */
static void add_pod(struct kpol_buffer *out, int i)
{
	kpol_buffer_printf(
		out,
		"{\"metadata\":{\"name\":\"pod-%d\",\"namespace\":\"n-%d\",\"uid\":"
		"\"%08x-39d6-4b83-9519-91f7c2c957f6\",\"resourceVersion\":\"%d\",\"labels\":{"
		"\"app\":\"app-%d\",\"tier\":\"backend\",\"pod-template-hash\":\"%x\"},"
		"\"managedFields\":[",
		i, i % 50, i, i, i % 300, i);
	for (int n = 0; n < 12; n++)
		kpol_buffer_printf(
			out,
			"%s{\"manager\":\"kubelet\",\"fieldsV1\":{\"f:status\":{\"f:conditions\":{"
			"\"k:{\\\"type\\\":\\\"Ready\\\"}\":{\".\":{},\"f:lastProbeTime\":{},"
			"\"f:lastTransitionTime\":{},\"f:status\":{},\"f:type\":{}}},"
			"\"f:containerStatuses\":{},\"f:hostIP\":{},\"f:phase\":{},\"f:podIP\":{}}}"
			"}",
			n ? "," : "");
	kpol_buffer_printf(
		out,
		"]},\"spec\":{\"nodeName\":\"node-%d\",\"containers\":[{\"name\":\"app\","
		"\"image\":\"registry.example.com/app:1.4.2\"}]},\"status\":{\"phase\":"
		"\"Running\",\"podIPs\":[{\"ip\":\"10.%d.%d.%d\"}],\"containerStatuses\":[{"
		"\"name\":\"app\",\"containerID\":\"containerd://%064x\"}]}}",
		i % 100, i >> 16, i >> 8 & 255, i & 255, i);
}

static char *make_list(void)
{
	struct kpol_buffer out = { 0 };

	kpol_buffer_puts(&out, "{\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[");
	for (int i = 0; i < PODS; i++) {
		if (i)
			kpol_buffer_putc(&out, ',');
		add_pod(&out, i);
	}
	kpol_buffer_puts(&out, "]}");
	return kpol_buffer_take(&out);
}

static char *make_event(void)
{
	struct kpol_buffer out = { 0 };

	kpol_buffer_puts(&out, "{\"type\":\"ADDED\",\"object\":");
	add_pod(&out, PODS);
	kpol_buffer_puts(&out, "}\n");
	return kpol_buffer_take(&out);
}

static long resident_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[128];
	long kib = 0;

	while (f && fgets(line, sizeof(line), f))
		(void)sscanf(line, "VmRSS: %ld", &kib);
	if (f)
		fclose(f);
	return kib;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool has_objects(struct follower *f, const void *what)
{
	return kpol_k8s_reflector_table(f->reflector)->n == *(const size_t *)what &&
	       f->told.len > 0 && f->told.text[f->told.len - 2] == '|';
}

TEST(all_pods_are_there_soon_and_one_more_at_once)
{
	struct answer script[] = {
		{ 200, .body = make_list(), .piece = 16000 },
		{ 200, .body = make_event(), .pause_ms = 0, .hold = true },
	};
	struct apiserver server = { .script = script, .n_script = 2, .family = AF_INET };
	struct identity authority = issue(NULL, "authority", NULL, 10);
	struct identity id = issue(&authority, "server", "IP:127.0.0.1", 10);
	struct follower f = { 0 };
	size_t all = PODS + 1;
	double begun, cpu;
	const char *why;
	char url[64], *ca = to_pem(&authority, false);
	size_t bytes = strlen(script[0].body);
	long before;

	show_certificate(&server, 0, &id);
	ASSERT_EQ(0, apiserver_start(&server));
	free((char *)script[0].body);
	free((char *)script[1].body);
	malloc_trim(0);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d", server.port);
	ASSERT_EQ(0, kpol_k8s_endpoint_set_url(&f.endpoint, url, NULL, &why));
	ASSERT_EQ(0, kpol_blob_set(&f.endpoint.ca, ca, strlen(ca)));
	before = resident_kib();
	begun = follower_clock();
	cpu = cpu_seconds();
	follower_begin(&f, KPOL_K8S_PODS, NULL, NULL);
	EXPECT_TRUE(follower_run(&f, has_objects, &all, 20));
	TH_LOG("%zu MiB: %.2f s, %.2f s of CPU, %ld MiB more", bytes >> 20,
	       follower_clock() - begun, cpu_seconds() - cpu, (resident_kib() - before) >> 10);
	EXPECT_GT(5.0, cpu_seconds() - cpu);
	EXPECT_GT(150 << 10, resident_kib() - before);
	follower_end(&f);
	apiserver_stop(&server);
	drop_identity(&authority);
	drop_identity(&id);
	free(ca);
}

TEST_HARNESS_MAIN
