// SPDX-License-Identifier: GPL-2.0-only
/* Facts: what an execution's arguments and its file hold, found out where one may sleep. */
#include "facts.h"
#include "symbol.h"

#include <crypto/sha2.h>
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#define CHUNK_SIZE 16384

/**
 * struct kpol_gathered - the facts of one execution
 * @args: where facts.args points. As large as the longest condition: what does not fit is in no list.
 * @n_args: in @args.
 * @chunk: of the file or the arguments on their way.
 */
struct kpol_gathered {
	struct kpol_facts facts;
	u32 n_args;
	char args[KPOL_CONDITION_LEN];
	char chunk[CHUNK_SIZE];
};

/* Nothing is found where the kernel has no fs-verity. */
DEFINE_STATIC_CALL_RET0(kpol_fsverity_get_digest, fsverity_get_digest);
static bool has_verity;

struct kpol_gathered *kpol_gathered_new(void)
{
	struct kpol_gathered *g = kvmalloc(sizeof(*g), GFP_KERNEL_ACCOUNT);

	if (!g)
		return NULL;
	g->facts = (struct kpol_facts){ .args = g->args };
	g->n_args = 0;
	return g;
}

void kpol_gathered_free(struct kpol_gathered *gathered)
{
	kvfree(gathered);
}

const struct kpol_facts *kpol_gathered_facts(const struct kpol_gathered *gathered)
{
	return gathered ? &gathered->facts : NULL;
}

/* From @pos to the end of its page. Return: how many bytes, or a negative errno. */
static int read_page(struct linux_binprm *bprm, unsigned long pos, char *to)
{
	u32 offset = offset_in_page(pos), len = PAGE_SIZE - offset;
	struct page *page;
	long n;

	mmap_read_lock(bprm->mm);
	n = kpol_get_page_remote(bprm->mm, pos, &page);
	mmap_read_unlock(bprm->mm);
	if (n != 1)
		return -EFAULT;
	memcpy_from_page(to, page, offset, len);
	put_page(page);
	return len;
}

/* The last argument is whole: is it one that stands there already? */
static bool is_repeated(const struct kpol_gathered *g, u32 start, u32 len)
{
	const char *arg;

	for (arg = g->args; arg < g->args + start; arg += strlen(arg) + 1)
		if (strlen(arg) == len && !memcmp(arg, g->args + start, len))
			return true;
	return false;
}

/**
 * struct arguments - reading them
 * @left: arguments that have not ended yet, the first included.
 * @start: of the one that is being read, in kpol_gathered::args. @len: bytes of it so far.
 * @first: it is the program's name for itself, which counts for nothing.
 */
struct arguments {
	u32 left;
	u32 start;
	u32 len;
	bool first;
};

/* Return: false: there are more, or longer ones, than any list could hold. */
static bool end_argument(struct kpol_gathered *g, struct arguments *a)
{
	if (!a->first) {
		g->args[a->start + a->len] = 0;
		if (!is_repeated(g, a->start, a->len)) {
			a->start += a->len + 1;
			g->n_args++;
		}
	}
	a->first = false;
	a->len = 0;
	a->left--;
	return g->n_args <= KPOL_ARGS_MAX;
}

static bool take_bytes(struct kpol_gathered *g, struct arguments *a, const char *bytes, u32 len)
{
	if (a->first)
		return true;
	if (a->len + len > KPOL_ARG_MAX || a->start + a->len + len + 1 > sizeof(g->args))
		return false;
	memcpy(g->args + a->start + a->len, bytes, len);
	a->len += len;
	return true;
}

static bool take_chunk(struct kpol_gathered *g, struct arguments *a, u32 len)
{
	const char *at = g->chunk, *end = at + len, *nul;

	while (a->left && at < end) {
		nul = memchr(at, 0, end - at);
		if (!take_bytes(g, a, at, (nul ?: end) - at) || (nul && !end_argument(g, a)))
			return false;
		at = nul ? nul + 1 : end;
	}
	return true;
}

/* They stand one behind the other, each with its NUL, from bprm->p on. */
static int read_args(struct kpol_gathered *g, struct linux_binprm *bprm)
{
	struct arguments a = { .left = bprm->argc, .first = true };
	unsigned long pos = bprm->p;
	int n;

	while (a.left) {
		if (fatal_signal_pending(current))
			return -EINTR;
		n = read_page(bprm, pos, g->chunk);
		if (n < 0)
			return n;
		if (!take_chunk(g, &a, n)) {
			g->facts.args_len = KPOL_ARGS_BEYOND;
			return 0;
		}
		pos += n;
		cond_resched();
	}
	g->facts.args_len = a.start;
	return 0;
}

/*
 * Can nobody write to the file until the program runs? The kernel sees to that itself, with a count below zero,
 * unless it is one of the few that gave it up for a while (6.11 and the first of 6.12). What a server sends may
 * change at any time.
 */
static bool is_stable(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return atomic_read(&inode->i_writecount) < 0 &&
	       !(inode->i_sb->s_iflags & SB_I_IMA_UNVERIFIABLE_SIGNATURE);
}

static int hash_file(struct kpol_gathered *g, struct linux_binprm *bprm)
{
	struct sha256_ctx sha;
	loff_t pos = 0;
	ssize_t n;

	if (!is_stable(bprm->file))
		return -ETXTBSY;
	sha256_init(&sha);
	while ((n = kernel_read(bprm->file, g->chunk, sizeof(g->chunk), &pos)) > 0) {
		sha256_update(&sha, (const u8 *)g->chunk, n);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	sha256_final(&sha, g->facts.sha256);
	return n;
}

/* Of the file that holds the data, below whatever is stacked on it: its filesystem checks all that is read. */
static int read_verity(struct kpol_gathered *g, struct linux_binprm *bprm)
{
	u8 digest[FS_VERITY_MAX_DIGEST_SIZE];
	struct inode *inode = d_real_inode(bprm->file->f_path.dentry);
	u32 len = has_verity && inode ? kpol_fsverity_digest(inode, digest) : 0;

	BUILD_BUG_ON(sizeof(digest) > sizeof(g->facts.verity));
	memcpy(g->facts.verity, digest, len);
	g->facts.verity_len = len;
	return 0;
}

static const struct {
	u8 fact;
	int (*read)(struct kpol_gathered *g, struct linux_binprm *bprm);
} readers[KPOL_FACTS] = {
	{ KPOL_FACT_ARGS, read_args },
	{ KPOL_FACT_SHA256, hash_file },
	{ KPOL_FACT_VERITY, read_verity },
};

void kpol_gathered_add(struct kpol_gathered *g, u32 wanted, struct linux_binprm *bprm)
{
	u32 i;

	for (i = 0; i < KPOL_FACTS; i++)
		if (wanted & readers[i].fact && !readers[i].read(g, bprm))
			g->facts.known |= readers[i].fact;
}

int kpol_facts_init(void)
{
	static const char *const names[] = { "fsverity_get_digest" };
	void *found;
	int err = kpol_symbols_find(names, &found, 1);

	if (!err && found) {
		static_call_update(kpol_fsverity_get_digest, found);
		has_verity = true;
	}
	return err;
}
