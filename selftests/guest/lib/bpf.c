// SPDX-License-Identifier: GPL-2.0-or-later
/* The smallest BPF program there is, put on a kernel function by bpf(2) alone. */
#include "bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The whole of a sysfs file; NULL: not there. */
static char *read_whole(const char *path, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes = NULL;
	size_t len = 0;
	ssize_t n = 0;

	if (fd >= 0 && !fstat(fd, &st))
		bytes = malloc(st.st_size);
	while (bytes && len < (size_t)st.st_size &&
	       (n = read(fd, bytes + len, st.st_size - len)) > 0)
		len += n;
	if (fd >= 0)
		close(fd);
	*ret_len = len;
	return bytes;
}

/* Bytes that follow a type's header, by kind: Documentation/bpf/btf.rst. */
static size_t size_of_rest(const struct btf_type *type)
{
	unsigned int n = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return n * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return n * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return n * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return n * sizeof(struct btf_var_secinfo);
	default:
		return 0;
	}
}

static int find_function(const char *btf, size_t len, const char *name)
{
	const struct btf_header *header = (const void *)btf;
	const char *strings = btf + header->hdr_len + header->str_off;
	const char *at = btf + header->hdr_len + header->type_off, *end = at + header->type_len;

	if (len < sizeof(*header) || header->magic != BTF_MAGIC || end > btf + len)
		return -EBADMSG;
	for (int id = 1; at < end; id++) {
		const struct btf_type *type = (const void *)at;

		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			return id;
		at += sizeof(*type) + size_of_rest(type);
	}
	return -ENOENT;
}

int bpf_function_id(const char *name)
{
	size_t len;
	char *btf = read_whole("/sys/kernel/btf/vmlinux", &len);
	int id = btf ? find_function(btf, len, name) : -ENOSYS;

	free(btf);
	return id;
}

static int bpf(int command, union bpf_attr *attr)
{
	int r = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return r < 0 ? -errno : r;
}

int bpf_attach_nothing(uint32_t program_type, uint32_t attach_type, int function)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = { .prog_type = program_type,
				.insn_cnt = sizeof(code) / sizeof(code[0]),
				.insns = (uint64_t)(uintptr_t)code,
				.license = (uint64_t)(uintptr_t) "GPL",
				.expected_attach_type = attach_type,
				.attach_btf_id = function };
	union bpf_attr attach = { 0 };
	int program = bpf(BPF_PROG_LOAD, &load), r;

	if (program < 0)
		return program;
	attach.raw_tracepoint.prog_fd = program;
	r = bpf(BPF_RAW_TRACEPOINT_OPEN, &attach);
	close(program);
	return r;
}
