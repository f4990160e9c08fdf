/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A receiver for tests: a process of its own that takes what comes, over TCP or TLS, as badly as its script says. */
#ifndef KPOL_UNIT_SEND_PEER_H
#define KPOL_UNIT_SEND_PEER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs.h"

#define CONNECTIONS_MAX 200
#define SEEN_MAX (1 << 20)

/**
 * struct manner - how one connection, or one request of HTTP, is treated; the last stands for all after it
 * @cut: after so many bytes it ends the connection, 0: never. @reset: not with FIN but RST.
 * @deaf: reads nothing at all. @half_close: says at once that it will say nothing.
 * @piece: bytes per read, 0: many. @pause_ms: before each.
 * @answer: to a request; NULL: this is no HTTP. @hang_up: behind it.
 */
struct manner {
	size_t cut;
	bool reset, deaf, half_close;
	size_t piece;
	unsigned int pause_ms;
	const char *answer;
	bool hang_up;
};

struct seen {
	atomic_uint n_connections, n_requests;
	struct {
		atomic_size_t len;
		char bytes[SEEN_MAX];
	} of[CONNECTIONS_MAX];
};

/* @small: receive buffer of a few kilobytes. */
struct peer {
	pid_t pid;
	int port;
	struct seen *seen;
	const struct manner *manners;
	size_t n;
	SSL_CTX *context;
	bool small;
};

struct peer_end {
	const struct peer *peer;
	int fd;
	SSL *ssl;
	unsigned int index;
};

static inline ssize_t peer_read(struct peer_end *end, char *bytes, size_t len)
{
	return end->ssl ? SSL_read(end->ssl, bytes, (int)len) : read(end->fd, bytes, len);
}

static inline void peer_write(struct peer_end *end, const char *text)
{
	if (end->ssl)
		SSL_write(end->ssl, text, (int)strlen(text));
	else if (write(end->fd, text, strlen(text)) < 0)
		_exit(0);
}

static inline const struct manner *manner_of(const struct peer *peer, unsigned int i)
{
	return &peer->manners[i < peer->n ? i : peer->n - 1];
}

static inline void end_connection(struct peer_end *end, bool reset)
{
	struct linger now = { 1, 0 };

	if (reset)
		setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	else if (end->ssl)
		SSL_shutdown(end->ssl);
	close(end->fd);
	_exit(0);
}

static inline void note(struct peer_end *end, const char *bytes, size_t n)
{
	size_t len = atomic_load(&end->peer->seen->of[end->index].len);

	if (len + n >= SEEN_MAX)
		_exit(1);
	memcpy(end->peer->seen->of[end->index].bytes + len, bytes, n);
	atomic_store(&end->peer->seen->of[end->index].len, len + n);
}

/* Return: whether a request is whole in @text. */
static inline bool is_whole(const char *text, size_t len)
{
	const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");

	return end && length && len >= (size_t)(end + 4 - text) + strtoul(length + 16, NULL, 10);
}

static inline void answer_requests(struct peer_end *end)
{
	struct seen *seen = end->peer->seen;
	static char text[SEEN_MAX];
	size_t len = 0;
	ssize_t n;

	while ((n = peer_read(end, text + len, sizeof(text) - 1 - len)) > 0) {
		const struct manner *manner;

		len += (size_t)n;
		text[len] = '\0';
		if (!is_whole(text, len))
			continue;
		note(end, text, len);
		len = 0;
		manner = manner_of(end->peer, atomic_fetch_add(&seen->n_requests, 1));
		usleep(manner->pause_ms * 1000);
		peer_write(end, manner->answer);
		if (manner->hang_up)
			end_connection(end, manner->reset);
	}
	_exit(0);
}

static inline void take_all(struct peer_end *end, const struct manner *manner)
{
	static char bytes[65536];
	size_t total = 0;
	ssize_t n;

	do {
		size_t want = manner->piece ? manner->piece : sizeof(bytes);

		if (manner->cut && manner->cut - total < want)
			want = manner->cut - total;
		usleep(manner->pause_ms * 1000);
		n = peer_read(end, bytes, want);
		if (n > 0)
			note(end, bytes, (size_t)n);
		total += n > 0 ? (size_t)n : 0;
	} while (n > 0 && (!manner->cut || total < manner->cut));
	end_connection(end, n > 0 && manner->reset);
}

static inline void treat(const struct peer *peer, int fd, unsigned int index)
{
	const struct manner *manner = manner_of(peer, index);
	struct peer_end end = { peer, fd, NULL, index };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (peer->context) {
		end.ssl = SSL_new(peer->context);
		SSL_set_fd(end.ssl, fd);
		if (SSL_accept(end.ssl) <= 0)
			_exit(0);
	}
	if (manner->half_close)
		shutdown(fd, SHUT_WR);
	while (manner->deaf)
		pause();
	if (manner->answer)
		answer_requests(&end);
	take_all(&end, manner);
}

static inline void peer_serve(const struct peer *peer, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int client = accept(fd, NULL, NULL);
		unsigned int index =
			client < 0 ? 0 : atomic_fetch_add(&peer->seen->n_connections, 1);

		if (client < 0 || index >= CONNECTIONS_MAX)
			_exit(1);
		if (fork() == 0) {
			close(fd);
			treat(peer, client, index);
		}
		close(client);
	}
}

/* On @peer->port, or anywhere if that is 0. */
static inline int peer_start(struct peer *peer)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) },
				       .sin_port = htons((uint16_t)peer->port) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), few = 4096;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (peer->small)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof(few));
	if (bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return -1;
	peer->port = ntohs(address.sin_port);
	if (!peer->seen)
		peer->seen = mmap(NULL, sizeof(*peer->seen), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (peer->seen == MAP_FAILED)
		return -1;
	peer->pid = fork();
	if (peer->pid == 0)
		peer_serve(peer, fd);
	close(fd);
	return 0;
}

static inline void peer_stop(struct peer *peer)
{
	if (peer->pid > 0) {
		kill(peer->pid, SIGKILL);
		waitpid(peer->pid, NULL, 0);
	}
	SSL_CTX_free(peer->context);
	if (peer->seen)
		munmap(peer->seen, sizeof(*peer->seen));
}

static inline unsigned int connections(const struct peer *peer)
{
	return atomic_load(&peer->seen->n_connections);
}

static inline const char *seen_of(const struct peer *peer, unsigned int i, size_t *ret_len)
{
	*ret_len = atomic_load(&peer->seen->of[i].len);
	return peer->seen->of[i].bytes;
}

/* What a kernel has taken a process reads a moment later. */
static inline bool peer_has(const struct peer *peer, unsigned int i, const char *text)
{
	for (int n = 0; n < 200; n++) {
		size_t len;
		const char *bytes = seen_of(peer, i, &len);

		if (memmem(bytes, len, text, strlen(text)))
			return true;
		usleep(10000);
	}
	return false;
}

static inline size_t times_in(const struct peer *peer, const char *text)
{
	size_t n = 0;

	for (unsigned int i = 0; i < connections(peer) && i < CONNECTIONS_MAX; i++) {
		size_t len;
		const char *at = seen_of(peer, i, &len), *end = at + len;

		while ((at = memmem(at, (size_t)(end - at), text, strlen(text)))) {
			n++;
			at++;
		}
	}
	return n;
}

static inline SSL_CTX *show(const struct identity *id, const struct identity *clients)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	SSL_CTX_use_certificate(context, id->cert);
	SSL_CTX_use_PrivateKey(context, id->key);
	if (clients) {
		X509_STORE_add_cert(SSL_CTX_get_cert_store(context), clients->cert);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
				   NULL);
	}
	return context;
}

#endif /* KPOL_UNIT_SEND_PEER_H */
