// SPDX-License-Identifier: GPL-2.0-or-later
/* AppArmor profiles as RuntimePolicy documents. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/brace.h"
#include "base/cleanup.h"
#include "convert/apparmor_deny.h"
#include "convert/convert.h"
#include "engine/glob.h"
#include "base/text.h"
#include "load/scalar.h"
#include "load/scan.h"

/** struct writing - the documents under way; @names are those of the ones before. */
struct writing {
	struct kpol_input in;
	const char *unit;
	struct kpol_strv names;
	struct kpol_buffer out;
};

/* In double quotes; the formatter takes them off where they are not needed. */
static void add_quoted(struct kpol_buffer *out, const char *text)
{
	kpol_buffer_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			kpol_buffer_putc(out, '\\');
		kpol_buffer_putc(out, *text);
	}
	kpol_buffer_putc(out, '"');
}

/* The part of a name behind its last slash, with what a name may not have left out. */
static char *clean_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	struct kpol_buffer out = { 0 };

	for (const char *c = slash && slash[1] ? slash + 1 : name; *c; c++)
		if (isalnum((unsigned char)*c) || (out.len && strchr("._-", *c)))
			kpol_buffer_putc(&out, *c);
	if (!out.len)
		kpol_buffer_puts(&out, "profile");
	return kpol_buffer_take(&out);
}

/* Profiles of the same program in other directories have the same name otherwise. */
static char *policy_name(struct writing *w, const char *profile)
{
	char *name = clean_name(profile);
	_cleanup_free_ char *first = name ? strdup(name) : NULL;

	for (unsigned int n = 2; name && first && kpol_strv_has(&w->names, name); n++) {
		free(name);
		if (asprintf(&name, "%s-%u", first, n) < 0)
			name = NULL;
	}
	if (!name || !first || kpol_strv_add(&w->names, name, strlen(name)) < 0) {
		free(name);
		return NULL;
	}
	return name;
}

static int add_head(struct writing *w, const struct kpol_aa_profile *p)
{
	_cleanup_free_ char *name = policy_name(w, p->name);
	_cleanup_free_ char *program = clean_name(p->program ? p->program : p->name);

	_cleanup_free_ char *shown = kpol_text_escape(p->name, strlen(p->name));

	if (!name || !program || !shown)
		return -ENOMEM;
	kpol_buffer_printf(
		&w->out,
		"---\n# From the AppArmor profile \"%s\", line %u.\napiVersion: kpol.io/v1\n"
		"kind: RuntimePolicy\nmetadata:\n  name: ",
		p->name, p->line);
	add_quoted(&w->out, name);
	kpol_buffer_printf(&w->out, "\nspec:\n  mode: %s\n  selector:\n    matchUnits:\n      - ",
			   p->complain ? "observe" : "enforce");
	if (w->unit) {
		add_quoted(&w->out, w->unit);
	} else {
		kpol_buffer_printf(&w->out, "%s.service", program);
		if (kpol_diag_add(w->in.diags, KPOL_WARNING, KPOL_CODE_CONVERT, w->in.file, p->line,
				  0,
				  "the unit %s.service is a guess from the program's name: a "
				  "policy is for a workload, not for a program",
				  program) < 0)
			return -ENOMEM;
	}
	kpol_buffer_putc(&w->out, '\n');
	return 0;
}

static bool is_pattern(const char *path)
{
	return strpbrk(path, "*?[{\\") != NULL;
}

/* "/x/{,**}" is the directory and all below. */
static bool is_tree(const char *path, size_t *ret_len)
{
	static const char tail[] = "/{,**}";
	size_t len = strlen(path), n = sizeof(tail) - 1;

	*ret_len = len - n;
	return len > n && !strcmp(path + len - n, tail) && strcspn(path, "*?[{\\") >= len - n;
}

/** struct section - one section of the document: which permissions make a rule of it. */
struct section {
	const char *key;
	unsigned int perms;
	bool has_ops;
};

static const struct section sections[] = {
	{ "process", KPOL_AA_EXEC, false },
	{ "libraries", KPOL_AA_MAP, false },
	{ "file", KPOL_AA_READ | KPOL_AA_WRITE | KPOL_AA_APPEND | KPOL_AA_LINK, true },
};

/* In which list a path belongs. */
enum list { LIST_PATHS, LIST_DIRECTORIES, LIST_PATTERNS, N_LISTS };

static const struct {
	const char *key, *object;
} lists[N_LISTS] = {
	[LIST_PATHS] = { "matchPaths", "path" },
	[LIST_DIRECTORIES] = { "matchDirectories", "dir" },
	[LIST_PATTERNS] = { "matchPatterns", "pattern" },
};

static enum list list_of(const char *path)
{
	size_t len;

	if (is_tree(path, &len) || !strcmp(path, "/"))
		return LIST_DIRECTORIES;
	return is_pattern(path) ? LIST_PATTERNS : LIST_PATHS;
}

static void add_ops(struct writing *w, unsigned int perms)
{
	const char *before = "";

	kpol_buffer_puts(&w->out, ", ops: [");
	if (perms & KPOL_AA_READ) {
		kpol_buffer_puts(&w->out, "read");
		before = ", ";
	}
	if (perms & (KPOL_AA_WRITE | KPOL_AA_APPEND)) {
		kpol_buffer_printf(&w->out, "%swrite, create", before);
		before = ", ";
	}
	if (perms & KPOL_AA_WRITE)
		kpol_buffer_puts(&w->out, ", unlink, rename, truncate, setattr, xattr");
	if (perms & KPOL_AA_LINK)
		kpol_buffer_printf(&w->out, "%slink", before);
	kpol_buffer_putc(&w->out, ']');
}

static void add_rule(struct writing *w, const struct section *section, enum list list,
		     const struct kpol_aa_file *file)
{
	size_t len;

	kpol_buffer_printf(&w->out, "      - {%s: ", lists[list].object);
	if (list == LIST_DIRECTORIES && is_tree(file->path, &len)) {
		char *end = file->path + len + 1, kept = *end;

		*end = '\0';
		add_quoted(&w->out, file->path);
		*end = kept;
		kpol_buffer_puts(&w->out, ", recursive: true");
	} else {
		add_quoted(&w->out, file->path);
	}
	if (file->owner)
		kpol_buffer_puts(&w->out, ", ownerOnly: true");
	if (section->has_ops)
		add_ops(w, file->perms);
	kpol_buffer_printf(&w->out, ", action: %s}\n", file->deny ? "Block" : "Allow");
}

/* Executing maps the program too, so what may run may be mapped. */
static bool is_for(const struct kpol_aa_file *file, const struct section *section)
{
	if (section->perms == KPOL_AA_MAP && file->perms & KPOL_AA_EXEC && !file->deny)
		return true;
	return (file->perms & section->perms) != 0;
}

static bool has_list(const struct kpol_aa_profile *p, const struct section *section, enum list list)
{
	for (size_t i = 0; i < p->n_files; i++)
		if (is_for(&p->files[i], section) && list_of(p->files[i].path) == list)
			return true;
	return false;
}

/* The program itself is started from outside, and that start is judged as well. */
static bool adds_program(const struct kpol_aa_profile *p, const struct section *section,
			 enum list list)
{
	return p->program && !section->has_ops && list_of(p->program) == list;
}

static void add_list(struct writing *w, const struct kpol_aa_profile *p,
		     const struct section *section, enum list list)
{
	struct kpol_aa_file program = { .path = p->program };

	if (!has_list(p, section, list) && !adds_program(p, section, list))
		return;
	kpol_buffer_printf(&w->out, "    %s:\n", lists[list].key);
	if (adds_program(p, section, list))
		add_rule(w, section, list, &program);
	for (size_t i = 0; i < p->n_files; i++)
		if (is_for(&p->files[i], section) && list_of(p->files[i].path) == list)
			add_rule(w, section, list, &p->files[i]);
}

/* AppArmor denies what no rule permits: a class without any rule is closed here, too. */
static void add_section(struct writing *w, const struct kpol_aa_profile *p,
			const struct section *section)
{
	bool any = false, allows = false;

	for (size_t i = 0; i < p->n_files; i++) {
		any |= is_for(&p->files[i], section);
		allows |= is_for(&p->files[i], section) && !p->files[i].deny;
	}
	allows |= p->program && !section->has_ops;
	kpol_buffer_printf(&w->out, "  %s:\n", section->key);
	for (enum list list = 0; list < N_LISTS && (any || allows); list++)
		add_list(w, p, section, list);
	if (!allows && !has_list(p, section, LIST_DIRECTORIES))
		kpol_buffer_puts(&w->out, "    matchDirectories:\n"
					  "      - {dir: /, recursive: true, action: Block}\n");
}

static void add_protocols(struct writing *w, const struct kpol_aa_profile *p)
{
	bool allows = false;

	kpol_buffer_puts(&w->out, "  network:\n    matchProtocols:\n");
	for (size_t i = 0; i < p->n_protocols; i++) {
		kpol_buffer_printf(&w->out, "      - {protocol: %s, action: %s}\n",
				   p->protocols[i].word, p->protocols[i].deny ? "Block" : "Allow");
		allows |= !p->protocols[i].deny;
	}
	if (!allows)
		kpol_buffer_puts(&w->out, "      - {protocol: all, action: Block}\n");
}

static int add_capabilities(struct writing *w, const struct kpol_aa_profile *p)
{
	bool open = false;

	for (size_t i = 0; i < p->n_capabilities; i++) {
		struct kpol_node node = { .text = p->capabilities[i].word,
					  .len = (uint32_t)strlen(p->capabilities[i].word) };

		if (kpol_scalar_capability.fault(&node)) {
			if (kpol_diag_add(w->in.diags, KPOL_WARNING, KPOL_CODE_CONVERT, w->in.file,
					  p->line, 0, "capability %s: is not known here",
					  node.text) < 0)
				return -ENOMEM;
			continue;
		}
		if (!open)
			kpol_buffer_puts(&w->out, "  capabilities:\n    matchCapabilities:\n");
		open = true;
		kpol_buffer_puts(&w->out, "      - {capability: ");
		add_quoted(&w->out, node.text);
		kpol_buffer_printf(&w->out, ", action: %s}\n",
				   p->capabilities[i].deny ? "Block" : "Allow");
	}
	return 0;
}

static int add_profile(struct writing *w, const struct kpol_aa_profile *p)
{
	bool traces = p->ptrace_allow && !p->ptrace_deny;
	int r = add_head(w, p);

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		add_section(w, p, &sections[i]);
	add_protocols(w, p);
	kpol_buffer_printf(&w->out, "  ptrace:\n    action: %s\n", traces ? "Allow" : "Block");
	return r < 0 ? r : add_capabilities(w, p);
}

static const char *pattern_fault(const char *path)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv all = { 0 };
	int r = kpol_brace_expand(path, &all);
	const char *reason;

	if (r < 0)
		return "has braces that cannot be written out";
	for (size_t i = 0; i < all.n; i++)
		if (kpol_glob_check(all.items[i], (u32)strlen(all.items[i]), &reason) < 0)
			return "is no pattern that is possible here";
	return kpol_scalar_pattern.fault(
		&(struct kpol_node){ .text = path, .len = (uint32_t)strlen(path) });
}

/* What the loader would say about it, NULL: nothing. */
static const char *path_fault(const char *path)
{
	struct kpol_node node = { .text = path, .len = (uint32_t)strlen(path) };

	for (const char *c = path; *c; c++)
		if (iscntrl((unsigned char)*c))
			return "has a control character";
	return list_of(path) == LIST_PATHS ? kpol_scalar_path.fault(&node) : pattern_fault(path);
}

static int tell_fault(struct writing *w, unsigned int line, const char *path, const char *fault)
{
	return kpol_diag_add(w->in.diags, KPOL_WARNING, KPOL_CODE_CONVERT, w->in.file, line, 0,
			     "%s: %s", path, fault);
}

/* A path that the loader would not take is told and dropped, not written. */
static int drop_unusable(struct writing *w, struct kpol_aa_profile *p)
{
	const char *fault = p->program ? path_fault(p->program) : NULL;
	size_t kept = 0;
	int r = 0;

	if (fault) {
		r = tell_fault(w, p->line, p->program, fault);
		free(p->program);
		p->program = NULL;
	}
	for (size_t i = 0; i < p->n_files; i++) {
		struct kpol_aa_file *file = &p->files[i];

		fault = path_fault(file->path);
		if (!fault || r < 0) {
			p->files[kept++] = *file;
			continue;
		}
		r = tell_fault(w, file->line, file->path, fault);
		free(file->path);
	}
	p->n_files = kept;
	return r;
}

static const struct kpol_schema *find_schema(const char *kind)
{
	const struct kpol_kind *found = kpol_kind_find(kind);

	return found ? found->schema : NULL;
}

int kpol_convert_apparmor(const char *file, const char *text, size_t len, const char *unit,
			  struct kpol_diags *diags, char **ret)
{
	_cleanup_(kpol_aa_profiles_clear) struct kpol_aa_profiles profiles = { 0 };
	_cleanup_free_ char *yaml = NULL;
	struct writing w = { .in = { .file = file, .diags = diags }, .unit = unit };
	int r = kpol_scan_text(&w.in, text, len);

	if (r == 0)
		r = kpol_aa_parse(file, text, len, diags, &profiles);
	for (size_t i = 0; i < profiles.n && r == 0; i++) {
		r = drop_unusable(&w, &profiles.items[i]);
		if (r == 0)
			r = kpol_aa_apply_denials(file, &profiles.items[i], diags);
		if (r == 0)
			r = add_profile(&w, &profiles.items[i]);
	}
	yaml = kpol_buffer_take(&w.out);
	kpol_strv_clear(&w.names);
	if (r < 0)
		return r;
	return yaml ? kpol_canon_format(&w.in, yaml, strlen(yaml), find_schema, ret) : -ENOMEM;
}
