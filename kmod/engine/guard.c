// SPDX-License-Identifier: GPL-2.0-only
/* Guards: what the table forbids by itself, so that no rule is got around by changing what a path means. */
#include "guard.h"
#include "glob.h"

/* What gives a file another name. */
#define NAMING (KPOL_OP_RENAME | KPOL_OP_LINK)

/* A Block of these is about content, which has to stay blocked under any name. */
#define CONTENT (KPOL_OP_READ | KPOL_OP_WRITE | KPOL_OP_TRUNCATE)

/**
 * struct build - guards so far
 * @index: open addressing by hash, at most half full: number of a guard plus 1.
 * @closed: bit (1 << class) per scope: some Allow rule makes the class an allowlist.
 * @last: the rule before, whose directories are guarded already.
 */
struct build {
	struct kpol_table *table;
	const u8 *scope_flags;
	u8 *closed;
	struct kpol_guard *items;
	u32 *index;
	const struct kpol_rule *last;
	u32 n;
	u32 room;
};

static u64 hash_guard(const struct kpol_table *t, const struct kpol_rule *rule)
{
	u64 hash = hash_list(t, rule->scope, rule->match, rule->source, rule->source_len);

	hash ^= (u64)rule->policy << 32 ^ (u64)rule->flags << 24 ^ rule->ops;
	if (rule->object)
		hash = hash_pair(hash, hash_bytes(t->seed, rule->object, rule->object_len));
	return hash_finish(hash, 0, 0);
}

static bool is_same(const struct kpol_rule *a, const struct kpol_rule *b)
{
	return a->scope == b->scope && a->policy == b->policy && a->match == b->match &&
	       a->flags == b->flags && a->ops == b->ops && a->object_len == b->object_len &&
	       a->source_len == b->source_len && !a->source == !b->source &&
	       !memcmp(a->object, b->object, a->object_len) &&
	       (!a->source || !memcmp(a->source, b->source, a->source_len));
}

/* The place in the index of this guard, or where it would be. */
static u32 *find(const struct build *b, const struct kpol_rule *rule)
{
	u32 mask = 2 * b->room - 1, at = (u32)hash_guard(b->table, rule) & mask;

	while (b->index[at] && !is_same(&b->items[b->index[at] - 1].rule, rule))
		at = (at + 1) & mask;
	return &b->index[at];
}

static void index_all(struct build *b)
{
	u32 i;

	for (i = 0; i < b->n; i++)
		*find(b, &b->items[i].rule) = i + 1;
}

static int grow(struct build *b)
{
	u32 room = b->room ? 2 * b->room : 16;
	struct kpol_guard *items = port_zalloc(room, sizeof(*items));
	u32 *index = port_zalloc((size_t)room * 2, sizeof(*index));

	if (!items || !index) {
		port_free(items);
		port_free(index);
		return -ENOMEM;
	}
	if (b->n)
		memcpy(items, b->items, b->n * sizeof(*items));
	port_free(b->items);
	port_free(b->index);
	b->items = items;
	b->index = index;
	b->room = room;
	index_all(b);
	return 0;
}

/* @guard: of @origin, with what differs from it. */
static int add(struct build *b, const struct kpol_rule *origin, struct kpol_rule guard)
{
	u32 *place;
	int err;

	guard.class = CLASS_GUARD;
	guard.flags &= (u8) ~(KPOL_RULE_DEFAULTS | KPOL_RULE_NO_TERMINAL);
	guard.action = KPOL_ACTION_BLOCK;
	guard.condition = NULL;
	guard.condition_len = 0;
	guard.id = b->table->n_rules + b->n + 1;
	if (b->n == b->room) {
		err = grow(b);
		if (err)
			return err;
	}
	place = find(b, &guard);
	if (*place)
		return 0;
	b->items[b->n] = (struct kpol_guard){ guard, origin->id };
	*place = ++b->n;
	return 0;
}

/* Whoever allows everything has said that it may be changed, too. */
static bool is_everything(const struct kpol_rule *rule)
{
	struct kpol_glob_parts parts;

	if (rule->match == KPOL_MATCH_DIR)
		return !rule->object_len;
	if (rule->match != KPOL_MATCH_GLOB)
		return rule->match == KPOL_MATCH_ANY;
	kpol_glob_split(rule->object, rule->object_len, &parts);
	return parts.literals <= 1;
}

static int guard_object(struct build *b, const struct kpol_rule *rule)
{
	struct kpol_rule guard = *rule;

	if (rule->class == KPOL_CLASS_FILE) {
		guard.ops = rule->ops & CONTENT ? NAMING & ~rule->ops : 0;
	} else {
		guard.ops = KPOL_OPS_CHANGE;
		guard.source = NULL;
		guard.source_len = 0;
	}
	return guard.ops ? add(b, rule, guard) : 0;
}

static bool is_literal(const char *text, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (strchr("*?[\\", text[i]))
			return false;
	return true;
}

/* The directory that the first @len bytes of a rule's object name. */
static int guard_directory(struct build *b, const struct kpol_rule *rule, u32 len)
{
	struct kpol_rule guard = *rule;
	const char *reason;

	guard.object_len = len;
	guard.ops = KPOL_OP_RENAME;
	guard.flags = 0;
	guard.source = NULL;
	guard.source_len = 0;
	guard.match = KPOL_MATCH_PATH;
	if (rule->match == KPOL_MATCH_GLOB && !is_literal(rule->object, len)) {
		/* A slash inside of brackets is no boundary. */
		if (kpol_glob_check(rule->object, len, &reason))
			return 0;
		guard.match = KPOL_MATCH_GLOB;
		guard.flags = RULE_DIRECTORY;
	}
	return add(b, rule, guard);
}

/* Is a star in the objects of both a star, or in neither? */
static bool read_alike(const struct kpol_rule *a, const struct kpol_rule *b)
{
	return (a->match == KPOL_MATCH_GLOB) == (b->match == KPOL_MATCH_GLOB);
}

/* Bytes of the directories that the rule before has in common with this one. */
static u32 common_len(const struct build *b, const struct kpol_rule *rule)
{
	const struct kpol_rule *last = b->last;
	u32 i, common = 0;

	if (!last || last->scope != rule->scope || last->policy != rule->policy ||
	    !read_alike(last, rule))
		return 0;
	for (i = 0; i < rule->object_len && i < last->object_len; i++) {
		if (rule->object[i] != last->object[i])
			break;
		if (rule->object[i] == '/')
			common = i;
	}
	return common;
}

/* A pattern that begins with any number of directories finds its object wherever it is moved to. */
static int guard_directories(struct build *b, const struct kpol_rule *rule)
{
	u32 i, common = common_len(b, rule);
	int err = 0;

	if (rule->match == KPOL_MATCH_NAME ||
	    (rule->object_len > 2 && !memcmp(rule->object, "/**", 3)))
		return 0;
	for (i = 1; !err && i < rule->object_len; i++)
		if (rule->object[i] == '/' && i > common)
			err = guard_directory(b, rule, i);
	b->last = rule;
	return err;
}

static bool is_host(const struct build *b, u32 scope)
{
	return b->scope_flags && b->scope_flags[scope - 1] & KPOL_SCOPE_HOST;
}

/* Where everything may run that no rule forbids, what may run needs no guard. */
static bool is_guarded_code(const struct build *b, const struct kpol_rule *rule)
{
	return rule->action == KPOL_ACTION_ALLOW && !is_host(b, rule->scope) &&
	       b->closed[rule->scope] & 1U << rule->class;
}

static bool is_guarded(const struct build *b, const struct kpol_rule *rule)
{
	if (!kpol_class_has_paths(rule->class) || rule->flags & KPOL_RULE_OWNER ||
	    is_everything(rule))
		return false;
	return rule->class == KPOL_CLASS_FILE ? rule->action == KPOL_ACTION_BLOCK
					      : is_guarded_code(b, rule);
}

static int find_closed(struct build *b)
{
	const struct kpol_table *t = b->table;
	u32 i;

	b->closed = port_zalloc((size_t)t->n_scopes + 1, 1);
	if (!b->closed)
		return -ENOMEM;
	for (i = 0; i < t->n_rules; i++) {
		const struct kpol_rule *rule = &t->rules[i];

		if (kpol_class_has_paths(rule->class) && rule->action == KPOL_ACTION_ALLOW &&
		    !(rule->flags & KPOL_RULE_DEFAULTS))
			b->closed[rule->scope] |= 1U << rule->class;
	}
	return 0;
}

/* What is left of the last doubling goes back, if there is memory for the copy. */
static void trim(struct build *b)
{
	struct kpol_guard *items = b->n ? port_zalloc(b->n, sizeof(*items)) : NULL;

	if (!items)
		return;
	memcpy(items, b->items, b->n * sizeof(*items));
	port_free(b->items);
	b->items = items;
	b->room = b->n;
}

int kpol_guards_new(struct kpol_table *t, const u8 *scope_flags)
{
	struct build b = { .table = t, .scope_flags = scope_flags };
	int err = find_closed(&b);
	u32 i;

	for (i = 0; !err && i < t->n_rules; i++) {
		const struct kpol_rule *rule = &t->rules[i];

		if (!is_guarded(&b, rule))
			continue;
		err = guard_object(&b, rule);
		if (!err)
			err = guard_directories(&b, rule);
	}
	port_free(b.index);
	port_free(b.closed);
	trim(&b);
	t->guards = b.items;
	t->n_guards = b.n;
	t->memory += (size_t)b.room * sizeof(*b.items);
	return err;
}
