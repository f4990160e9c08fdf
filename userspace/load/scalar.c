// SPDX-License-Identifier: GPL-2.0-or-later
/* The kinds of single values a policy has. */
#include "load/scalar.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/brace.h"
#include "base/cleanup.h"
#include "engine/glob.h"

static const char *bool_fault(const struct kpol_node *node)
{
	if (strcmp(node->text, "true") && strcmp(node->text, "false"))
		return "is not true or false";
	return node->plain ? NULL : "is text: write true or false without quotes";
}

static const char *number_fault(const struct kpol_node *node)
{
	if (!node->len || node->len > 9 || strspn(node->text, "0123456789") != node->len)
		return "is not a whole number";
	return NULL;
}

static const char *severity_fault(const struct kpol_node *node)
{
	size_t len = node->len;

	if ((len == 1 && node->text[0] >= '1' && node->text[0] <= '9') || !strcmp(node->text, "10"))
		return NULL;
	return "is not a whole number from 1 to 10";
}

static const char *name_fault(const struct kpol_node *node)
{
	if (node->len > KPOL_NAME_MAX)
		return "is longer than 253 characters";
	if (!isalnum((unsigned char)node->text[0]))
		return "must begin with a letter or digit";
	for (const char *c = node->text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return "may have letters, digits, \".\", \"_\" and \"-\" only";
	return NULL;
}

static const char *peer_namespace_fault(const struct kpol_node *node)
{
	return strcmp(node->text, "*") ? name_fault(node) : NULL;
}

static const char *absolute_fault(const struct kpol_node *node)
{
	if (node->text[0] != '/')
		return "must begin with \"/\"";
	return node->len > KPOL_PATH_MAX ? "is longer than 4095 bytes" : NULL;
}

/* A part that no path has that the kernel reports: such a rule could never match. */
static const char *part_fault(const char *path)
{
	size_t len;

	for (path++; *path; path += len + (path[len] == '/')) {
		len = strcspn(path, "/");
		if (!len)
			return "has an empty part (\"//\")";
		if (len == 1 && path[0] == '.')
			return "has a part \".\": the kernel never sees one";
		if (len == 2 && path[0] == '.' && path[1] == '.')
			return "has a part \"..\": the kernel never sees one";
	}
	return NULL;
}

static const char *dir_fault(const struct kpol_node *node)
{
	const char *fault = absolute_fault(node);

	return fault ? fault : part_fault(node->text);
}

static const char *path_fault(const struct kpol_node *node)
{
	const char *fault = dir_fault(node);

	if (!fault && node->text[node->len - 1] == '/')
		return "ends in \"/\": a directory belongs in matchDirectories";
	return fault;
}

static const char *execname_fault(const struct kpol_node *node)
{
	if (strchr(node->text, '/'))
		return "has a \"/\": it is the last part of a path";
	return node->len > 255 ? "is longer than 255 bytes" : NULL;
}

static const char *pattern_fault(const struct kpol_node *node)
{
	if (node->text[0] == '^')
		return "is a regular expression: patterns are globs and begin with \"/\"";
	if (node->text[0] != '/' && !strchr(node->text, '/'))
		return "must begin with \"/\": for a name anywhere write \"/**/NAME\"";
	/* Its braces are looked at when they are expanded: each result has the kernel's limit. */
	return absolute_fault(node);
}

static const char *unit_fault(const struct kpol_node *node)
{
	if (strchr(node->text, '/'))
		return "has a \"/\": use matchCgroups for paths";
	return node->len > 255 ? "is longer than 255 bytes" : NULL;
}

static const char *brace_fault(const char *pattern)
{
	_cleanup_(kpol_strv_clear) struct kpol_strv expanded = { 0 };
	const char *reason;
	int r = kpol_brace_expand(pattern, &expanded);

	if (r == -E2BIG)
		return "has braces that stand for more than 64 paths";
	if (r == -EINVAL)
		return "has a brace without its partner";
	for (size_t i = 0; i < expanded.n; i++)
		if (kpol_glob_check(expanded.items[i], (u32)strlen(expanded.items[i]), &reason) < 0)
			return "is not a pattern that can match (an open \"[\", a last \"\\\", or "
			       "too "
			       "long)";
	return NULL;
}

static const char *cgroup_fault(const struct kpol_node *node)
{
	const char *fault;

	if (!strcmp(node->text, "/"))
		return "is the whole host: use nodeSelector";
	if (node->text[node->len - 1] == '/')
		return "ends in \"/\"";
	fault = dir_fault(node);
	return fault ? fault : brace_fault(node->text);
}

/*
 * Regular expressions say what the faults above say, for editors and API servers: see docs/schema.md. They
 * are of the kind that ECMA 262, Go and Python read alike: nothing looks ahead.
 */
#define CONTROL "\\x00-\\x1f\\x7f-\\x9f"
#define ANY_BUT_SLASH "[^/" CONTROL "]"
#define ANY_BUT_DOT "[^/." CONTROL "]"
#define PART                                 \
	"/(" ANY_BUT_DOT ANY_BUT_SLASH "*"   \
	"|\\." ANY_BUT_DOT ANY_BUT_SLASH "*" \
	"|\\.\\." ANY_BUT_SLASH "+)"
#define NAME "[A-Za-z0-9._-]"

const struct kpol_scalar kpol_scalar_text = { .name = "text" };
const struct kpol_scalar kpol_scalar_prose = { .name = "prose",
					       .multiline = true,
					       .may_be_empty = true };
const struct kpol_scalar kpol_scalar_label = { .name = "label",
					       .noun = "label",
					       .may_be_empty = true };
const struct kpol_scalar kpol_scalar_name = {
	.name = "name",
	.fault = name_fault,
	.regex = "^[A-Za-z0-9]" NAME "*$",
	.max = KPOL_NAME_MAX,
};
const struct kpol_scalar kpol_scalar_peer_namespace = {
	.name = "peer_namespace",
	.noun = "namespace",
	.fault = peer_namespace_fault,
	.regex = "^([*]|[A-Za-z0-9]" NAME "*)$",
	.max = KPOL_NAME_MAX,
};
const struct kpol_scalar kpol_scalar_bool = { .name = "bool",
					      .fault = bool_fault,
					      .json = KPOL_JSON_BOOL };
const struct kpol_scalar kpol_scalar_severity = {
	.name = "severity",
	.fault = severity_fault,
	.regex = "^([1-9]|10)$",
	.json = KPOL_JSON_NUMBER,
	.min = 1,
	.max = 10,
};
const struct kpol_scalar kpol_scalar_number = {
	.name = "number",
	.fault = number_fault,
	.regex = "^[0-9]{1,9}$",
	.json = KPOL_JSON_NUMBER,
	.max = 999999999,
};
const struct kpol_scalar kpol_scalar_path = {
	.name = "path",
	.fault = path_fault,
	.regex = "^(" PART ")+$",
	.json = KPOL_JSON_STRING,
	.max = KPOL_PATH_MAX,
};
const struct kpol_scalar kpol_scalar_execname = {
	.name = "execname",
	.fault = execname_fault,
	.regex = "^[^/" CONTROL "]+$",
	.max = 255,
};
const struct kpol_scalar kpol_scalar_dir = {
	.name = "dir",
	.noun = "dir",
	.fault = dir_fault,
	.regex = "^(/|(" PART ")+/?)$",
	.json = KPOL_JSON_STRING,
	.max = KPOL_PATH_MAX,
};
const struct kpol_scalar kpol_scalar_slash_dir = {
	.name = "slash_dir",
	.noun = "dir",
	.fault = dir_fault,
	.regex = "^(/|(" PART ")+/)$",
	.json = KPOL_JSON_STRING,
	.max = KPOL_PATH_MAX,
};
const struct kpol_scalar kpol_scalar_pattern = {
	.name = "pattern",
	.fault = pattern_fault,
	.regex = "^/[^" CONTROL "]*$",
	.json = KPOL_JSON_STRING,
	.max = KPOL_PATH_MAX,
};
const struct kpol_scalar kpol_scalar_syscall_path = {
	.name = "syscall_path",
	.fault = absolute_fault,
	.regex = "^/[^" CONTROL "]*$",
	.json = KPOL_JSON_STRING,
	.max = KPOL_PATH_MAX,
};
const struct kpol_scalar kpol_scalar_unit = {
	.name = "unit",
	.noun = "unit",
	.fault = unit_fault,
	.regex = "^[^/" CONTROL "]+$",
	.max = 255,
};
const struct kpol_scalar kpol_scalar_cgroup = {
	.name = "cgroup",
	.noun = "cgroup",
	.fault = cgroup_fault,
	.regex = "^(" PART ")+$",
	.json = KPOL_JSON_STRING,
};
const struct kpol_scalar kpol_scalar_container = { .name = "container", .noun = "container" };
