// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same questions to any API server: to a real one if there is one, else to a test server that answers by path as
 * the real one did whose answers were recorded.
 *
 *   KPOL_TEST_APISERVER   https://HOST:PORT; its token may list and watch pods and namespaces, and nothing is written
 *   KPOL_TEST_TOKEN       the token itself
 *   KPOL_TEST_CA          file of its authority; without it the system's authorities
 */
#include "kselftest_harness.h"

#include "apiserver.h"
#include "follower.h"

#include "k8s/namespace.h"
#include "k8s/pod.h"

FIXTURE(server)
{
	struct apiserver server;
	struct follower follower;
	struct identity authority, id;
};

static bool has(const char *path, const char *what)
{
	return strstr(path, what);
}

/* By path and query, as the recorded server did. */
static const struct answer *answer_recorded(const char *path)
{
	static const struct answer pods = { 200, .file = "pods-node1-list.json", .token = "right" };
	static const struct answer namespaces = { 200, .file = "namespaces-list.json",
						  .token = "right" };
	static const struct answer quiet = { 200, .hold = true, .token = "right" };
	static const struct answer gone = { 200, .file = "pods-watch-410-gone.json",
					    .token = "right" };
	static const struct answer absent = { 404, .body = "404 page not found\n",
					      .token = "right" };

	if (!has(path, "/api/v1/pods") && !has(path, "/api/v1/namespaces"))
		return &absent;
	if (has(path, "watch=1"))
		return has(path, "resourceVersion=1&") ? &gone : &quiet;
	return has(path, "/api/v1/pods") ? &pods : &namespaces;
}

static void start_recorded(FIXTURE_DATA(server) * self)
{
	char url[64], *ca;
	const char *why;

	self->authority = issue(NULL, "authority", NULL, 10);
	self->id = issue(&self->authority, "server", "IP:127.0.0.1", 10);
	show_certificate(&self->server, 0, &self->id);
	self->server.family = AF_INET;
	self->server.route = answer_recorded;
	if (apiserver_start(&self->server) < 0)
		abort();
	snprintf(url, sizeof(url), "https://127.0.0.1:%d", self->server.port);
	ca = to_pem(&self->authority, false);
	if (kpol_k8s_endpoint_set_url(&self->follower.endpoint, url, NULL, &why) < 0 ||
	    kpol_blob_set(&self->follower.endpoint.ca, ca, strlen(ca)) < 0 ||
	    kpol_blob_set(&self->follower.endpoint.token, "right", 5) < 0)
		abort();
	free(ca);
}

static void use_real(struct kpol_k8s_endpoint *endpoint, const char *url)
{
	const char *token = getenv("KPOL_TEST_TOKEN"), *ca = getenv("KPOL_TEST_CA"), *why;

	if (kpol_k8s_endpoint_set_url(endpoint, url, NULL, &why) < 0)
		abort();
	if (token && kpol_blob_set(&endpoint->token, token, strlen(token)) < 0)
		abort();
	endpoint->ca.path = ca ? strdup(ca) : NULL;
}

FIXTURE_SETUP(server)
{
	const char *url = getenv("KPOL_TEST_APISERVER");

	if (url)
		use_real(&self->follower.endpoint, url);
	else
		start_recorded(self);
}

FIXTURE_TEARDOWN(server)
{
	follower_end(&self->follower);
	apiserver_stop(&self->server);
	drop_identity(&self->authority);
	drop_identity(&self->id);
}

static bool is_watching(struct follower *f, const void *what)
{
	const struct kpol_k8s_status *status = kpol_k8s_reflector_status(f->reflector);

	return status->synced && status->state == KPOL_K8S_WATCHING && status->heard_us;
}

static bool has_failed(struct follower *f, const void *what)
{
	return strstr(follower_errors(f), what);
}

static bool never(struct follower *f, const void *what)
{
	return false;
}

#define CHECK_VIEW(f)                                                                  \
	do {                                                                           \
		EXPECT_TRUE(follower_run(f, is_watching, NULL, 10));                   \
		EXPECT_STREQ("", follower_errors(f));                                  \
		EXPECT_EQ(0, kpol_k8s_reflector_status((f)->reflector)->n_unreadable); \
		EXPECT_NE(NULL, kpol_k8s_reflector_status((f)->reflector)->version);   \
	} while (0)

TEST_F(server, namespaces_are_listed_and_watched)
{
	struct kpol_k8s_object *object;
	bool found = false;
	size_t at = 0;

	follower_begin(&self->follower, KPOL_K8S_NAMESPACES, NULL, NULL);
	CHECK_VIEW(&self->follower);
	while ((object = kpol_k8s_table_next(kpol_k8s_reflector_table(self->follower.reflector),
					     &at)))
		found |= strcmp(object->name, "kube-system") == 0;
	EXPECT_TRUE(found);
}

TEST_F(server, pods_are_listed_and_watched)
{
	struct kpol_k8s_pod *pod;
	size_t at = 0;

	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, NULL);
	CHECK_VIEW(&self->follower);
	while ((pod = (void *)kpol_k8s_table_next(
			kpol_k8s_reflector_table(self->follower.reflector), &at))) {
		EXPECT_LT(0, pod->n_containers);
		EXPECT_NE('\0', pod->object.namespace[0]);
		EXPECT_NE('\0', pod->object.version[0]);
	}
}

/* The server ends the watch after a second, and we go on without listing again. */
TEST_F(server, watch_goes_on_after_its_end)
{
	struct kpol_k8s_times times = hasty;
	const struct kpol_k8s_status *status;

	times.grace_ms = 20000;
	if (!getenv("KPOL_TEST_APISERVER"))
		times.grace_ms = 100;
	follower_begin(&self->follower, KPOL_K8S_NAMESPACES, NULL, &times);
	follower_run(&self->follower, never, NULL, 3.5);
	status = kpol_k8s_reflector_status(self->follower.reflector);
	EXPECT_TRUE(status->synced);
	EXPECT_EQ(1, status->n_lists);
	EXPECT_LE(2, status->n_watches);
}

TEST_F(server, selector_is_understood)
{
	follower_begin(&self->follower, KPOL_K8S_PODS, "spec.nodeName=node-1", NULL);
	CHECK_VIEW(&self->follower);
}

TEST_F(server, wrong_token_is_told)
{
	ASSERT_EQ(0, kpol_blob_set(&self->follower.endpoint.token, "wrong", 5));
	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, &hasty);
	EXPECT_TRUE(
		follower_run(&self->follower, has_failed, "does not accept the credentials", 10));
}

TEST_F(server, absent_kind_is_told)
{
	static const struct kpol_k8s_resource nothing = {
		.plural = "kpolnothings",
		.group = "absent.kpol.io",
		.version = "v1",
		.kind = "KpolNothing",
		.custom = true,
	};
	struct kpol_k8s_scope scope = { .resource = &nothing,
					.endpoint = &self->follower.endpoint,
					.times = &hasty };

	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, &hasty);
	kpol_k8s_reflector_free(TAKE_PTR(self->follower.reflector));
	scope.conn = self->follower.conn;
	ASSERT_EQ(0, kpol_k8s_reflector_new(&scope, &follower_ops, &self->follower,
					    &self->follower.reflector));
	EXPECT_TRUE(follower_run(&self->follower, has_failed,
				 "the cluster has no \"kpolnothings\" in the API group "
				 "\"absent.kpol.io\": install its CustomResourceDefinition",
				 10));
}

TEST_F(server, unknown_authority_is_refused)
{
	struct identity other = issue(NULL, "other", NULL, 10);
	char *ca = to_pem(&other, false);

	free(TAKE_PTR(self->follower.endpoint.ca.path));
	ASSERT_EQ(0, kpol_blob_set(&self->follower.endpoint.ca, ca, strlen(ca)));
	follower_begin(&self->follower, KPOL_K8S_PODS, NULL, &hasty);
	EXPECT_TRUE(follower_run(&self->follower, has_failed, "SSL certificate problem", 10));
	free(ca);
	drop_identity(&other);
}

TEST_HARNESS_MAIN
