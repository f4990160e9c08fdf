// SPDX-License-Identifier: GPL-2.0-or-later
/* An object in one block of memory of exactly its size. */
#include "k8s/pack.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/**
 * struct kpol_k8s_pack - @block: NULL while it is only measured, in @scratch. @used: so far;
 * @size: of the block.
 */
struct kpol_k8s_pack {
	struct kpol_arena scratch;
	char *block;
	size_t used, size;
};

static void *take(struct kpol_k8s_pack *pack, size_t size, size_t align)
{
	size_t start = (pack->used + align - 1) & ~(align - 1);

	pack->used = start + size;
	if (!pack->block)
		return kpol_arena_alloc(&pack->scratch, size);
	return pack->used <= pack->size ? pack->block + start : NULL;
}

void *kpol_k8s_pack_take(struct kpol_k8s_pack *pack, size_t size)
{
	return take(pack, size, alignof(max_align_t));
}

char *kpol_k8s_pack_text(struct kpol_k8s_pack *pack, const char *text)
{
	size_t size = strlen(text ? text : "") + 1;
	char *copy = take(pack, size, 1);

	return copy ? memcpy(copy, text ? text : "", size) : NULL;
}

static int build_block(kpol_k8s_build_fn build, struct json_object *json, size_t size, void **ret)
{
	struct kpol_k8s_pack pack = { .block = calloc(1, size), .size = size };
	int r;

	if (!pack.block)
		return -ENOMEM;
	r = build(json, &pack);
	if (r < 0) {
		free(pack.block);
		return r;
	}
	*ret = pack.block;
	return 0;
}

int kpol_k8s_pack_build(kpol_k8s_build_fn build, struct json_object *json, void **ret)
{
	struct kpol_k8s_pack measure = { 0 };
	int r = build(json, &measure);

	kpol_arena_clear(&measure.scratch);
	return r < 0 ? r : build_block(build, json, measure.used, ret);
}
