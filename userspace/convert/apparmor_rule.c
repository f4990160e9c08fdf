// SPDX-License-Identifier: GPL-2.0-or-later
/* One rule of an AppArmor profile, taken into the profile or told as without counterpart. */
#include "convert/apparmor_rule.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "convert/convert.h"

/** struct rule - a rule without its qualifiers: @words begin with its keyword or path. */
struct rule {
	char *const *words;
	size_t n;
	bool deny;
	bool owner;
	unsigned int line;
};

static bool is_path(const char *word)
{
	return word[0] == '/' || !strncmp(word, "@{", 2);
}

/* "rwk", "rPx", "mr", "pix". Return: KPOL_AA_* bits, 0 if the word is none. */
static unsigned int read_perms(const char *word)
{
	static const struct {
		char letter;
		unsigned int perm;
	} letters[] = {
		{ 'r', KPOL_AA_READ },	 { 'w', KPOL_AA_WRITE },
		{ 'a', KPOL_AA_APPEND }, { 'x', KPOL_AA_EXEC },
		{ 'm', KPOL_AA_MAP },	 { 'k', KPOL_AA_LOCK },
		{ 'l', KPOL_AA_LINK },	 { 'i', 0 },
		{ 'p', KPOL_AA_LEAVES }, { 'P', KPOL_AA_LEAVES },
		{ 'c', KPOL_AA_LEAVES }, { 'C', KPOL_AA_LEAVES },
		{ 'u', KPOL_AA_LEAVES }, { 'U', KPOL_AA_LEAVES },
	};
	unsigned int perms = 0;
	size_t i;

	for (; *word; word++) {
		for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
			if (letters[i].letter == *word)
				break;
		if (i == sizeof(letters) / sizeof(letters[0]))
			return 0;
		perms |= letters[i].perm;
	}
	return perms;
}

static int tell_perms(struct kpol_aa_reading *r, const struct rule *rule, const char *path,
		      unsigned int perms)
{
	if (!rule->deny && perms & KPOL_AA_APPEND && !(perms & KPOL_AA_WRITE) &&
	    kpol_aa_tell(r, rule->line, "%s: appending is not told from writing: it may be written",
			 path) < 0)
		return -ENOMEM;
	if (perms & KPOL_AA_LEAVES && perms & KPOL_AA_EXEC && !rule->deny)
		return kpol_aa_tell(r, rule->line,
				    "%s: it may run, but stays under this policy: there is no "
				    "change to another profile",
				    path);
	if (perms == KPOL_AA_LOCK)
		return kpol_aa_tell(r, rule->line, "%s: locks are not judged", path);
	return 0;
}

static int append_file(struct kpol_aa_reading *r, const struct rule *rule, const char *path,
		       unsigned int perms)
{
	struct kpol_aa_file *file;

	file = kpol_append(&r->profile->files, &r->profile->n_files, sizeof(*file));
	if (!file)
		return -ENOMEM;
	*file = (struct kpol_aa_file){ .path = strdup(path),
				       .perms = perms,
				       .deny = rule->deny,
				       .owner = rule->owner,
				       .line = rule->line };
	return file->path ? 0 : -ENOMEM;
}

static int add_file(struct kpol_aa_reading *r, const struct rule *rule, const char *path,
		    unsigned int perms)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv paths = { 0 };
	_cleanup_free_ char *missing = NULL;
	int result = kpol_aa_expand(&r->variables, path, &paths, &missing);

	if (result == -ENOENT)
		return kpol_aa_tell(r, rule->line, "%s: %s is not defined in this file", path,
				    missing);
	for (size_t i = 0; i < paths.n && result == 0; i++)
		result = paths.items[i][0] == '/' ? append_file(r, rule, paths.items[i], perms)
						  : -EINVAL;
	if (result == -EINVAL)
		return kpol_aa_tell(r, rule->line, "%s: is no absolute path", path);
	return result < 0 ? result : tell_perms(r, rule, path, perms);
}

/* "/path rw", "rw /path", and "-> profile" behind either. */
static int file_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	const char *first = rule->words[0], *second = rule->n > 1 ? rule->words[1] : "";
	const char *path = is_path(first) ? first : second;
	const char *word = is_path(first) ? second : first;
	unsigned int perms = read_perms(word);

	if (!is_path(path) || !perms)
		return kpol_aa_tell(r, rule->line, "\"%s %s\": is no rule that is known here",
				    first, second);
	if (rule->n > 2 && strcmp(rule->words[2], "->"))
		return kpol_aa_tell(r, rule->line, "%s: \"%s\" is not known here", path,
				    rule->words[2]);
	if (rule->n > 2 && perms & KPOL_AA_LINK)
		return kpol_aa_tell(r, rule->line,
				    "%s: what a link points to is not judged together with it",
				    path);
	return add_file(r, rule, path, perms);
}

/* "file," is everything; "file /x r," is the same as without the word. */
static int file_keyword(struct kpol_aa_reading *r, const struct rule *rule)
{
	struct rule rest = *rule;

	if (rule->n == 1)
		return add_file(r, rule, "/**",
				KPOL_AA_READ | KPOL_AA_WRITE | KPOL_AA_EXEC | KPOL_AA_MAP |
					KPOL_AA_LINK);
	rest.words++;
	rest.n--;
	return file_rule(r, &rest);
}

static int add_word(struct kpol_aa_word **list, size_t *n, const char *text, bool deny)
{
	struct kpol_aa_word *word;

	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i].word, text) && (*list)[i].deny == deny)
			return 0;
	word = kpol_append(list, n, sizeof(*word));
	if (!word)
		return -ENOMEM;
	word->word = strdup(text);
	word->deny = deny;
	return word->word ? 0 : -ENOMEM;
}

static int capability_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	int result = 0;

	if (rule->n == 1)
		return kpol_aa_tell(r, rule->line,
				    "\"capability\" without a name: name the capabilities");
	for (size_t i = 1; i < rule->n && result == 0; i++)
		result = add_word(&r->profile->capabilities, &r->profile->n_capabilities,
				  rule->words[i], rule->deny);
	return result;
}

/* What a network rule's words mean as a protocol of this tree. */
static const struct {
	const char *word, *protocol;
} protocols[] = {
	{ "stream", "tcp" }, { "tcp", "tcp" }, { "dgram", "udp" }, { "udp", "udp" },
	{ "icmp", "icmp" },  { "raw", "raw" }, { "rdm", "rdm" },   { "seqpacket", "seqpacket" },
};

static bool is_unjudged_family(const char *word)
{
	return !strcmp(word, "unix") || !strcmp(word, "netlink");
}

static int network_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	const char *protocol = NULL, *family = NULL;

	for (size_t i = 1; i < rule->n; i++) {
		const char *word = rule->words[i];
		size_t k = 0;

		if (is_unjudged_family(word))
			return kpol_aa_tell(r, rule->line,
					    "network %s: making such sockets is not judged", word);
		while (k < sizeof(protocols) / sizeof(protocols[0]) &&
		       strcmp(protocols[k].word, word))
			k++;
		if (k < sizeof(protocols) / sizeof(protocols[0]))
			protocol = protocols[k].protocol;
		else if (!strcmp(word, "inet") || !strcmp(word, "inet6"))
			family = word;
		else
			return kpol_aa_tell(r, rule->line, "network %s: has no counterpart", word);
	}
	if (family &&
	    kpol_aa_tell(r, rule->line,
			 "network %s: the family is not told apart: it holds for IPv4 and "
			 "IPv6",
			 family) < 0)
		return -ENOMEM;
	return add_word(&r->profile->protocols, &r->profile->n_protocols,
			protocol ? protocol : "all", rule->deny);
}

static int ptrace_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	if (rule->n > 1 && strncmp(rule->words[1], "peer=", 5) && !strstr(rule->words[1], "trace"))
		return kpol_aa_tell(r, rule->line, "ptrace %s: only tracing is judged",
				    rule->words[1]);
	if (strstr(rule->words[rule->n - 1], "peer="))
		return kpol_aa_tell(r, rule->line,
				    "ptrace %s: whom it traces is not told apart, so this rule is "
				    "left out",
				    rule->words[rule->n - 1]);
	r->profile->ptrace_deny |= rule->deny;
	r->profile->ptrace_allow |= !rule->deny;
	return 0;
}

static int include_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	return kpol_aa_tell(r, rule->line,
			    "include %s: other files are not read: what it permits is missing here",
			    rule->n > 1 ? rule->words[rule->n - 1] : "");
}

static int other_rule(struct kpol_aa_reading *r, const struct rule *rule)
{
	return kpol_aa_tell(r, rule->line, "\"%s\" rules have no counterpart", rule->words[0]);
}

static const struct {
	const char *keyword;
	int (*take)(struct kpol_aa_reading *r, const struct rule *rule);
} keywords[] = {
	{ "file", file_keyword },     { "capability", capability_rule },
	{ "network", network_rule },  { "ptrace", ptrace_rule },
	{ "include", include_rule },  { "#include", include_rule },
	{ "signal", other_rule },     { "dbus", other_rule },
	{ "unix", other_rule },	      { "mount", other_rule },
	{ "umount", other_rule },     { "remount", other_rule },
	{ "pivot_root", other_rule }, { "change_profile", other_rule },
	{ "set", other_rule },	      { "rlimit", other_rule },
	{ "userns", other_rule },     { "io_uring", other_rule },
	{ "mqueue", other_rule },     { "link", other_rule },
	{ "all", other_rule },	      { "abi", other_rule },
	{ "alias", other_rule },
};

static int take_qualifiers(struct kpol_aa_reading *r, struct rule *rule)
{
	for (; rule->n; rule->words++, rule->n--) {
		const char *word = rule->words[0];

		if (!strcmp(word, "deny"))
			rule->deny = true;
		else if (!strcmp(word, "owner"))
			rule->owner = true;
		else if (!strcmp(word, "audit")) {
			if (kpol_aa_tell(r, rule->line,
					 "\"audit\": allowed accesses are not reported by it; add "
					 "an Audit rule") < 0)
				return -ENOMEM;
		} else if (strcmp(word, "allow") && strncmp(word, "priority=", 9))
			break;
	}
	return 0;
}

int kpol_aa_rule(struct kpol_aa_reading *r, const struct kpol_aa_statement *s)
{
	struct rule rule = { .words = s->words.items, .n = s->words.n, .line = s->line };

	if (take_qualifiers(r, &rule) < 0)
		return -ENOMEM;
	if (!rule.n)
		return 0;
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (!strcmp(keywords[i].keyword, rule.words[0]))
			return keywords[i].take(r, &rule);
	return file_rule(r, &rule);
}
