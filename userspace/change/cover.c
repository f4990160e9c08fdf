// SPDX-License-Identifier: GPL-2.0-or-later
/* Does one rule match all that another matches? */
#include "change/change.h"
#include "compile/condition.h"
#include "engine/glob.h"

static bool same_source(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	if (!wide->source)
		return true;
	return narrow->source && wide->source_len == narrow->source_len &&
	       !memcmp(wide->source, narrow->source, wide->source_len);
}

static bool begins_with_dir(const struct kpol_rule *dir, const char *path, u32 len)
{
	return len >= dir->object_len && !memcmp(path, dir->object, dir->object_len) &&
	       (len == dir->object_len || path[dir->object_len] == '/');
}

static bool dir_covers(const struct kpol_rule *dir, const struct kpol_rule *narrow)
{
	bool deep = dir->flags & KPOL_RULE_RECURSIVE;
	u32 len = narrow->object_len;

	switch (narrow->match) {
	case KPOL_MATCH_PATH:
		return begins_with_dir(dir, narrow->object, len) &&
		       (deep || len == dir->object_len ||
			!memchr(narrow->object + dir->object_len + 1, '/',
				len - dir->object_len - 1));
	case KPOL_MATCH_DIR:
		if (len == dir->object_len)
			return begins_with_dir(dir, narrow->object, len) &&
			       (deep || !(narrow->flags & KPOL_RULE_RECURSIVE));
		return deep && begins_with_dir(dir, narrow->object, len);
	case KPOL_MATCH_GLOB:
		/* Up to its first wildcard it is a path like any other. */
		return deep && len > dir->object_len && narrow->object[dir->object_len] == '/' &&
		       begins_with_dir(dir, narrow->object, len) &&
		       strcspn(narrow->object, "*?[\\") > dir->object_len;
	default:
		return false;
	}
}

static bool name_covers(const struct kpol_rule *name, const struct kpol_rule *path)
{
	u32 len = name->object_len;

	return path->match == KPOL_MATCH_PATH && path->object_len > len &&
	       path->object[path->object_len - len - 1] == '/' &&
	       !memcmp(path->object + path->object_len - len, name->object, len);
}

static bool address_covers(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	u32 whole = wide->prefix / 8, rest = wide->prefix % 8;

	if (!wide->family)
		return true;
	return wide->family == narrow->family && wide->prefix <= narrow->prefix &&
	       !memcmp(wide->addr, narrow->addr, whole) &&
	       (!rest || !((wide->addr[whole] ^ narrow->addr[whole]) & (u8)(0xff << (8 - rest))));
}

static bool peer_covers(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	if (wide->set && wide->set != narrow->set)
		return false;
	if (wide->protocol && wide->protocol != narrow->protocol)
		return false;
	if (wide->socktypes && (!narrow->socktypes || narrow->socktypes & (u8)~wide->socktypes))
		return false;
	if (wide->port_last && (!narrow->port_last || narrow->port_first < wide->port_first ||
				narrow->port_last > wide->port_last))
		return false;
	return address_covers(wide, narrow);
}

/* A rule without a condition is for more than one for certain files; which arguments pass is another matter. */
static bool condition_covers(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	return !kpol_condition_compare(wide, narrow) ||
	       (!kpol_rule_condition_len(wide) && !(kpol_condition_asks(narrow) & KPOL_FACT_ARGS));
}

bool kpol_rule_covers(const struct kpol_rule *wide, const struct kpol_rule *narrow)
{
	if (wide->class != narrow->class || !same_source(wide, narrow) ||
	    !condition_covers(wide, narrow))
		return false;
	switch (wide->match) {
	case KPOL_MATCH_ANY:
		return true;
	case KPOL_MATCH_DIR:
		return dir_covers(wide, narrow);
	case KPOL_MATCH_NAME:
		return name_covers(wide, narrow);
	case KPOL_MATCH_GLOB:
		return narrow->match == KPOL_MATCH_PATH &&
		       kpol_glob_match(wide->object, wide->object_len, narrow->object,
				       narrow->object_len);
	case KPOL_MATCH_PEER:
		return narrow->match == KPOL_MATCH_PEER && peer_covers(wide, narrow);
	default:
		return narrow->match == KPOL_MATCH_PATH && wide->object_len == narrow->object_len &&
		       !memcmp(wide->object, narrow->object, wide->object_len);
	}
}
