// SPDX-License-Identifier: GPL-2.0-or-later
/* The bundles loaded: the live one, the one being loaded, and those to return to. */
#include "store/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/sql.h"
#include "store/state.h"

#define COLUMNS "id, parent, name, version, file, digest, loaded_at, uid, change, good"

void kpol_stored_clear(struct kpol_stored *stored)
{
	free(stored->name);
	free(stored->version);
	free(stored->file);
	free(stored->text);
	free(stored->change);
	memset(stored, 0, sizeof(*stored));
}

static int insert_bundle(struct kpol_store *store, const struct kpol_stored *bundle,
			 int64_t *ret_id)
{
	int r;

	r = kpol_sql_run(store,
			 "INSERT INTO bundle (parent, name, version, file, text, digest,"
			 " loaded_at, uid, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 "isssbbiis", bundle->parent, bundle->name, bundle->version, bundle->file,
			 bundle->text, bundle->text_len, bundle->digest, (size_t)KPOL_DIGEST_LEN,
			 bundle->loaded_at, (int64_t)bundle->uid, bundle->change);
	if (r == 0)
		*ret_id = sqlite3_last_insert_rowid(store->db);
	return r;
}

static int write_intent(struct kpol_store *store, const struct kpol_intent *intent, int64_t id)
{
	int r;

	r = kpol_state_set(store, "intent", id);
	if (r == 0)
		r = kpol_state_set(store, "intent_generation", (int64_t)intent->generation);
	if (r == 0)
		r = kpol_state_set(store, "intent_reset", intent->reset);
	if (r == 0)
		r = kpol_sql_run(store, "INSERT OR REPLACE INTO state VALUES ('intent_digest', ?)",
				 "b", intent->digest, (size_t)KPOL_DIGEST_LEN);
	return r;
}

int kpol_history_intend(struct kpol_store *store, const struct kpol_stored *bundle,
			const struct kpol_intent *intent, int64_t *ret_id)
{
	int64_t id = bundle->id;
	int r;

	r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	if (id == 0)
		r = insert_bundle(store, bundle, &id);
	if (r == 0)
		r = write_intent(store, intent, id);
	r = kpol_sql_end(store, r);
	if (r == 0 && ret_id)
		*ret_id = id;
	return r;
}

static int clear_intent(struct kpol_store *store)
{
	return kpol_sql_run(store, "DELETE FROM state WHERE key LIKE 'intent%'", "");
}

/* The live bundle is kept however old it is. */
static int trim(struct kpol_store *store)
{
	return kpol_sql_run(
		store,
		"DELETE FROM bundle WHERE id NOT IN"
		" (SELECT id FROM bundle ORDER BY id DESC LIMIT ?)"
		" AND id NOT IN (SELECT value FROM state WHERE key IN ('live', 'intent'))",
		"i", (int64_t)KPOL_HISTORY_MAX);
}

static int confirm(struct kpol_store *store, const struct kpol_intent *intent)
{
	int r;

	r = kpol_sql_run(store, "UPDATE bundle SET digest = ?, good = 1 WHERE id = ?", "bi",
			 intent->digest, (size_t)KPOL_DIGEST_LEN, intent->bundle);
	if (r == 0)
		r = kpol_state_set(store, "live", intent->bundle);
	if (r == 0 && intent->reset)
		r = kpol_sql_run(store, "DELETE FROM policy_mode", "");
	if (r == 0)
		r = clear_intent(store);
	return r == 0 ? trim(store) : r;
}

int kpol_history_confirm(struct kpol_store *store)
{
	struct kpol_intent intent;
	int r;

	r = kpol_history_intent(store, &intent);
	if (r == 0)
		r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	return kpol_sql_end(store, confirm(store, &intent));
}

int kpol_history_withdraw(struct kpol_store *store)
{
	int r;

	r = kpol_sql_begin(store);
	if (r < 0)
		return r;
	r = kpol_sql_run(store,
			 "DELETE FROM bundle WHERE good = 0 AND id ="
			 " (SELECT value FROM state WHERE key = 'intent')",
			 "");
	if (r == 0)
		r = clear_intent(store);
	return kpol_sql_end(store, r);
}

static int read_digest(sqlite3_stmt *stmt, int column, uint8_t digest[KPOL_DIGEST_LEN])
{
	if (sqlite3_column_bytes(stmt, column) != KPOL_DIGEST_LEN)
		return -EUCLEAN;
	memcpy(digest, sqlite3_column_blob(stmt, column), KPOL_DIGEST_LEN);
	return 0;
}

static int read_intent_digest(struct kpol_store *store, uint8_t digest[KPOL_DIGEST_LEN])
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt, "SELECT value FROM state WHERE key = 'intent_digest'",
			     "");
	if (r == 0)
		r = kpol_sql_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	return read_digest(stmt, 0, digest);
}

int kpol_history_intent(struct kpol_store *store, struct kpol_intent *ret)
{
	struct kpol_intent intent = { 0 };
	int64_t generation, reset;
	int r;

	r = kpol_state_get(store, "intent", &intent.bundle);
	if (r == 0)
		r = kpol_state_get(store, "intent_generation", &generation);
	if (r == 0)
		r = kpol_state_get(store, "intent_reset", &reset);
	if (r == 0)
		r = read_intent_digest(store, intent.digest);
	if (r < 0)
		return r;
	intent.generation = (uint64_t)generation;
	intent.reset = reset != 0;
	*ret = intent;
	return 0;
}

int kpol_history_live(struct kpol_store *store, int64_t *ret_id)
{
	int64_t id = 0;
	int r;

	r = kpol_state_get(store, "live", &id);
	if (r < 0 && r != -ENOENT)
		return r;
	*ret_id = id;
	return 0;
}

int kpol_history_set_live(struct kpol_store *store, int64_t id)
{
	return kpol_state_set(store, "live", id);
}

static int read_bundle(sqlite3_stmt *stmt, struct kpol_stored *stored)
{
	int r;

	stored->id = sqlite3_column_int64(stmt, 0);
	stored->parent = sqlite3_column_int64(stmt, 1);
	stored->loaded_at = sqlite3_column_int64(stmt, 6);
	stored->uid = (uint32_t)sqlite3_column_int64(stmt, 7);
	stored->good = sqlite3_column_int(stmt, 9) != 0;
	r = kpol_sql_text(stmt, 2, &stored->name);
	if (r == 0)
		r = kpol_sql_text(stmt, 3, &stored->version);
	if (r == 0)
		r = kpol_sql_text(stmt, 4, &stored->file);
	if (r == 0)
		r = kpol_sql_text(stmt, 8, &stored->change);
	return r == 0 ? read_digest(stmt, 5, stored->digest) : r;
}

static int read_text(sqlite3_stmt *stmt, int column, struct kpol_stored *stored)
{
	size_t len = (size_t)sqlite3_column_bytes(stmt, column);
	char *text = malloc(len + 1);

	if (!text)
		return -ENOMEM;
	if (len > 0)
		memcpy(text, sqlite3_column_blob(stmt, column), len);
	text[len] = '\0';
	stored->text = text;
	stored->text_len = len;
	return 0;
}

int kpol_history_get(struct kpol_store *store, int64_t id, struct kpol_stored *ret)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	_cleanup_(kpol_stored_clear) struct kpol_stored stored = { 0 };
	int r;

	r = kpol_sql_prepare(store, &stmt, "SELECT " COLUMNS ", text FROM bundle WHERE id = ?", "i",
			     id);
	if (r == 0)
		r = kpol_sql_step(store, stmt);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	r = read_bundle(stmt, &stored);
	if (r == 0)
		r = read_text(stmt, 10, &stored);
	if (r < 0)
		return r;
	*ret = stored;
	memset(&stored, 0, sizeof(stored));
	return 0;
}

static int select_id(struct kpol_store *store, sqlite3_stmt *stmt, int64_t *ret_id)
{
	int r = kpol_sql_step(store, stmt);

	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret_id = sqlite3_column_int64(stmt, 0);
	return 0;
}

int kpol_history_find(struct kpol_store *store, const uint8_t digest[KPOL_DIGEST_LEN],
		      int64_t *ret_id)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt,
			     "SELECT id FROM bundle WHERE digest = ? ORDER BY id DESC LIMIT 1", "b",
			     digest, (size_t)KPOL_DIGEST_LEN);
	return r < 0 ? r : select_id(store, stmt, ret_id);
}

static int parent_of(struct kpol_store *store, int64_t id, int64_t *ret_id)
{
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	int r;

	r = kpol_sql_prepare(store, &stmt,
			     "SELECT p.id FROM bundle b JOIN bundle p ON p.id = b.parent"
			     " WHERE b.id = ?",
			     "i", id);
	return r < 0 ? r : select_id(store, stmt, ret_id);
}

int kpol_history_back(struct kpol_store *store, int64_t id, unsigned int steps, int64_t *ret_id)
{
	int r = 0;

	for (unsigned int i = 0; i < steps && r == 0; i++)
		r = parent_of(store, id, &id);
	if (r == 0)
		*ret_id = id;
	return r;
}

static int read_list(struct kpol_store *store, sqlite3_stmt *stmt, struct kpol_stored *items,
		     size_t max, size_t *n)
{
	int r;

	while (*n < max && (r = kpol_sql_step(store, stmt)) != 0) {
		if (r < 0)
			return r;
		r = read_bundle(stmt, &items[(*n)++]);
		if (r < 0)
			return r;
	}
	return 0;
}

int kpol_history_list(struct kpol_store *store, struct kpol_stored **ret_items, size_t *ret_n)
{
	/* One more for a live bundle older than the rest, one for an intent. */
	size_t max = KPOL_HISTORY_MAX + 2, n = 0;
	_cleanup_stmt_ sqlite3_stmt *stmt = NULL;
	_cleanup_free_ struct kpol_stored *items = calloc(max, sizeof(*items));
	int r;

	if (!items)
		return -ENOMEM;
	r = kpol_sql_prepare(store, &stmt, "SELECT " COLUMNS " FROM bundle ORDER BY id DESC", "");
	if (r == 0)
		r = read_list(store, stmt, items, max, &n);
	if (r < 0) {
		for (size_t i = 0; i < n; i++)
			kpol_stored_clear(&items[i]);
		return r;
	}
	*ret_items = TAKE_PTR(items);
	*ret_n = n;
	return 0;
}
