// SPDX-License-Identifier: GPL-2.0-or-later
/* payd: a small payment service, as good and as hijacked as a real one.
 *
 * It reads /etc/payd/payd.conf, answers HTTP on one port, asks a bank behind another, keeps a
 * ledger and lets a helper print the receipt. GET /pay is its work. GET /attack/… is what an
 * attacker who took it over would try next (attack.c); the answer names the errno.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

#define CONFIG "/etc/payd/payd.conf"
#define HELPER "/usr/bin/payd-helper"

struct config {
	unsigned int listen_port;
	char bank_address[64];
	unsigned int bank_port;
	char ledger[256];
};

static int read_config(struct config *config)
{
	FILE *file = fopen(CONFIG, "re");
	char line[512];

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "listen=%u", &config->listen_port);
		sscanf(line, "bank=%63[^:]:%u", config->bank_address, &config->bank_port);
		sscanf(line, "ledger=%255s", config->ledger);
	}
	fclose(file);
	return 0;
}

static int open_listener(unsigned int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 16)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int ask_bank(const struct config *config)
{
	int fd = attack_connect_socket(config->bank_address, config->bank_port);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int write_ledger(const struct config *config)
{
	int fd = open(config->ledger, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600), r;

	if (fd < 0)
		return -1;
	r = write(fd, "paid 42.00\n", 11) == 11 ? 0 : -1;
	close(fd);
	return r;
}

static int run_helper(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl(HELPER, "payd-helper", "42.00", NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

static void pay(const struct config *config, char *answer, size_t size)
{
	const char *failed = NULL;

	if (ask_bank(config))
		failed = "the bank";
	else if (write_ledger(config))
		failed = "the ledger";
	else if (run_helper())
		failed = "the helper";
	if (failed)
		snprintf(answer, size, "NOT paid: %s: %m", failed);
	else
		snprintf(answer, size, "paid 42.00: bank asked, ledger written, receipt printed");
}

static void serve(const struct config *config, int fd)
{
	char request[1024] = "", path[256] = "", answer[512] = "payd", reply[1024];
	ssize_t n = read(fd, request, sizeof(request) - 1);

	if (n <= 0 || sscanf(request, "GET %255s", path) != 1)
		return;
	if (!strcmp(path, "/pay"))
		pay(config, answer, sizeof(answer));
	else if (!strncmp(path, "/attack/", 8))
		attack_run(path + 8, answer, sizeof(answer));
	n = snprintf(reply, sizeof(reply), "HTTP/1.0 200 OK\r\nContent-Length: %zu\r\n\r\n%s\n",
		     strlen(answer) + 1, answer);
	if (write(fd, reply, (size_t)n) != n)
		perror("payd: write");
}

int main(void)
{
	struct config config = { 0 };
	int listener, fd;

	signal(SIGPIPE, SIG_IGN);
	if (read_config(&config)) {
		perror("payd: " CONFIG);
		return 1;
	}
	listener = open_listener(config.listen_port);
	if (listener < 0) {
		perror("payd: listen");
		return 1;
	}
	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		serve(&config, fd);
		close(fd);
	}
}
