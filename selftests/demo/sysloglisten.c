// SPDX-License-Identifier: GPL-2.0-or-later
/* sysloglisten: a syslog server small enough to read: binds a datagram socket, prints what it
 * receives. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char message[65536];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t n;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argc > 1 ? argv[1] : "/dev/log");
	unlink(address.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		perror("sysloglisten");
		return 1;
	}
	while ((n = recv(fd, message, sizeof(message) - 1, 0)) >= 0) {
		message[n] = '\0';
		puts(message);
		fflush(stdout);
	}
	return 1;
}
