// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a kubeconfig. */
#include "k8s/kubeconfig.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "load/scan.h"
#include "load/tree.h"

#define FILE_MAX (4U << 20)

/** struct reading - @dir_len: of the path, up to and with its last slash. */
struct reading {
	struct kpol_input in;
	size_t dir_len;
	const struct kpol_node *root;
	struct kpol_k8s_endpoint *endpoint;
};

#define refuse(reading, at, ...) \
	kpol_input_error(&(reading)->in, KPOL_K8S_CODE_ENDPOINT, at, __VA_ARGS__)

/* {name: NAME, CONTENT: {…}} of a list. */
static const struct kpol_node *find_entry(const struct reading *reading, const char *list,
					  const char *name, const char *content)
{
	kpol_for_each_node(entry, kpol_node_get(reading->root, list))
	{
		const char *text = kpol_node_text(entry, "name");

		if (text && strcmp(text, name) == 0)
			return kpol_node_get(entry, content);
	}
	return NULL;
}

static bool is_true(const struct kpol_node *map, const char *key)
{
	const char *text = kpol_node_text(map, key);

	return text && strcmp(text, "true") == 0;
}

static int set_path(const struct reading *reading, const char *path, char **ret)
{
	int n = path[0] == '/'
			? asprintf(ret, "%s", path)
			: asprintf(ret, "%.*s%s", (int)reading->dir_len, reading->in.file, path);

	if (n < 0)
		*ret = NULL;
	return n < 0 ? -ENOMEM : 0;
}

/* EVP_DecodeBlock() counts padding as bytes. */
static size_t padding_of(const char *text, size_t len)
{
	size_t n = 0;

	while (n < 2 && n < len && text[len - 1 - n] == '=')
		n++;
	return n;
}

static int set_base64(const struct reading *reading, const struct kpol_node *at,
		      struct kpol_blob *blob)
{
	_cleanup_free_ unsigned char *bytes = malloc(at->len + 4);
	int n, r;

	if (!bytes)
		return -ENOMEM;
	n = at->len ? EVP_DecodeBlock(bytes, (const unsigned char *)at->text, (int)at->len) : -1;
	if (n < 0)
		return refuse(reading, at, "this is no base64");
	r = kpol_blob_set(blob, bytes, (size_t)n - padding_of(at->text, at->len));
	explicit_bzero(bytes, at->len + 4);
	return r;
}

static int set_text(const struct reading *reading, const struct kpol_node *at,
		    struct kpol_blob *blob)
{
	(void)reading;
	return kpol_blob_set(blob, at->text, at->len);
}

static int set_file(const struct reading *reading, const struct kpol_node *at,
		    struct kpol_blob *blob)
{
	free(blob->path);
	return set_path(reading, at->text, &blob->path);
}

/* Data before the file: that is the order of precedence in kubectl. */
static const struct credential {
	const char *key;
	size_t blob;
	int (*set)(const struct reading *reading, const struct kpol_node *at,
		   struct kpol_blob *blob);
} of_cluster[] = {
	{ "certificate-authority-data", offsetof(struct kpol_k8s_endpoint, ca), set_base64 },
	{ "certificate-authority", offsetof(struct kpol_k8s_endpoint, ca), set_file },
	{ NULL, 0, NULL },
}, of_user[] = {
	{ "client-certificate-data", offsetof(struct kpol_k8s_endpoint, cert), set_base64 },
	{ "client-certificate", offsetof(struct kpol_k8s_endpoint, cert), set_file },
	{ "client-key-data", offsetof(struct kpol_k8s_endpoint, key), set_base64 },
	{ "client-key", offsetof(struct kpol_k8s_endpoint, key), set_file },
	{ "tokenFile", offsetof(struct kpol_k8s_endpoint, token), set_file },
	{ "token", offsetof(struct kpol_k8s_endpoint, token), set_text },
	{ NULL, 0, NULL },
};

static bool is_given(const struct kpol_blob *blob)
{
	return blob->bytes || blob->path;
}

static int set_credentials(const struct reading *reading, const struct kpol_node *map,
			   const struct credential *row)
{
	int r = 0;

	for (; row->key && r == 0; row++) {
		struct kpol_blob *blob =
			(struct kpol_blob *)((char *)reading->endpoint + row->blob);
		const struct kpol_node *at = kpol_node_get(map, row->key);

		if (at && at->kind == KPOL_NODE_SCALAR && at->len && !is_given(blob))
			r = row->set(reading, at, blob);
	}
	return r;
}

static int set_server(const struct reading *reading, const struct kpol_node *cluster)
{
	const struct kpol_node *server = kpol_node_get(cluster, "server");
	const char *why = NULL;
	int r;

	if (!server || server->kind != KPOL_NODE_SCALAR)
		return refuse(reading, cluster, "the cluster has no server");
	r = kpol_k8s_endpoint_set_url(reading->endpoint, server->text,
				      kpol_node_text(cluster, "tls-server-name"), &why);
	return r == -EINVAL ? refuse(reading, server, "server \"%s\": %s", server->text, why) : r;
}

static int set_cluster(const struct reading *reading, const struct kpol_node *cluster)
{
	const char *proxy = kpol_node_text(cluster, "proxy-url");
	int r;

	if (is_true(cluster, "insecure-skip-tls-verify"))
		return refuse(
			reading, kpol_node_get(cluster, "insecure-skip-tls-verify"),
			"insecure-skip-tls-verify is refused: whoever is in between could say "
			"which policies hold; give certificate-authority instead");
	r = set_server(reading, cluster);
	if (r == 0 && proxy && proxy[0]) {
		reading->endpoint->proxy = strdup(proxy);
		r = reading->endpoint->proxy ? 0 : -ENOMEM;
	}
	return r == 0 ? set_credentials(reading, cluster, of_cluster) : r;
}

static const struct {
	const char *key;
	const char *why;
} refused_of_user[] = {
	{ "exec", "credential plugins are refused: kpold starts no programs; give a token, a "
		  "tokenFile or a client certificate" },
	{ "auth-provider", "authentication providers are refused: give a token, a tokenFile or a "
			   "client certificate" },
	{ "username", "passwords are refused, as API servers do since 1.19: give a token or a "
		      "client certificate" },
	{ "as", "acting as somebody else is not supported: give that one's credentials" },
};

static int set_user(const struct reading *reading, const struct kpol_node *user)
{
	int r;

	for (size_t i = 0; i < sizeof(refused_of_user) / sizeof(refused_of_user[0]); i++) {
		const struct kpol_node *at = kpol_node_get(user, refused_of_user[i].key);

		if (at)
			return refuse(reading, at, "%s", refused_of_user[i].why);
	}
	r = set_credentials(reading, user, of_user);
	if (r == 0 && is_given(&reading->endpoint->cert) != is_given(&reading->endpoint->key))
		return refuse(reading, user, "a client certificate and its key come together");
	return r;
}

static int set_context(const struct reading *reading, const char *name)
{
	const struct kpol_node *context = find_entry(reading, "contexts", name, "context");
	const char *cluster_name = kpol_node_text(context, "cluster");
	const char *user_name = kpol_node_text(context, "user");
	const struct kpol_node *cluster, *user;
	int r;

	if (!context || !cluster_name)
		return refuse(reading, reading->root, "there is no context \"%s\"", name);
	cluster = find_entry(reading, "clusters", cluster_name, "cluster");
	if (!cluster)
		return refuse(reading, context, "there is no cluster \"%s\"", cluster_name);
	user = user_name ? find_entry(reading, "users", user_name, "user") : NULL;
	if (user_name && user_name[0] && !user)
		return refuse(reading, context, "there is no user \"%s\"", user_name);
	r = set_cluster(reading, cluster);
	return r == 0 ? set_user(reading, user) : r;
}

static int read_root(struct reading *reading, const struct kpol_tree *tree, const char *context)
{
	static const struct kpol_node nowhere = { 0 };

	reading->root = tree->documents;
	if (!reading->root || reading->root->kind != KPOL_NODE_MAP)
		return refuse(reading, &nowhere, "this is no kubeconfig");
	if (!context)
		context = kpol_node_text(reading->root, "current-context");
	if (!context || !context[0])
		return refuse(reading, reading->root, "there is no current-context");
	return set_context(reading, context);
}

static int check_files(const struct reading *reading)
{
	const char *path = NULL;
	int r = kpol_k8s_endpoint_refresh(reading->endpoint, &path);

	if (r == 0 || r == -ENOMEM)
		return r;
	return refuse(reading, reading->root, "cannot read %s: %s", path, strerror(-r));
}

static int read_text(struct reading *reading, const char *context, const char *text, size_t len)
{
	struct kpol_tree tree = { 0 };
	int r = kpol_scan_text(&reading->in, text, len);

	if (r == 0)
		r = kpol_tree_parse(&reading->in, text, len, &tree);
	if (r == 0)
		r = read_root(reading, &tree, context);
	if (r == 0)
		r = check_files(reading);
	kpol_tree_clear(&tree);
	return r;
}

int kpol_k8s_kubeconfig_load(const char *path, const char *context, struct kpol_diags *diags,
			     struct kpol_k8s_endpoint *endpoint)
{
	struct reading reading = { .in = { .file = path, .diags = diags }, .endpoint = endpoint };
	const char *slash = strrchr(path, '/');
	char *text;
	size_t len;
	int r;

	reading.dir_len = slash ? (size_t)(slash - path) + 1 : 0;
	r = kpol_file_read(path, FILE_MAX, &text, &len);
	if (r < 0)
		return r == -ENOMEM ? r
				    : kpol_diag_add(diags, KPOL_ERROR, KPOL_K8S_CODE_ENDPOINT, path,
						    0, 0, "cannot read it: %s", strerror(-r));
	r = read_text(&reading, context, text, len);
	explicit_bzero(text, len);
	free(text);
	return r;
}
