// SPDX-License-Identifier: GPL-2.0-or-later
/* The module loaded and unloaded with the kernel's own calls: nothing in between that could hide an
 * error. */
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * The module's self-test starts the program that loads it, with this argument, as a program that
 * its hook must stop. If the hook does not, this is where it ends.
 */
__attribute__((constructor)) static void only_version(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--version"))
		_exit(0);
}

int module_load_named(const char *name, const char *parameters)
{
	char path[256];
	struct utsname system;
	int fd, r;

	uname(&system);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/%s.ko", system.release, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return r;
}

int module_load(const char *parameters)
{
	return module_load_named("kpol", parameters);
}

int module_unload_named(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

int module_unload(unsigned int *busy)
{
	int r = -EBUSY;

	for (int i = 0; i < 2000; i++) {
		r = module_unload_named("kpol");
		if (r != -EAGAIN && r != -EBUSY)
			return r;
		++*busy;
		usleep(1000);
	}
	return r;
}
