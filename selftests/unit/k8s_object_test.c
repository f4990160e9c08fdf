// SPDX-License-Identifier: GPL-2.0-or-later
/* What is kept of the API server's objects, from answers recorded of a real one. */
#include "kselftest_harness.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "k8s/cache.h"
#include "k8s/field.h"
#include "k8s/list.h"
#include "k8s/namespace.h"
#include "k8s/pod.h"
#include "k8s/policy.h"
#include "k8s/watch.h"
#include "load/load.h"

/* gcc 12 would see a dangling pointer where it is inlined. */
static __attribute__((noinline)) char *data(const char *name, size_t *ret_len)
{
	char path[512], *text;

	snprintf(path, sizeof(path), TEST_DATA "/k8s/%s", name);
	if (kpol_file_read(path, 1 << 20, &text, ret_len) < 0)
		abort();
	return text;
}

/* A recorded list, fed in chunks. */
static void read_list(struct kpol_k8s_list *list, enum kpol_k8s_resource_id id, const char *name,
		      size_t chunk)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	text = data(name, &len);
	kpol_k8s_list_begin(list, &kpol_k8s_resources[id]);
	for (size_t at = 0; at < len; at += chunk)
		if (kpol_k8s_list_feed(list, text + at, len - at < chunk ? len - at : chunk) < 0)
			abort();
}

static const void *find(const struct kpol_k8s_table *table, const char *name)
{
	struct kpol_k8s_object *object;
	size_t at = 0;

	while ((object = kpol_k8s_table_next(table, &at)))
		if (strcmp(object->name, name) == 0)
			return object;
	return NULL;
}

static const char *label(const struct kpol_k8s_object *object, const char *key)
{
	for (size_t i = 0; i < object->n_labels; i++)
		if (strcmp(object->labels[i].key, key) == 0)
			return object->labels[i].value;
	return NULL;
}

static const char *address(const struct kpol_k8s_ip *ip)
{
	static char text[INET6_ADDRSTRLEN];

	return inet_ntop(ip->family, ip->addr, text, sizeof(text));
}

static struct kpol_k8s_object *parse(enum kpol_k8s_resource_id id, const char *text)
{
	_cleanup_json_ struct json_object *json = kpol_k8s_json_parse(text, strlen(text));
	struct kpol_k8s_object *object = NULL;

	(void)kpol_k8s_resource_parse(&kpol_k8s_resources[id], json, &object);
	return object;
}

FIXTURE(list){};
FIXTURE_SETUP(list)
{
}
FIXTURE_TEARDOWN(list)
{
}

FIXTURE_VARIANT(list)
{
	size_t chunk;
};

FIXTURE_VARIANT_ADD(list, byte_by_byte){
	.chunk = 1,
};
FIXTURE_VARIANT_ADD(list, in_odd_pieces){
	.chunk = 37,
};
FIXTURE_VARIANT_ADD(list, in_one){
	.chunk = 1 << 20,
};

TEST_F(list, pods_of_a_node_are_all_there)
{
	struct kpol_k8s_list list = { 0 };
	const struct kpol_k8s_pod *pod;

	read_list(&list, KPOL_K8S_PODS, "pods-node1-list.json", variant->chunk);
	ASSERT_EQ(0, kpol_k8s_list_page(&list));
	EXPECT_STREQ("220", list.version);
	EXPECT_EQ(5, list.objects.n);
	EXPECT_EQ(0, list.n_unreadable);
	pod = find(&list.objects, "payment-db-0");
	ASSERT_NE(NULL, pod);
	EXPECT_STREQ("payments", pod->object.namespace);
	EXPECT_STREQ("52dd8f24-a423-4e8a-a1b6-7a4e122dc08f", pod->object.uid);
	EXPECT_STREQ("data", label(&pod->object, "tier"));
	EXPECT_STREQ("node-1", pod->node);
	EXPECT_EQ(KPOL_K8S_PHASE_RUNNING, pod->phase);
	ASSERT_EQ(2, pod->n_ips);
	EXPECT_STREQ("10.244.1.12", address(&pod->ips[0]));
	EXPECT_STREQ("fd00:10:244::12", address(&pod->ips[1]));
	ASSERT_EQ(2, pod->n_containers);
	EXPECT_STREQ("metrics-exporter", pod->containers[1].name);
	EXPECT_EQ(64, strlen(pod->containers[1].id));
	kpol_k8s_list_clear(&list);
}

TEST_F(list, another_page_follows)
{
	struct kpol_k8s_list list = { 0 };

	read_list(&list, KPOL_K8S_PODS, "pods-all-page1.json", variant->chunk);
	ASSERT_EQ(1, kpol_k8s_list_page(&list));
	EXPECT_EQ(0, strncmp(list.next, "eyJ2Ijoi", 8));
	EXPECT_EQ(3, list.objects.n);
	kpol_k8s_list_clear(&list);
}

TEST_F(list, namespaces_are_read)
{
	struct kpol_k8s_list list = { 0 };
	const struct kpol_k8s_namespace *ns;

	read_list(&list, KPOL_K8S_NAMESPACES, "namespaces-list.json", variant->chunk);
	ASSERT_EQ(0, kpol_k8s_list_page(&list));
	ns = find(&list.objects, "payments");
	ASSERT_NE(NULL, ns);
	EXPECT_STREQ("prod", label(&ns->object, "env"));
	kpol_k8s_list_clear(&list);
}

TEST(init_and_ephemeral_containers_are_told_apart)
{
	const struct kpol_k8s_pod *pod = (void *)parse(
		KPOL_K8S_PODS, "{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{"
			       "\"containers\":[{\"name\":\"a\",\"image\":\"i:1\"}],"
			       "\"initContainers\":[{\"name\":\"b\"}],\"ephemeralContainers\":[{"
			       "\"name\":\"c\"},{}]},"
			       "\"status\":{\"containerStatuses\":[{\"name\":\"a\",\"containerID\":"
			       "\"containerd://12\"}],"
			       "\"ephemeralContainerStatuses\":[{\"name\":\"a\"},"
			       "{\"name\":\"c\",\"containerID\":\"cri-o://34\"}]}}");

	ASSERT_NE(NULL, pod);
	ASSERT_EQ(3, pod->n_containers);
	EXPECT_STREQ("12", pod->containers[0].id);
	EXPECT_STREQ("i:1", pod->containers[0].image);
	EXPECT_STREQ("", pod->containers[1].id);
	EXPECT_EQ(KPOL_K8S_CONTAINER_INIT, pod->containers[1].kind);
	EXPECT_STREQ("34", pod->containers[2].id);
	EXPECT_EQ(KPOL_K8S_CONTAINER_EPHEMERAL, pod->containers[2].kind);
	free((void *)pod);
}

#define HASH "0123456789abcdef0123456789abcdef"
#define ANNOTATED(annotations)                                          \
	"{\"metadata\":{\"name\":\"p\",\"uid\":\"u\",\"annotations\":{" \
	"\"other\":\"x\"," annotations "}}}"

TEST(static_pods_are_known_by_the_hash_of_their_manifest)
{
	static const struct {
		const char *json, *cgroup_uid;
	} cases[] = {
		{ ANNOTATED("\"kubernetes.io/config.mirror\":\"x\",\"kubernetes.io/config.hash\":"
			    "\"" HASH "\""),
		  HASH },
		/* Who can annotate a pod must not take the cgroup of another one by it. */
		{ ANNOTATED("\"kubernetes.io/config.mirror\":\"x\",\"kubernetes.io/config.hash\":"
			    "\"52dd8f24-a423-4e8a-a1b6-7a4e122dc08f\""),
		  "u" },
		{ ANNOTATED("\"kubernetes.io/config.hash\":\"" HASH "\""), "u" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct kpol_k8s_pod *pod = (void *)parse(KPOL_K8S_PODS, cases[i].json);

		ASSERT_NE(NULL, pod);
		EXPECT_STREQ(cases[i].cgroup_uid, pod->cgroup_uid);
		EXPECT_EQ(NULL, kpol_k8s_object_annotation(&pod->object, "other"));
		free(pod);
	}
}

TEST(addresses_of_a_finished_pod_and_of_the_host_are_nobodys)
{
	static const struct {
		const char *json;
		bool has;
	} cases[] = {
		{ "\"spec\":{},\"status\":{\"phase\":\"Running\"}", true },
		{ "\"spec\":{},\"status\":{\"phase\":\"Succeeded\"}", false },
		{ "\"spec\":{},\"status\":{\"phase\":\"Failed\"}", false },
		{ "\"spec\":{\"hostNetwork\":true},\"status\":{\"phase\":\"Running\"}", false },
		{ "\"spec\":{\"containers\":null},\"status\":null", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[256];
		struct kpol_k8s_pod *pod;

		snprintf(text, sizeof(text), "{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},%s}",
			 cases[i].json);
		pod = (void *)parse(KPOL_K8S_PODS, text);
		ASSERT_NE(NULL, pod);
		EXPECT_EQ(cases[i].has, kpol_k8s_pod_has_addresses(pod));
		free(pod);
	}
}

TEST(namespace_says_its_postures)
{
	struct kpol_k8s_namespace *ns = (void *)parse(
		KPOL_K8S_NAMESPACES,
		ANNOTATED("\"kubearmor-file-posture\":\"audit\",\"kubearmor-network-posture\":"
			  "\"block\",\"kubearmor-capabilities-posture\":\"perhaps\","
			  "\"kubearmor-visibility\":\"process,file\""));

	ASSERT_NE(NULL, ns);
	EXPECT_EQ(KPOL_POSTURE_AUDIT, ns->postures.file);
	EXPECT_EQ(KPOL_POSTURE_BLOCK, ns->postures.network);
	EXPECT_EQ(KPOL_POSTURE_UNSET, ns->postures.capabilities);
	EXPECT_STREQ("process,file", ns->visibility);
	free(ns);
}

TEST(policy_is_text_that_the_loader_takes)
{
	_cleanup_free_ char *text = NULL;
	struct kpol_k8s_event event = { 0 };
	struct kpol_bundle *bundle = NULL;
	struct kpol_diags diags = { 0 };
	struct kpol_k8s_policy *policy;
	size_t len;

	text = data("policies-watch.jsonl", &len);
	ASSERT_EQ(0, kpol_k8s_event_parse(&kpol_k8s_resources[KPOL_K8S_KUBEARMOR_POLICIES], text,
					  strcspn(text, "\n"), &event));
	EXPECT_EQ(KPOL_K8S_EVENT_ADDED, event.type);
	policy = (void *)event.object;
	ASSERT_NE(NULL, policy);
	EXPECT_EQ(1, policy->generation);
	EXPECT_EQ(NULL, strstr(policy->json, "managedFields"));
	EXPECT_EQ(0, kpol_bundle_parse("policy", policy->json, policy->json_len, &diags, &bundle));
	EXPECT_EQ(0, diags.n_errors);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	kpol_k8s_event_clear(&event);
}

TEST(what_is_no_object_is_none)
{
	static const char *const cases[] = {
		"{}",
		"[]",
		"{\"metadata\":{\"name\":\"p\"}}",
		"{\"metadata\":{\"uid\":\"u\"}}",
		"{\"metadata\":{\"name\":\"p\",\"uid\":7}}",
		"{\"metadata\":{\"name\":\"p\",\"uid\":\"\"}}",
		"{\"metadata\":{\"name\":\"p\\u0000q\",\"uid\":\"u\"}}",
		"{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"}} {}",
		"{\"metadata\":{\"name\":\"\xff\",\"uid\":\"u\"}}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(NULL, parse(KPOL_K8S_PODS, cases[i]))
		{
			TH_LOG("%s", cases[i]);
		}
	}
}

/* One change of each type, told as "+name=version". */
static void tell(const struct kpol_k8s_cache *cache, char *out)
{
	for (size_t i = 0; i < cache->n_changes; i++) {
		const struct kpol_k8s_change *change = &cache->changes[i];
		const struct kpol_k8s_object *object =
			change->after ? change->after : change->before;

		out += sprintf(out, "%c%s=%s ", "+~-"[change->type], object -> name,
			       object -> version);
	}
	*out = '\0';
}

static struct kpol_k8s_object *node(const char *name, int version)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "{\"metadata\":{\"name\":\"%s\",\"uid\":\"u-%s\",\"resourceVersion\":\"%d\"}}",
		 name, name, version);
	return parse(KPOL_K8S_NODES, text);
}

TEST(replacing_all_tells_only_the_difference)
{
	struct kpol_k8s_cache cache = { 0 };
	struct kpol_k8s_table fresh = { 0 };
	struct kpol_k8s_object *old;
	char out[256];

	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("gone", 1)));
	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("same", 2)));
	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("other", 3)));
	kpol_k8s_cache_told(&cache);
	EXPECT_EQ(0, kpol_k8s_table_put(&fresh, node("same", 2), &old));
	EXPECT_EQ(0, kpol_k8s_table_put(&fresh, node("other", 4), &old));
	EXPECT_EQ(0, kpol_k8s_cache_replace(&cache, &fresh));
	tell(&cache, out);
	EXPECT_STREQ("-gone=1 ~other=4 ", out);
	EXPECT_EQ(2, cache.table.n);
	EXPECT_EQ(0, fresh.n);
	kpol_k8s_cache_clear(&cache);
}

TEST(several_changes_of_one_object_are_one_batch)
{
	struct kpol_k8s_cache cache = { 0 };
	char out[256];

	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("a", 1)));
	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("a", 1)));
	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("a", 2)));
	EXPECT_EQ(0, kpol_k8s_cache_remove(&cache, "u-a"));
	EXPECT_EQ(0, kpol_k8s_cache_remove(&cache, "u-b"));
	EXPECT_EQ(0, kpol_k8s_cache_put(&cache, node("a", 3)));
	tell(&cache, out);
	EXPECT_STREQ("+a=1 ~a=2 -a=2 +a=3 ", out);
	kpol_k8s_cache_clear(&cache);
}

TEST(table_finds_each_of_many_after_others_have_left)
{
	struct kpol_k8s_table table = { 0 };
	struct kpol_k8s_object *old;
	char name[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		ASSERT_EQ(0, kpol_k8s_table_put(&table, node(name, i), &old));
	}
	for (int i = 0; i < 1000; i += 3) {
		snprintf(name, sizeof(name), "u-n%d", i);
		free(kpol_k8s_table_take(&table, name));
	}
	EXPECT_EQ(666, table.n);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "u-n%d", i);
		EXPECT_EQ(i % 3 != 0, kpol_k8s_table_get(&table, name) != NULL);
	}
	kpol_k8s_table_clear(&table);
}

/* Ten thousand pods as large as one with its bookkeeping: what stays is small, and it is quick. */
TEST(ten_thousand_pods_fit)
{
	_cleanup_free_ char *text = NULL;
	struct kpol_k8s_list list = { 0 };
	struct kpol_k8s_pod *pod;
	char uid[64], *at;
	struct timespec begin, end;
	size_t len, bytes = 0, walk = 0;

	kpol_k8s_list_begin(&list, &kpol_k8s_resources[KPOL_K8S_PODS]);
	text = data("pods-node1-watch.jsonl", &len);
	text[strcspn(text, "\n")] = '\0';
	at = strstr(text, "1e078ca1-4c52");
	ASSERT_NE(NULL, at);
	ASSERT_EQ(0, kpol_k8s_list_feed(&list, "{\"items\":[", 10));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (int i = 0; i < 10000; i++) {
		char *object = strstr(text, "{\"kind\"");

		snprintf(uid, sizeof(uid), "%08x", i);
		memcpy(at, uid, 8);
		if (i)
			kpol_k8s_list_feed(&list, ",", 1);
		ASSERT_EQ(0, kpol_k8s_list_feed(&list, object, strlen(object) - 1));
	}
	ASSERT_EQ(0, kpol_k8s_list_feed(&list, "],\"metadata\":{\"resourceVersion\":\"1\"}}", 37));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	ASSERT_EQ(0, kpol_k8s_list_page(&list));
	EXPECT_EQ(10000, list.objects.n);
	while ((pod = (void *)kpol_k8s_table_next(&list.objects, &walk)))
		bytes += malloc_usable_size(pod);
	TH_LOG("%zu bytes a pod, %ld ms for all", bytes / 10000,
	       (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000);
	EXPECT_GT(2048, bytes / 10000);
	kpol_k8s_list_clear(&list);
}

TEST_HARNESS_MAIN
