// SPDX-License-Identifier: GPL-2.0-only
/* Bindings: which cgroups belong to which scope. */
#include "binding.h"
#include "engine/glob.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/kpol.h>

/**
 * struct kpol_bindings - immutable after kpol_bindings_new()
 * @slots: open addressing over ID, PATH and UNIT rows: index + 1, 0: empty; at most half full.
 * @globs: indexes of the GLOB rows.
 */
struct kpol_bindings {
	u32 n;
	u32 n_globs;
	u32 slot_mask;
	u32 *slots;
	u32 *globs;
	struct kpol_binding *rows;
	size_t memory;
};

static u32 key_hash(u32 kind, u64 id, const char *path, u32 len)
{
	return kind == KPOL_BIND_ID ? hash_64(id, 32) : jhash(path, len, kind);
}

static bool key_is(const struct kpol_binding *row, u32 kind, u64 id, const char *path, u32 len)
{
	if (row->kind != kind)
		return false;
	return kind == KPOL_BIND_ID ? row->cgroup == id
				    : strlen(row->path) == len && !memcmp(row->path, path, len);
}

/* The slot of this key, or the empty one where it would stand. */
static u32 *find_slot(const struct kpol_bindings *b, u32 kind, u64 id, const char *path, u32 len)
{
	u32 at = key_hash(kind, id, path, len) & b->slot_mask;

	while (b->slots[at] && !key_is(&b->rows[b->slots[at] - 1], kind, id, path, len))
		at = (at + 1) & b->slot_mask;
	return &b->slots[at];
}

static u32 find_scope(const struct kpol_bindings *b, u32 kind, u64 id, const char *path, u32 len)
{
	u32 slot = *find_slot(b, kind, id, path, len);

	return slot ? b->rows[slot - 1].scope : 0;
}

u32 kpol_bindings_find_glob(const struct kpol_bindings *b, const char *path, u32 len)
{
	struct kpol_glob_parts split;
	u32 i, best = 0, best_literals = 0;

	for (i = 0; i < b->n_globs; i++) {
		const struct kpol_binding *row = &b->rows[b->globs[i]];
		u32 pattern_len = strlen(row->path);

		if (!kpol_glob_match(row->path, pattern_len, path, len))
			continue;
		kpol_glob_split(row->path, pattern_len, &split);
		if (!best || split.literals > best_literals) {
			best = row->scope;
			best_literals = split.literals;
		}
	}
	return best;
}

static u32 base_offset(const char *path, u32 len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len;
}

/* Is every component of this directory, which ends with a slash, a slice? The root is. */
static bool is_below_slices(const char *dir, u32 len)
{
	static const char suffix[] = ".slice/";
	const u32 suffix_len = sizeof(suffix) - 1;
	u32 end, start = 1;

	for (end = 1; end < len; end++) {
		if (dir[end] != '/')
			continue;
		if (end + 1 - start <= suffix_len ||
		    memcmp(dir + end + 1 - suffix_len, suffix, suffix_len))
			return false;
		start = end + 1;
	}
	return true;
}

u32 kpol_bindings_find(const struct kpol_bindings *b, u64 id, const char *path, u32 len)
{
	u32 base = base_offset(path, len);
	u32 scope = find_scope(b, KPOL_BIND_ID, id, NULL, 0);

	if (!scope)
		scope = find_scope(b, KPOL_BIND_PATH, 0, path, len);
	if (!scope && base < len && is_below_slices(path, base))
		scope = find_scope(b, KPOL_BIND_UNIT, 0, path + base, len - base);
	return scope;
}

static int check_row(const struct kpol_binding *row, const char **ret_reason)
{
	*ret_reason = NULL;
	if (row->kind == KPOL_BIND_ID) {
		if (!row->cgroup)
			*ret_reason = "has no cgroup id";
	} else if (!row->kind || row->kind > KPOL_BIND_MAX) {
		*ret_reason = "is of an unknown kind";
	} else if (!row->path || !*row->path) {
		*ret_reason = "has no path";
	} else if (row->kind == KPOL_BIND_UNIT && strchr(row->path, '/')) {
		*ret_reason = "names a unit with a slash";
	} else if (row->kind == KPOL_BIND_PATH && *row->path != '/') {
		*ret_reason = "has a path that does not begin with a slash";
	} else if (row->kind == KPOL_BIND_GLOB) {
		return kpol_glob_check(row->path, strlen(row->path), ret_reason);
	}
	return *ret_reason ? -EINVAL : 0;
}

static const char *row_key(const struct kpol_binding *row)
{
	return row->path ? row->path : "";
}

/* Put a copy of the row into the set, over an older row with the same key. */
static int add_row(struct kpol_bindings *b, const struct kpol_binding *row)
{
	const char *path = row_key(row);
	u32 *slot = find_slot(b, row->kind, row->cgroup, path, strlen(path));
	struct kpol_binding *to;

	if (*slot) {
		b->rows[*slot - 1].scope = row->scope;
		return 0;
	}
	to = &b->rows[b->n];
	*to = *row;
	to->path = NULL;
	if (row->kind != KPOL_BIND_ID) {
		to->path = kstrdup(path, GFP_KERNEL_ACCOUNT);
		if (!to->path)
			return -ENOMEM;
		b->memory += strlen(path) + 1;
	}
	if (row->kind == KPOL_BIND_GLOB)
		b->globs[b->n_globs++] = b->n;
	*slot = ++b->n;
	return 0;
}

static struct kpol_bindings *alloc_set(u32 n)
{
	struct kpol_bindings *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);
	u32 slots = 16;

	if (!b)
		return NULL;
	while (slots < 2 * n)
		slots *= 2;
	b->slot_mask = slots - 1;
	b->slots = kvcalloc(slots, sizeof(*b->slots), GFP_KERNEL_ACCOUNT);
	b->globs = kvcalloc(KPOL_PATTERN_BINDINGS_MAX, sizeof(*b->globs), GFP_KERNEL_ACCOUNT);
	b->rows = kvcalloc(n + 1, sizeof(*b->rows), GFP_KERNEL_ACCOUNT);
	b->memory = sizeof(*b) + slots * sizeof(*b->slots) + (n + 1) * sizeof(*b->rows) +
		    KPOL_PATTERN_BINDINGS_MAX * sizeof(*b->globs);
	if (b->slots && b->globs && b->rows)
		return b;
	kpol_bindings_free(b);
	return NULL;
}

int kpol_bindings_new(const struct kpol_binding *rows, u32 n, struct kpol_bindings **ret,
		      const char **ret_reason)
{
	struct kpol_bindings *b;
	u32 i;
	int err;

	*ret_reason = "is one more than a ruleset may hold";
	if (n > KPOL_BINDINGS_MAX)
		return -E2BIG;
	b = alloc_set(n);
	if (!b)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		err = check_row(&rows[i], ret_reason);
		if (!err && rows[i].kind == KPOL_BIND_GLOB &&
		    b->n_globs == KPOL_PATTERN_BINDINGS_MAX) {
			*ret_reason = "is one pattern more than a ruleset may hold";
			err = -E2BIG;
		}
		if (!err)
			err = add_row(b, &rows[i]);
		if (err)
			goto free_set;
	}
	*ret = b;
	return 0;

free_set:
	kpol_bindings_free(b);
	return err;
}

int kpol_bindings_change(const struct kpol_bindings *old, const struct kpol_binding *row,
			 struct kpol_bindings **ret, const char **ret_reason)
{
	struct kpol_binding *rows;
	u32 i, n = 0;
	int err = check_row(row, ret_reason);

	if (err)
		return err;
	rows = kvcalloc(old->n + 1, sizeof(*rows), GFP_KERNEL_ACCOUNT);
	if (!rows)
		return -ENOMEM;
	for (i = 0; i < old->n; i++)
		if (!key_is(&old->rows[i], row->kind, row->cgroup, row_key(row),
			    strlen(row_key(row))))
			rows[n++] = old->rows[i];
	if (!row->scope && n == old->n) {
		*ret_reason = "is not there";
		err = -ENOENT;
	}
	if (row->scope)
		rows[n++] = *row;
	if (!err)
		err = kpol_bindings_new(rows, n, ret, ret_reason);
	kvfree(rows);
	return err;
}

void kpol_bindings_free(struct kpol_bindings *b)
{
	u32 i;

	if (!b)
		return;
	for (i = 0; b->rows && i < b->n; i++)
		kfree(b->rows[i].path);
	kvfree(b->slots);
	kvfree(b->globs);
	kvfree(b->rows);
	kfree(b);
}

u32 kpol_bindings_count(const struct kpol_bindings *b)
{
	return b->n;
}

const struct kpol_binding *kpol_bindings_row(const struct kpol_bindings *b, u32 index)
{
	return index < b->n ? &b->rows[index] : NULL;
}

size_t kpol_bindings_memory(const struct kpol_bindings *b)
{
	return b->memory;
}
