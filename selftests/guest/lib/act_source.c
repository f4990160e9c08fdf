// SPDX-License-Identifier: GPL-2.0-or-later
/* Passing for another program than one runs. */
#include "act_source.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act.h"
#include "result.h"

#define PIECES_MAX 16

/* A part of the program's file that is mapped. */
struct piece {
	char *at;
	size_t len;
	int prot;
};

static int find_pieces(struct piece *pieces)
{
	char exe[PATH_MAX] = "", path[PATH_MAX], line[PATH_MAX + 100], prot[8];
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	int n = 0;

	if (!f || readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %4095s", &from, &to, prot, path) != 4 ||
		    strcmp(path, exe) || n == PIECES_MAX)
			continue;
		pieces[n++] = (struct piece){ (char *)from, to - from,
					      (prot[0] == 'r' ? PROT_READ : 0) |
						      (prot[1] == 'w' ? PROT_WRITE : 0) |
						      (prot[2] == 'x' ? PROT_EXEC : 0) };
	}
	fclose(f);
	return n;
}

/* Run on in copies of the file's pages: the kernel changes nobody's program while its file is mapped. */
static int let_go_of_file(void)
{
	struct piece pieces[PIECES_MAX];
	int n = find_pieces(pieces);

	for (int i = 0; i < n; i++) {
		const struct piece *p = &pieces[i];
		char *copy = mmap(NULL, p->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				  -1, 0);

		if (copy == MAP_FAILED)
			return -errno;
		memcpy(copy, p->at, p->len);
		if (mprotect(copy, p->len, p->prot) ||
		    mremap(copy, p->len, p->len, MREMAP_MAYMOVE | MREMAP_FIXED, p->at) ==
			    MAP_FAILED)
			return -errno;
	}
	return n < 0 ? n : 0;
}

/* Places that the kernel takes: it only tells them to others. */
static const struct prctl_mm_map places = {
	.start_code = 0x400000,
	.end_code = 0x401000,
	.start_data = 0x402000,
	.end_data = 0x403000,
	.start_brk = 0x404000,
	.brk = 0x404000,
	.start_stack = 0x500000,
	.arg_start = 0x500000,
	.arg_end = 0x500000,
	.env_start = 0x500000,
	.env_end = 0x500000,
	.exe_fd = -1,
};

static int set_map(const struct prctl_mm_map *map)
{
	return result(prctl(PR_SET_MM, PR_SET_MM_MAP, map, sizeof(*map), 0));
}

static int set_exe(int fd, bool by_map)
{
	struct prctl_mm_map map = places;

	map.exe_fd = fd;
	return by_map ? set_map(&map) : result(prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0));
}

static int read_as(const char *pair, bool by_map)
{
	char program[512], file[512];
	int fd, r;

	if (sscanf(pair, "%511s %511s", program, file) != 2)
		return -EINVAL;
	fd = open(program, O_RDONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : let_go_of_file();
	if (!r)
		r = set_exe(fd, by_map);
	return r ? r : act_read(file);
}

static int map_in_disguise(const char *path, bool by_map)
{
	Elf64_auxv_t auxv[] = { { AT_BASE, { 0x7f0000000000 } }, { AT_NULL, { 0 } } };
	struct prctl_mm_map map = places;
	int r;

	map.auxv = (uint64_t *)auxv;
	map.auxv_size = sizeof(auxv);
	r = by_map ? set_map(&map)
		   : result(prctl(PR_SET_MM, PR_SET_MM_AUXV, auxv, sizeof(auxv), 0));
	return r ? r : act_map_exec(path);
}

static int in_child(int (*act)(const char *arg, bool by_map), const char *arg, bool by_map)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(-act(arg, by_map));
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

int act_read_as(const char *pair)
{
	return in_child(read_as, pair, false);
}

int act_read_as_by_map(const char *pair)
{
	return in_child(read_as, pair, true);
}

int act_map_exec_in_disguise(const char *path)
{
	return in_child(map_in_disguise, path, false);
}

int act_map_exec_in_disguise_by_map(const char *path)
{
	return in_child(map_in_disguise, path, true);
}
