// SPDX-License-Identifier: GPL-2.0-only
/* Paths as the workload sees them, written into buffers of this CPU. */
#include "path.h"
#include "symbol.h"

#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/mm_types.h>

/* A child's name is appended in place, so its room is kept free. */
#define OBJECT_SIZE (PATH_MAX + NAME_MAX + 2)

struct buffers {
	char object[OBJECT_SIZE];
	char source[PATH_MAX];
	char scratch[KPOL_CONTEXTS][PATH_MAX];
};

/* Allocated at init for each possible CPU, freed at exit after the last hook has gone. */
static DEFINE_PER_CPU(struct buffers *, buffers);

static char *no_path(const struct path *path, char *buf, int len)
{
	return ERR_PTR(-ENOENT);
}

static struct file *no_file(struct mm_struct *mm)
{
	return NULL;
}

DEFINE_STATIC_CALL(kpol_d_absolute_path, no_path);
DEFINE_STATIC_CALL(kpol_get_mm_exe_file, no_file);

static struct kpol_text make_path(const struct path *path, char *buf, int size)
{
	char *start = static_call(kpol_d_absolute_path)(path, buf, size);

	if (IS_ERR_OR_NULL(start) || *start != '/')
		return (struct kpol_text){};
	return (struct kpol_text){ start, buf + size - 1 - start };
}

static struct kpol_text append_name(struct kpol_text dir, const struct dentry *dentry)
{
	const struct qstr *name = &dentry->d_name;
	char *end = (char *)dir.bytes + dir.len;

	if (dir.len + 1 + name->len > PATH_MAX - 1)
		return (struct kpol_text){};
	if (dir.len > 1)
		*end++ = '/';
	memcpy(end, name->name, name->len);
	end[name->len] = 0;
	return (struct kpol_text){ dir.bytes, end + name->len - dir.bytes };
}

struct kpol_text kpol_path_object(const struct path *path, const struct dentry *dentry)
{
	struct kpol_text text = make_path(path, __this_cpu_read(buffers)->object, PATH_MAX);

	return text.bytes && dentry ? append_name(text, dentry) : text;
}

struct kpol_text kpol_path_source(struct mm_struct *mm)
{
	struct kpol_text text = {};
	struct file *exe = mm ? static_call(kpol_get_mm_exe_file)(mm) : NULL;

	if (!exe)
		return text;
	text = make_path(&exe->f_path, __this_cpu_read(buffers)->source, PATH_MAX);
	fput(exe); /* the last reference is dropped later, by task work: this does not sleep */
	return text;
}

char *kpol_path_scratch(enum kpol_context context)
{
	return __this_cpu_read(buffers)->scratch[context];
}

int kpol_path_init(void)
{
	static const char *const names[] = { "d_absolute_path", "get_mm_exe_file" };
	void *found[ARRAY_SIZE(names)];
	int cpu, err = kpol_symbols_find(names, found, ARRAY_SIZE(names));

	if (err)
		return err;
	if (!found[0] || !found[1]) {
		pr_err("kpol: %s: not in this kernel\n", names[!!found[0]]);
		return -ENOENT;
	}
	for_each_possible_cpu(cpu) {
		struct buffers *b = kzalloc_node(sizeof(*b), GFP_KERNEL, cpu_to_node(cpu));

		if (!b) {
			kpol_path_exit();
			return -ENOMEM;
		}
		per_cpu(buffers, cpu) = b;
	}
	static_call_update(kpol_d_absolute_path, found[0]);
	static_call_update(kpol_get_mm_exe_file, found[1]);
	return 0;
}

void kpol_path_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kfree(per_cpu(buffers, cpu));
		per_cpu(buffers, cpu) = NULL;
	}
}
