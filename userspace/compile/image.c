// SPDX-License-Identifier: GPL-2.0-or-later
/* An executable file: what else the kernel starts when it is executed. */
#include "compile/image.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* As the kernel: a first line longer than this is cut (BINPRM_BUF_SIZE). */
#define FIRST_BYTES 256
#define PROGRAM_HEADERS_MAX 128

/* "#! /usr/bin/env python3": the first word. */
static int read_script(const char *line, struct kpol_image *ret)
{
	const char *start = line + 2 + strspn(line + 2, " \t");
	size_t len = strcspn(start, " \t\n");

	ret->kind = KPOL_IMAGE_SCRIPT;
	if (!len)
		return 0;
	ret->helper = strndup(start, len);
	return ret->helper ? 0 : -ENOMEM;
}

static int read_bytes(int fd, void *to, size_t size, uint64_t offset)
{
	ssize_t n = offset > INT64_MAX ? 0 : pread(fd, to, size, (off_t)offset);

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 1 : 0;
}

/* A path and its NUL. */
static int read_loader(int fd, const Elf64_Phdr *segment, struct kpol_image *ret)
{
	char path[PATH_MAX];
	int r;

	if (segment->p_filesz < 2 || segment->p_filesz > sizeof(path))
		return 0;
	r = read_bytes(fd, path, segment->p_filesz, segment->p_offset);
	if (r <= 0 || path[segment->p_filesz - 1])
		return r < 0 ? r : 0;
	ret->helper = strdup(path);
	return ret->helper ? 0 : -ENOMEM;
}

static bool is_ours(const Elf64_Ehdr *header)
{
	return header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       (header->e_type == ET_EXEC || header->e_type == ET_DYN) &&
	       header->e_phentsize == sizeof(Elf64_Phdr) && header->e_phnum <= PROGRAM_HEADERS_MAX;
}

static int read_elf(int fd, const Elf64_Ehdr *header, struct kpol_image *ret)
{
	Elf64_Phdr segment;
	int r;

	if (!is_ours(header))
		return 0;
	ret->kind = KPOL_IMAGE_ELF;
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		r = read_bytes(fd, &segment, sizeof(segment),
			       header->e_phoff + i * sizeof(segment));
		if (r <= 0)
			return r;
		if (segment.p_type == PT_INTERP)
			return read_loader(fd, &segment, ret);
	}
	return 0;
}

int kpol_image_read(int fd, struct kpol_image *ret)
{
	char bytes[FIRST_BYTES + 1] = "";
	ssize_t n = pread(fd, bytes, FIRST_BYTES, 0);
	Elf64_Ehdr header;

	*ret = (struct kpol_image){ .kind = KPOL_IMAGE_OTHER };
	if (n < 0)
		return -errno;
	if (!strncmp(bytes, "#!", 2))
		return read_script(bytes, ret);
	if ((size_t)n < sizeof(header) || memcmp(bytes, ELFMAG, SELFMAG))
		return 0;
	memcpy(&header, bytes, sizeof(header));
	return read_elf(fd, &header, ret);
}
