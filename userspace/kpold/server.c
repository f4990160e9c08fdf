// SPDX-License-Identifier: GPL-2.0-or-later
/* The control socket: who listens, who is connected. */
#include "kpold/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kpold/client.h"
#include "kpold/log.h"

#define CLIENTS_MAX 64

/** struct kpold_server - @path: to remove at the end; NULL when systemd made the socket. */
struct kpold_server {
	struct kpold_daemon *d;
	int fd;
	sd_event_source *io;
	char *path;
	struct kpold_client_list clients;
};

/* One sentence for a caller that gets no more than that. */
static void turn_away(int fd, const char *message)
{
	(void)send(fd, message, strlen(message) + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void admit(struct kpold_server *server, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int r;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    (peer.uid != 0 && peer.uid != geteuid())) {
		turn_away(fd, "{\"error\":\"io.kpol.Denied\",\"parameters\":{\"message\":"
			      "\"only root may control kpold\"}}");
		return;
	}
	if (server->clients.n >= CLIENTS_MAX) {
		turn_away(fd, "{\"error\":\"io.kpol.Internal\",\"parameters\":{\"message\":"
			      "\"too many connections\"}}");
		return;
	}
	r = kpold_client_new(server->d, &server->clients, fd, &peer);
	if (r < 0)
		kpold_log(LOG_WARNING, "cannot serve pid %d: %s", (int)peer.pid, strerror(-r));
}

static int on_connect(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	int client;

	(void)source;
	(void)revents;
	client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (client >= 0)
		admit(userdata, client);
	return 0;
}

/* Whoever has the state directory is the daemon, so a socket found here is a dead one's. */
static int listen_path(const char *path, int *ret_fd)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int r;

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	(void)unlink(path);
	mask = umask(0177);
	r = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r < 0)
		return r;
	if (listen(fd, CLIENTS_MAX) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static void make_parent(const char *path)
{
	_cleanup_free_ char *parent = strdup(path);
	char *slash = parent ? strrchr(parent, '/') : NULL;

	if (!slash || slash == parent)
		return;
	*slash = '\0';
	(void)mkdir(parent, 0755);
}

static int listen_somewhere(struct kpold_server *server, const char *path)
{
	if (sd_listen_fds(1) > 0) {
		server->fd = SD_LISTEN_FDS_START;
		return 0;
	}
	server->path = strdup(path);
	if (!server->path)
		return -ENOMEM;
	make_parent(path);
	return listen_path(path, &server->fd);
}

int kpold_server_new(struct kpold_daemon *d, struct kpold_server **ret)
{
	struct kpold_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return -ENOMEM;
	server->d = d;
	server->fd = -1;
	r = listen_somewhere(server, d->config->socket);
	if (r == 0)
		r = sd_event_add_io(d->loop, &server->io, server->fd, EPOLLIN, on_connect, server);
	if (r < 0) {
		kpold_server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

void kpold_server_free(struct kpold_server *server)
{
	if (!server)
		return;
	while (server->clients.first)
		kpold_client_free(server->clients.first);
	sd_event_source_disable_unref(server->io);
	if (server->fd >= 0)
		close(server->fd);
	if (server->path)
		(void)unlink(server->path);
	free(server->path);
	free(server);
}

void kpold_server_publish(struct kpold_server *server, const char *json)
{
	struct kpold_client *client = server ? server->clients.first : NULL;

	for (; client; client = kpold_client_next(client))
		kpold_client_publish(client, json);
}
