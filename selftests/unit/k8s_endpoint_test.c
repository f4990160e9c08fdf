// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the API server is and who we are to it: what is taken from a kubeconfig and a pod's environment, what is refused. */
#include "kselftest_harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "k8s/kubeconfig.h"

FIXTURE(dir)
{
	char path[32];
	char config[64];
	struct kpol_diags diags;
	struct kpol_k8s_endpoint endpoint;
};

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "we");
	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

FIXTURE_SETUP(dir)
{
	strcpy(self->path, "/tmp/kpol-k8s-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->path));
	snprintf(self->config, sizeof(self->config), "%s/config", self->path);
	write_file(self->path, "token", "tok\n");
	write_file(self->path, "ca.crt", "CA\n");
}

FIXTURE_TEARDOWN(dir)
{
	char command[64];

	kpol_k8s_endpoint_clear(&self->endpoint);
	kpol_diags_clear(&self->diags);
	snprintf(command, sizeof(command), "rm -r %s", self->path);
	EXPECT_EQ(0, system(command));
}

#define CONFIG(cluster, user)                                                \
	"apiVersion: v1\nkind: Config\ncurrent-context: c\n"                 \
	"contexts:\n- name: other\n  context: {cluster: none, user: none}\n" \
	"- name: c\n  context: {cluster: k, user: u}\n"                      \
	"clusters:\n- name: k\n  cluster: {" cluster "}\nusers:\n- name: u\n  user: {" user "}\n"
#define SERVER "server: 'https://10.0.0.1:6443/'"

TEST_F(dir, kubeconfig_names_server_and_credentials)
{
	write_file(self->path, "config",
		   CONFIG(SERVER ", certificate-authority-data: Q0EK, proxy-url: 'http://p:1'",
			  "token: secret, client-certificate-data: Qw==, client-key-data: 'S0s='"));
	ASSERT_EQ(0, kpol_k8s_kubeconfig_load(self->config, NULL, &self->diags, &self->endpoint));
	EXPECT_STREQ("https://10.0.0.1:6443", self->endpoint.url);
	EXPECT_STREQ("http://p:1", self->endpoint.proxy);
	EXPECT_STREQ("CA\n", self->endpoint.ca.bytes);
	EXPECT_STREQ("secret", self->endpoint.token.bytes);
	EXPECT_EQ(1, self->endpoint.cert.len);
	EXPECT_EQ(2, self->endpoint.key.len);
}

TEST_F(dir, files_of_a_kubeconfig_are_beside_it)
{
	write_file(self->path, "config",
		   CONFIG("server: 'https://[fd00::1]', certificate-authority: ca.crt, "
			  "tls-server-name: kubernetes",
			  "tokenFile: token, token: ignored"));
	ASSERT_EQ(0, kpol_k8s_kubeconfig_load(self->config, "c", &self->diags, &self->endpoint));
	EXPECT_STREQ("https://kubernetes", self->endpoint.url);
	EXPECT_STREQ("kubernetes:443:[fd00::1]:443", self->endpoint.connect_to);
	EXPECT_STREQ("CA\n", self->endpoint.ca.bytes);
	EXPECT_STREQ("tok\n", self->endpoint.token.bytes);
	write_file(self->path, "token", "next\n");
	EXPECT_EQ(0, kpol_k8s_endpoint_refresh(&self->endpoint, &(const char *){ NULL }));
	EXPECT_STREQ("next\n", self->endpoint.token.bytes);
}

TEST_F(dir, kubeconfig_that_cannot_be_trusted_is_refused_with_a_sentence)
{
	static const struct {
		const char *text, *context, *says;
	} cases[] = {
		{ CONFIG(SERVER ", insecure-skip-tls-verify: true", "token: t"), NULL,
		  ":11:73: insecure-skip-tls-verify is refused" },
		{ CONFIG("server: 'http://10.0.0.1'", "token: t"), NULL, "only https is spoken" },
		{ CONFIG("server: 'https://u:p@10.0.0.1'", "token: t"), NULL,
		  "must not contain a user or a password" },
		{ CONFIG("server: 'https://10.0.0.1/?a=b'", "token: t"), NULL,
		  "must not contain a query or a fragment" },
		{ CONFIG("server: '10.0.0.1 x'", "token: t"), NULL, "server \"10.0.0.1 x\": " },
		{ CONFIG("x: y", "token: t"), NULL, "the cluster has no server" },
		{ CONFIG(SERVER, "exec: {command: aws}"), NULL, "credential plugins are refused" },
		{ CONFIG(SERVER, "auth-provider: {name: gcp}"), NULL,
		  "authentication providers are refused" },
		{ CONFIG(SERVER, "username: admin, password: x"), NULL, "passwords are refused" },
		{ CONFIG(SERVER, "as: admin"), NULL, "acting as somebody else" },
		{ CONFIG(SERVER, "client-certificate-data: Qw=="), NULL,
		  "and its key come together" },
		{ CONFIG(SERVER, "client-key-data: 'no base64'"), NULL, "this is no base64" },
		{ CONFIG(SERVER, "tokenFile: nowhere"), NULL, "/nowhere: No such file" },
		{ CONFIG(SERVER, "token: t"), "x", "there is no context \"x\"" },
		{ CONFIG(SERVER, "token: t"), "other", "there is no cluster \"none\"" },
		{ "a: [", NULL, "config:2:1: not YAML" },
		{ "- 1\n", NULL, "this is no kubeconfig" },
		{ "a: b\n", NULL, "there is no current-context" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *said;

		write_file(self->path, "config", cases[i].text);
		EXPECT_EQ(-EINVAL, kpol_k8s_kubeconfig_load(self->config, cases[i].context,
							    &self->diags, &self->endpoint));
		ASSERT_LT(0, self->diags.n_errors)
		{
			TH_LOG("%s", cases[i].says);
		}
		said = kpol_diag_format(&self->diags.items[0]);
		EXPECT_NE(NULL, strstr(said, cases[i].says))
		{
			TH_LOG("%s: %s", cases[i].says, said);
		}
		free(said);
		kpol_diags_clear(&self->diags);
		kpol_k8s_endpoint_clear(&self->endpoint);
	}
}

TEST_F(dir, pod_knows_its_server)
{
	setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
	setenv("KUBERNETES_SERVICE_PORT", "443", 1);
	ASSERT_EQ(0, kpol_k8s_endpoint_in_cluster(self->path, &self->diags, &self->endpoint));
	EXPECT_STREQ("https://[fd00::1]:443", self->endpoint.url);
	EXPECT_STREQ("tok\n", self->endpoint.token.bytes);
}

TEST_F(dir, no_pod_is_told_so)
{
	unsetenv("KUBERNETES_SERVICE_HOST");
	EXPECT_EQ(-EINVAL, kpol_k8s_endpoint_in_cluster(self->path, &self->diags, &self->endpoint));
	EXPECT_NE(NULL, strstr(self->diags.items[0].message, "this is no pod of a cluster"));
}

TEST_F(dir, what_is_no_plain_file_is_not_read)
{
	struct kpol_blob blob = { .path = self->path };

	EXPECT_EQ(-EINVAL, kpol_blob_refresh(&blob));
	blob.path = self->config;
	EXPECT_EQ(-ENOENT, kpol_blob_refresh(&blob));
	write_file(self->path, "config", "");
	EXPECT_EQ(-ENODATA, kpol_blob_refresh(&blob));
	ASSERT_EQ(0, truncate(self->config, KPOL_BLOB_MAX + 1));
	EXPECT_EQ(-EFBIG, kpol_blob_refresh(&blob));
	ASSERT_EQ(0, unlink(self->config));
	ASSERT_EQ(0, mkfifo(self->config, 0600));
	EXPECT_EQ(-EINVAL, kpol_blob_refresh(&blob));
}

TEST_HARNESS_MAIN
