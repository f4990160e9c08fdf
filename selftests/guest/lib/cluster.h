/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cluster's API server: holds objects, lists them, tells watchers of changes over TLS, takes what is written to status
 * and events, and can be away. A thread for each connection.
 */
#ifndef KPOL_GUEST_CLUSTER_H
#define KPOL_GUEST_CLUSTER_H

#include <arpa/inet.h>
#include <errno.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../unit/certs.h"

#define CLUSTER_TOKEN "let-me-in"
#define CLUSTER_WRITES 64

/* A change, as a watcher is told of it. @rv: its resourceVersion. */
struct cluster_event {
	char *plural;
	unsigned int rv;
	const char *type;
	struct json_object *object;
};

/**
 * struct cluster
 * @objects: by plural an object of uid to object.
 * @gone: plurals that the cluster has no definition of.
 * @epoch: connections of an older one break off.
 * @writes: what came by PATCH and POST: "PATCH /path body".
 * @n_requests: answered. @n_turned_away: connections that found nobody.
 */
struct cluster {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct json_object *objects;
	struct cluster_event *events;
	size_t n_events;
	unsigned int rv;
	unsigned int epoch;
	bool away;
	const char *gone;
	char *writes[CLUSTER_WRITES];
	unsigned int n_writes;
	unsigned int n_requests;
	unsigned int n_turned_away;
	int fd, port;
	SSL_CTX *context;
	struct identity authority, server;
};

struct cluster_connection {
	struct cluster *c;
	SSL *ssl;
	int fd;
	unsigned int epoch;
};

static inline struct json_object *cluster_member(struct json_object *json, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(json, key, &value);
	return value;
}

static inline const char *cluster_text(struct json_object *json, const char *outer, const char *key)
{
	struct json_object *map = cluster_member(json, outer);
	struct json_object *value = map ? cluster_member(map, key) : NULL;

	return value ? json_object_get_string(value) : "";
}

static inline bool cluster_send(SSL *ssl, const char *bytes, size_t len)
{
	return len == 0 || SSL_write(ssl, bytes, (int)len) > 0;
}

static inline bool cluster_chunk(SSL *ssl, const char *text)
{
	char head[32];

	snprintf(head, sizeof(head), "%zx\r\n", strlen(text));
	return cluster_send(ssl, head, strlen(head)) && cluster_send(ssl, text, strlen(text)) &&
	       cluster_send(ssl, "\r\n", 2);
}

static inline bool cluster_head(SSL *ssl, int status)
{
	char head[160];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nTransfer-Encoding: "
		 "chunked\r\n\r\n",
		 status);
	return cluster_send(ssl, head, strlen(head));
}

static inline bool cluster_answer(SSL *ssl, int status, const char *body)
{
	return cluster_head(ssl, status) && cluster_chunk(ssl, body) &&
	       cluster_send(ssl, "0\r\n\r\n", 5);
}

/* "…fieldSelector=spec.nodeName%3Dnode-1&…": does this object pass? */
static inline bool cluster_selects(const char *query, struct json_object *object)
{
	const char *field = strstr(query, "fieldSelector=");
	const char *value, *is;
	size_t len;

	if (!field)
		return true;
	field += strlen("fieldSelector=");
	value = strstr(field, "%3D");
	if (!value)
		return true;
	value += 3;
	len = strcspn(value, "& ");
	is = strncmp(field, "spec.nodeName", 13) == 0 ? cluster_text(object, "spec", "nodeName")
						      : cluster_text(object, "metadata", "name");
	return strlen(is) == len && strncmp(is, value, len) == 0;
}

static inline char *cluster_list(struct cluster *c, const char *plural, const char *query)
{
	struct json_object *list = json_object_new_object(), *meta = json_object_new_object();
	struct json_object *items = json_object_new_array();
	struct json_object *of = cluster_member(c->objects, plural);
	char rv[16], *text;

	snprintf(rv, sizeof(rv), "%u", c->rv);
	json_object_object_add(meta, "resourceVersion", json_object_new_string(rv));
	json_object_object_add(list, "kind", json_object_new_string("List"));
	json_object_object_add(list, "apiVersion", json_object_new_string("v1"));
	json_object_object_add(list, "metadata", meta);
	if (of) {
		json_object_object_foreach(of, uid, object)
		{
			(void)uid;
			if (cluster_selects(query, object))
				json_object_array_add(items, json_object_get(object));
		}
	}
	json_object_object_add(list, "items", items);
	text = strdup(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN));
	json_object_put(list);
	return text;
}

static inline void cluster_wait(struct cluster *c)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 200000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&c->changed, &c->lock, &until);
}

static inline char *cluster_event_text(const struct cluster_event *event)
{
	char *text = NULL;

	if (asprintf(&text, "{\"type\":\"%s\",\"object\":%s}\n", event->type,
		     json_object_to_json_string_ext(event->object, JSON_C_TO_STRING_PLAIN)) < 0)
		abort();
	return text;
}

/* Called with the lock. Return: whether the connection is still good; the lock is held again. */
static inline bool cluster_tell(struct cluster_connection *conn, const struct cluster_event *event)
{
	char *text = cluster_event_text(event);
	bool good;

	pthread_mutex_unlock(&conn->c->lock);
	good = cluster_chunk(conn->ssl, text);
	free(text);
	pthread_mutex_lock(&conn->c->lock);
	return good;
}

static inline bool cluster_watch(struct cluster_connection *conn, const char *plural,
				 const char *query)
{
	struct cluster *c = conn->c;
	const char *from = strstr(query, "resourceVersion=");
	unsigned int rv = from ? (unsigned int)strtoul(from + 16, NULL, 10) : 0;
	bool good = cluster_head(conn->ssl, 200);
	size_t at = 0;

	pthread_mutex_lock(&c->lock);
	while (good && conn->epoch == c->epoch) {
		for (; at < c->n_events && good; at++)
			if (c->events[at].rv > rv && strcmp(c->events[at].plural, plural) == 0 &&
			    cluster_selects(query, c->events[at].object))
				good = cluster_tell(conn, &c->events[at]);
		if (at == c->n_events)
			cluster_wait(c);
	}
	pthread_mutex_unlock(&c->lock);
	return false;
}

static inline void cluster_note_write(struct cluster *c, const char *request)
{
	const char *path_end = strchr(strchr(request, ' ') + 1, ' ');
	const char *body = strstr(request, "\r\n\r\n");
	char *text = NULL;

	pthread_mutex_lock(&c->lock);
	if (c->n_writes < CLUSTER_WRITES && asprintf(&text, "%.*s %s", (int)(path_end - request),
						     request, body ? body + 4 : "") >= 0)
		c->writes[c->n_writes++] = text;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static inline bool cluster_read_path(struct cluster_connection *conn, char *path)
{
	struct cluster *c = conn->c;
	char *query = strchr(path, '?'), *plural, *text;
	bool good;

	if (query)
		*query++ = '\0';
	else
		query = path + strlen(path);
	plural = strrchr(path, '/');
	plural = plural ? plural + 1 : path;
	if (c->gone && strstr(c->gone, plural))
		return cluster_answer(conn->ssl, 404, "404 page not found\n");
	if (strstr(query, "watch="))
		return cluster_watch(conn, plural, query);
	pthread_mutex_lock(&c->lock);
	text = cluster_list(c, plural, query);
	pthread_mutex_unlock(&c->lock);
	good = cluster_answer(conn->ssl, 200, text);
	free(text);
	return good;
}

/* Return: whether there may be another request. */
static inline bool cluster_serve(struct cluster_connection *conn, char *request)
{
	char *end;

	if (!strstr(request, "Bearer " CLUSTER_TOKEN))
		return cluster_answer(conn->ssl, 401, "{}");
	conn->c->n_requests++;
	if (strncmp(request, "GET ", 4) != 0) {
		cluster_note_write(conn->c, request);
		return cluster_answer(conn->ssl, strncmp(request, "POST", 4) ? 200 : 201, "{}");
	}
	end = strchr(request + 4, ' ');
	*end = '\0';
	return cluster_read_path(conn, request + 4);
}

/* Return: a whole request with its body, which is small, is in @text. */
static inline bool cluster_read_request(SSL *ssl, char *text, size_t size)
{
	size_t len = 0;

	while (len + 1 < size) {
		int n = SSL_read(ssl, text + len, (int)(size - 1 - len));
		const char *body, *length;

		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		body = strstr(text, "\r\n\r\n");
		if (!body)
			continue;
		length = strcasestr(text, "\r\nContent-Length: ");
		if (!length || length > body ||
		    len >= (size_t)(body + 4 - text) + strtoul(length + 18, NULL, 10))
			return true;
	}
	return false;
}

static inline void *cluster_connection_run(void *userdata)
{
	struct cluster_connection *conn = userdata;
	const size_t size = 256 << 10;
	char *text = malloc(size);

	SSL_set_fd(conn->ssl, conn->fd);
	if (text && SSL_accept(conn->ssl) > 0)
		while (cluster_read_request(conn->ssl, text, size) &&
		       conn->epoch == conn->c->epoch && cluster_serve(conn, text))
			;
	SSL_free(conn->ssl);
	close(conn->fd);
	free(text);
	free(conn);
	return NULL;
}

static inline void *cluster_run(void *userdata)
{
	struct cluster *c = userdata;

	for (;;) {
		int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		struct cluster_connection *conn;
		pthread_t thread;

		if (fd < 0)
			return NULL;
		if (c->away) {
			c->n_turned_away++;
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
		conn = malloc(sizeof(*conn));
		*conn = (struct cluster_connection){ c, SSL_new(c->context), fd, c->epoch };
		if (pthread_create(&thread, NULL, cluster_connection_run, conn) != 0)
			abort();
		pthread_detach(thread);
	}
}

static inline void cluster_listen(struct cluster *c)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || bind(c->fd, (void *)&address, len) < 0 || listen(c->fd, 64) < 0 ||
	    getsockname(c->fd, (void *)&address, &len) < 0)
		abort();
	c->port = ntohs(address.sin_port);
}

/* cluster_start() - @gone: "kubearmorpolicies runtimepolicies": kinds that have no definition; NULL: all have. */
static inline void cluster_start(struct cluster *c, const char *gone)
{
	pthread_t thread;

	signal(SIGPIPE, SIG_IGN);
	*c = (struct cluster){ .lock = PTHREAD_MUTEX_INITIALIZER,
			       .changed = PTHREAD_COND_INITIALIZER,
			       .objects = json_object_new_object(),
			       .rv = 1,
			       .gone = gone };
	c->authority = issue(NULL, "cluster", NULL, 1);
	c->server = issue(&c->authority, "server", "IP:127.0.0.1", 1);
	c->context = SSL_CTX_new(TLS_server_method());
	if (!SSL_CTX_use_certificate(c->context, c->server.cert) ||
	    !SSL_CTX_use_PrivateKey(c->context, c->server.key))
		abort();
	cluster_listen(c);
	if (pthread_create(&thread, NULL, cluster_run, c) != 0)
		abort();
	pthread_detach(thread);
}

/* cluster_away() - nobody answers, and whoever was connected no longer is; or all is well again. */
static inline void cluster_away(struct cluster *c, bool away)
{
	pthread_mutex_lock(&c->lock);
	c->away = away;
	c->epoch++;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

/* cluster_kubeconfig() - write one that leads here. */
static inline void cluster_kubeconfig(struct cluster *c, const char *path)
{
	char *ca = to_pem(&c->authority, false), ca_path[256];
	FILE *file;

	snprintf(ca_path, sizeof(ca_path), "%s.ca", path);
	file = fopen(ca_path, "we");
	if (!file || fputs(ca, file) < 0 || fclose(file) != 0)
		abort();
	free(ca);
	file = fopen(path, "we");
	if (!file)
		abort();
	fprintf(file,
		"apiVersion: v1\nkind: Config\ncurrent-context: c\n"
		"clusters: [{name: k, cluster: {server: 'https://127.0.0.1:%d', "
		"certificate-authority: %s}}]\n"
		"users: [{name: u, user: {token: " CLUSTER_TOKEN "}}]\n"
		"contexts: [{name: c, context: {cluster: k, user: u}}]\n",
		c->port, ca_path);
	if (fclose(file) != 0)
		abort();
}

/* With the lock. */
static inline void cluster_record(struct cluster *c, const char *plural, const char *type,
				  struct json_object *object)
{
	struct cluster_event *events = realloc(c->events, (c->n_events + 1) * sizeof(*c->events));

	if (!events)
		abort();
	c->events = events;
	events[c->n_events++] = (struct cluster_event){
		.plural = strdup(plural), .rv = c->rv, .type = type, .object = object
	};
	pthread_cond_broadcast(&c->changed);
}

static inline void cluster_stamp(struct cluster *c, struct json_object *object)
{
	char rv[16];

	snprintf(rv, sizeof(rv), "%u", ++c->rv);
	json_object_object_add(cluster_member(object, "metadata"), "resourceVersion",
			       json_object_new_string(rv));
}

static inline struct json_object *cluster_kind(struct cluster *c, const char *plural)
{
	struct json_object *of = cluster_member(c->objects, plural);

	if (!of) {
		of = json_object_new_object();
		json_object_object_add(c->objects, plural, of);
	}
	return of;
}

/* cluster_put() - an object, new or changed; it has its uid. */
static inline void cluster_put(struct cluster *c, const char *plural, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static inline void cluster_put(struct cluster *c, const char *plural, const char *format, ...)
{
	struct json_object *object, *of;
	char *text = NULL;
	const char *uid;
	va_list args;
	bool known;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	object = json_tokener_parse(text);
	if (!object)
		abort();
	free(text);
	pthread_mutex_lock(&c->lock);
	of = cluster_kind(c, plural);
	uid = cluster_text(object, "metadata", "uid");
	known = cluster_member(of, uid) != NULL;
	cluster_stamp(c, object);
	json_object_object_add(of, uid, object);
	cluster_record(c, plural, known ? "MODIFIED" : "ADDED", json_object_get(object));
	pthread_mutex_unlock(&c->lock);
}

static inline void cluster_delete(struct cluster *c, const char *plural, const char *uid)
{
	struct json_object *object, *of;

	pthread_mutex_lock(&c->lock);
	of = cluster_kind(c, plural);
	object = json_object_get(cluster_member(of, uid));
	if (object) {
		cluster_stamp(c, object);
		json_object_object_del(of, uid);
		cluster_record(c, plural, "DELETED", object);
	}
	pthread_mutex_unlock(&c->lock);
}

/* cluster_written() - has somebody written what has all of these? Waits for it. @ms: at most. */
static inline bool cluster_written(struct cluster *c, int ms, const char *begin, const char *part)
{
	bool found = false;

	pthread_mutex_lock(&c->lock);
	for (; ms > 0; ms -= 200) {
		for (unsigned int i = 0; i < c->n_writes && !found; i++)
			found = strncmp(c->writes[i], begin, strlen(begin)) == 0 &&
				strstr(c->writes[i], part);
		if (found)
			break;
		cluster_wait(c);
	}
	for (unsigned int i = 0; i < c->n_writes && !found; i++)
		fprintf(stderr, "# written: %s\n", c->writes[i]);
	pthread_mutex_unlock(&c->lock);
	return found;
}

#endif /* KPOL_GUEST_CLUSTER_H */
