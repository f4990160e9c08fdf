// SPDX-License-Identifier: GPL-2.0-or-later
/* A program that does nothing: it asks the kernel for nothing but its end. */
#include "program.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

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
