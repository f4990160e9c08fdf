/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An API server for tests: a process of its own that answers over TLS, request by request, what a script says, as
 * badly as it says.
 */
#ifndef KPOL_UNIT_APISERVER_H
#define KPOL_UNIT_APISERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "certs.h"

#define ASKED_MAX 64

/**
 * struct answer - one step of a script; the last one stands for all that come after it
 * @status: 0: the connection is closed without a word.
 * @headers: "Retry-After: 1\r\n"; NULL: none more.
 * @body: text; @file: of the recorded answers instead.
 * @token: whoever has another one is answered 401, and the step stays.
 * @piece: bytes at a time, a chunk of HTTP and a record of TLS each; 0: all at once.
 * @pause_ms: between pieces.
 * @cut: after that many bytes of the body the connection breaks off; 0: it does not.
 * @hold: after the body nothing more comes, not even its end.
 * @endless: headers that do not end.
 * @identity: which certificate is shown from the next connection on; 0: as before, else index + 1.
 */
struct answer {
	int status;
	const char *headers;
	const char *body;
	const char *file;
	const char *token;
	size_t piece;
	unsigned int pause_ms;
	size_t cut;
	bool hold;
	bool endless;
	int identity;
};

/* What was asked, and how far the script is: shared between the processes. */
struct asked {
	atomic_uint step;
	atomic_uint n;
	atomic_uint n_connections;
	atomic_int identity;
	char lines[ASKED_MAX][2048];
	char tokens[ASKED_MAX][64];
};

struct apiserver {
	pid_t pid;
	int port;
	struct asked *asked;
	const struct answer *script;
	size_t n_script;
	/* Instead of a script: by path and query. */
	const struct answer *(*route)(const char *path);
	SSL_CTX *contexts[2];
	int family;
};

static inline void write_all(SSL *ssl, const char *bytes, size_t len)
{
	if (len && SSL_write(ssl, bytes, (int)len) <= 0)
		_exit(0);
}

static inline char *read_body(const struct answer *answer, size_t *ret_len)
{
	char path[512], *text = NULL;

	if (!answer->file) {
		*ret_len = strlen(answer->body ? answer->body : "");
		return strdup(answer->body ? answer->body : "");
	}
	snprintf(path, sizeof(path), TEST_DATA "/k8s/%s", answer->file);
	if (kpol_file_read(path, 1 << 20, &text, ret_len) < 0)
		_exit(1);
	return text;
}

static inline void send_pieces(SSL *ssl, const struct answer *answer, const char *body, size_t len)
{
	size_t piece = answer->piece ? answer->piece : len;
	char head[32];

	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;

		if (answer->cut && at >= answer->cut)
			_exit(0);
		snprintf(head, sizeof(head), "%zx\r\n", n);
		write_all(ssl, head, strlen(head));
		write_all(ssl, body + at, n);
		write_all(ssl, "\r\n", 2);
		usleep(answer->pause_ms * 1000);
	}
}

static inline void send_endless(SSL *ssl)
{
	static const char begin[] = "HTTP/1.1 200 X\r\n", line[] = "X-More: and more and more\r\n";

	write_all(ssl, begin, strlen(begin));
	for (;;)
		write_all(ssl, line, strlen(line));
}

static inline void send_answer(SSL *ssl, const struct answer *answer)
{
	_cleanup_free_ char *body = NULL;
	char head[512];
	size_t len;

	if (answer->status == 0)
		_exit(0);
	if (answer->endless)
		send_endless(ssl);
	body = read_body(answer, &len);
	snprintf(head, sizeof(head),
		 "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sTransfer-Encoding: "
		 "chunked\r\n\r\n",
		 answer->status, answer->headers ? answer->headers : "");
	write_all(ssl, head, strlen(head));
	send_pieces(ssl, answer, body, len);
	if (answer->hold)
		for (;;)
			pause();
	write_all(ssl, "0\r\n\r\n", 5);
}

/* Return: whether a whole request came; bytes behind it there are none. */
static inline bool read_request(SSL *ssl, char *text, size_t size)
{
	size_t len = 0;

	while (len + 1 < size) {
		int n = SSL_read(ssl, text + len, (int)(size - 1 - len));

		if (n <= 0)
			return false;
		len += (size_t)n;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n"))
			return true;
	}
	return false;
}

static inline void note_request(struct asked *asked, const char *text)
{
	unsigned int i = atomic_load(&asked->n);
	const char *token = strstr(text, "Bearer ");

	if (i >= ASKED_MAX)
		_exit(1);
	sscanf(text, "GET %2047s", asked->lines[i]);
	if (token)
		sscanf(token, "Bearer %63s", asked->tokens[i]);
	atomic_store(&asked->n, i + 1);
}

static inline const struct answer *choose(struct apiserver *server, const char *path,
					  const char *token)
{
	static const struct answer refused = { 401, .file = "unauthorized-401.json" };
	struct asked *asked = server->asked;
	unsigned int step = atomic_load(&asked->step);
	const struct answer *answer;

	if (server->route)
		answer = server->route(path);
	else
		answer = &server->script[step < server->n_script ? step : server->n_script - 1];
	if (answer->token && strcmp(answer->token, token))
		return &refused;
	atomic_store(&asked->step, step + 1);
	if (answer->identity)
		atomic_store(&asked->identity, answer->identity - 1);
	return answer;
}

static inline void serve(struct apiserver *server, int fd)
{
	SSL *ssl = SSL_new(server->contexts[atomic_load(&server->asked->identity)]);
	char text[8192];

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) <= 0)
		_exit(0);
	atomic_fetch_add(&server->asked->n_connections, 1);
	while (read_request(ssl, text, sizeof(text))) {
		unsigned int i = atomic_load(&server->asked->n);

		note_request(server->asked, text);
		send_answer(ssl, choose(server, server->asked->lines[i], server->asked->tokens[i]));
	}
	_exit(0);
}

static inline void accept_all(struct apiserver *server, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		if (client < 0)
			_exit(1);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(fd);
			serve(server, client);
		}
		close(client);
	}
}

static inline int listen_somewhere(int family, int *ret_port)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr *address = family == AF_INET ? (void *)&v4 : (void *)&v6;
	socklen_t len = family == AF_INET ? sizeof(v4) : sizeof(v6);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, address, len) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, address, &len) < 0)
		return -1;
	*ret_port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
	return fd;
}

static inline void show_certificate(struct apiserver *server, int which, const struct identity *id)
{
	server->contexts[which] = SSL_CTX_new(TLS_server_method());
	if (!SSL_CTX_use_certificate(server->contexts[which], id->cert) ||
	    !SSL_CTX_use_PrivateKey(server->contexts[which], id->key))
		abort();
}

/* Return: 0, or -1: there is no such address family here. */
static inline int apiserver_start(struct apiserver *server)
{
	int fd = listen_somewhere(server->family, &server->port);

	if (fd < 0)
		return -1;
	server->asked = mmap(NULL, sizeof(*server->asked), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (server->asked == MAP_FAILED)
		abort();
	server->pid = fork();
	if (server->pid == 0)
		accept_all(server, fd);
	close(fd);
	return 0;
}

static inline void apiserver_stop(struct apiserver *server)
{
	if (server->pid > 0) {
		kill(server->pid, SIGKILL);
		waitpid(server->pid, NULL, 0);
	}
	for (int i = 0; i < 2; i++)
		SSL_CTX_free(server->contexts[i]);
	if (server->asked)
		munmap(server->asked, sizeof(*server->asked));
}

#endif /* KPOL_UNIT_APISERVER_H */
