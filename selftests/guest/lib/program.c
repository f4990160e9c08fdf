// SPDX-License-Identifier: GPL-2.0-or-later
/* A program that does nothing: it asks the kernel for nothing but its end. */
#include "program.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "guest.h"

#define LOADED_AT 0x400000

struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	unsigned char code[9];
};

static const struct image image = {
	.header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				 EV_CURRENT },
		    .e_type = ET_EXEC,
		    .e_machine = EM_X86_64,
		    .e_version = EV_CURRENT,
		    .e_entry = LOADED_AT + offsetof(struct image, code),
		    .e_phoff = offsetof(struct image, segment),
		    .e_ehsize = sizeof(Elf64_Ehdr),
		    .e_phentsize = sizeof(Elf64_Phdr),
		    .e_phnum = 1 },
	.segment = { .p_type = PT_LOAD,
		     .p_flags = PF_R | PF_X,
		     .p_vaddr = LOADED_AT,
		     .p_filesz = sizeof(struct image),
		     .p_memsz = sizeof(struct image),
		     .p_align = 4096 },
	.code = { 0x31, 0xff, /* xor edi, edi */
		  0xb8, 0x3c, 0, 0, 0, /* mov eax, 60: exit */
		  0x0f, 0x05 }, /* syscall */
};

int program_write(int fd)
{
	return write(fd, &image, sizeof(image)) == sizeof(image) ? 0 : -errno;
}

void program_make(const char *path, const char *more)
{
	int fd;

	guest_write(path, "", 0755);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || program_write(fd) || write(fd, more, strlen(more)) != (ssize_t)strlen(more))
		err(1, "%s", path);
	close(fd);
}

const char *program_sha256(const char *path)
{
	static char hex[65];
	unsigned char digest[32], bytes[65536];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		EVP_DigestUpdate(ctx, bytes, (size_t)n);
	EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	close(fd);
	for (int i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	return hex;
}
