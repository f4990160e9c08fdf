/* SPDX-License-Identifier: GPL-2.0-only */
/* The only header through which the engine sees the world it is compiled for. */
#ifndef KPOL_ENGINE_PORT_H
#define KPOL_ENGINE_PORT_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/slab.h>
#include <linux/compiler.h>
#include <linux/socket.h>
#include <linux/unaligned.h>

static inline void *port_zalloc(size_t n, size_t size)
{
	return kvcalloc(n, size, GFP_KERNEL_ACCOUNT);
}

static inline void port_free(void *p)
{
	kvfree(p);
}

/* Eight bytes as a number, the first byte lowest. */
static inline u64 port_load64(const void *bytes)
{
	return get_unaligned_le64(bytes);
}

#else /* userspace */
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define noinline __attribute_noinline__

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

static inline void *port_zalloc(size_t n, size_t size)
{
	return calloc(n, size);
}

static inline u64 port_load64(const void *bytes)
{
	u64 value;

	memcpy(&value, bytes, sizeof(value));
	return le64toh(value);
}

static inline void port_free(void *p)
{
	free(p);
}
#endif

#endif /* KPOL_ENGINE_PORT_H */
