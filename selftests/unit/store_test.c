// SPDX-License-Identifier: GPL-2.0-or-later
/* The daemon's memory: what survives which accident. */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/audit.h"
#include "store/boot.h"
#include "store/history.h"
#include "store/manual.h"
#include "store/seen.h"

FIXTURE(store)
{
	char dir[64];
	char db[80];
	struct kpol_store *store;
};

static struct kpol_store *reopen(const char *dir, char **moved)
{
	struct kpol_store *store = NULL;
	char *ignored = NULL;

	if (kpol_store_open(dir, moved ? moved : &ignored, &store) < 0)
		return NULL;
	free(ignored);
	return store;
}

FIXTURE_SETUP(store)
{
	strcpy(self->dir, "/tmp/kpol-store-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	snprintf(self->db, sizeof(self->db), "%s/kpol.db", self->dir);
	self->store = reopen(self->dir, NULL);
	ASSERT_NE(NULL, self->store);
}

FIXTURE_TEARDOWN(store)
{
	char command[128];

	kpol_store_free(self->store);
	snprintf(command, sizeof(command), "rm -rf %s", self->dir);
	ASSERT_EQ(0, system(command));
}

static int load(struct kpol_store *store, const char *name, uint8_t mark, int64_t *ret_id)
{
	struct kpol_stored bundle = { .name = (char *)name,
				      .version = "1",
				      .file = "b.yaml",
				      .text = (char *)name,
				      .text_len = strlen(name),
				      .change = "load" };
	struct kpol_intent intent = { .generation = 3, .reset = true };
	int64_t live = 0;
	int r;

	kpol_history_live(store, &live);
	bundle.parent = live;
	memset(bundle.digest, mark, sizeof(bundle.digest));
	memset(intent.digest, mark, sizeof(intent.digest));
	r = kpol_history_intend(store, &bundle, &intent, ret_id);
	return r;
}

static int64_t load_good(struct kpol_store *store, const char *name, uint8_t mark)
{
	int64_t id = -1;

	if (load(store, name, mark, &id) < 0 || kpol_history_confirm(store) < 0)
		return -1;
	return id;
}

TEST_F(store, confirmed_load_is_live_with_its_text)
{
	_cleanup_(kpol_stored_clear) struct kpol_stored back = { 0 };
	int64_t id = load_good(self->store, "pay", 1), live;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, kpol_history_live(self->store, &live));
	EXPECT_EQ(id, live);
	ASSERT_EQ(0, kpol_history_get(self->store, id, &back));
	EXPECT_STREQ("pay", back.name);
	EXPECT_STREQ("pay", back.text);
	EXPECT_TRUE(back.good);
	EXPECT_EQ(1, back.digest[31]);
}

TEST_F(store, refused_load_leaves_nothing)
{
	_cleanup_(kpol_stored_clear) struct kpol_stored back = { 0 };
	struct kpol_intent intent;
	int64_t good = load_good(self->store, "good", 1), bad, live;

	ASSERT_EQ(0, load(self->store, "bad", 2, &bad));
	ASSERT_EQ(0, kpol_history_withdraw(self->store));
	EXPECT_EQ(-ENOENT, kpol_history_get(self->store, bad, &back));
	EXPECT_EQ(-ENOENT, kpol_history_intent(self->store, &intent));
	ASSERT_EQ(0, kpol_history_live(self->store, &live));
	EXPECT_EQ(good, live);
}

TEST_F(store, intent_survives_a_kill_before_the_commit)
{
	struct kpol_intent intent;
	int64_t good = load_good(self->store, "good", 1), live;
	pid_t pid;

	kpol_store_free(self->store);
	pid = fork();
	if (pid == 0) {
		int64_t id;

		load(reopen(self->dir, NULL), "half", 2, &id);
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	self->store = reopen(self->dir, NULL);
	ASSERT_NE(NULL, self->store);
	ASSERT_EQ(0, kpol_history_intent(self->store, &intent));
	EXPECT_EQ(2, intent.digest[0]);
	EXPECT_EQ(3, intent.generation);
	ASSERT_EQ(0, kpol_history_live(self->store, &live));
	EXPECT_EQ(good, live);
	EXPECT_EQ(0, kpol_history_confirm(self->store));
	ASSERT_EQ(0, kpol_history_live(self->store, &live));
	EXPECT_EQ(intent.bundle, live);
}

TEST_F(store, rollback_never_returns_to_what_was_rolled_back_from)
{
	int64_t a = load_good(self->store, "a", 1), b, c, d, id;

	b = load_good(self->store, "b", 2);
	c = load_good(self->store, "c", 3);
	ASSERT_EQ(0, kpol_history_back(self->store, c, 2, &id));
	EXPECT_EQ(a, id);
	ASSERT_EQ(0, kpol_history_set_live(self->store, a));
	d = load_good(self->store, "d", 4);
	ASSERT_EQ(0, kpol_history_back(self->store, d, 1, &id));
	EXPECT_EQ(a, id);
	EXPECT_EQ(-ENOENT, kpol_history_back(self->store, a, 1, &id));
	EXPECT_NE(b, id);
}

TEST_F(store, history_keeps_the_last_twenty_and_the_live_one)
{
	int64_t first = load_good(self->store, "first", 1);
	struct kpol_stored *items;
	size_t n;

	for (int i = 0; i < 30; i++)
		ASSERT_LT(0, load_good(self->store, "more", 2));
	ASSERT_EQ(0, kpol_history_list(self->store, &items, &n));
	EXPECT_EQ(KPOL_HISTORY_MAX, n);
	EXPECT_LT(first, items[n - 1].id);
	EXPECT_GT(items[0].id, items[1].id);
	EXPECT_EQ(NULL, items[0].text);
	for (size_t i = 0; i < n; i++)
		kpol_stored_clear(&items[i]);
	free(items);
}

TEST_F(store, bundle_is_found_by_the_digest_the_kernel_shows)
{
	uint8_t digest[KPOL_DIGEST_LEN];
	int64_t id, found;

	load_good(self->store, "a", 1);
	id = load_good(self->store, "b", 9);
	memset(digest, 9, sizeof(digest));
	ASSERT_EQ(0, kpol_history_find(self->store, digest, &found));
	EXPECT_EQ(id, found);
	memset(digest, 7, sizeof(digest));
	EXPECT_EQ(-ENOENT, kpol_history_find(self->store, digest, &found));
}

TEST_F(store, load_makes_modes_set_by_hand_void_but_not_bindings)
{
	struct kpol_manual_mode *modes;
	struct kpol_manual_bind *binds;
	size_t n;

	ASSERT_EQ(0, kpol_manual_mode_set(self->store, "ns/p", KPOL_MODE_OBSERVE));
	ASSERT_EQ(0, kpol_manual_bind_set(self->store, "unit:x.service", "scope"));
	ASSERT_LT(0, load_good(self->store, "a", 1));
	ASSERT_EQ(0, kpol_manual_modes(self->store, &modes, &n));
	EXPECT_EQ(0, n);
	ASSERT_EQ(0, kpol_manual_binds(self->store, &binds, &n));
	ASSERT_EQ(1, n);
	EXPECT_STREQ("unit:x.service", binds[0].target);
	kpol_manual_binds_free(binds, n);
	EXPECT_EQ(0, kpol_manual_bind_del(self->store, "unit:x.service"));
	EXPECT_EQ(-ENOENT, kpol_manual_bind_del(self->store, "unit:x.service"));
}

TEST_F(store, global_mode_is_enforce_until_set)
{
	uint32_t mode;

	ASSERT_EQ(0, kpol_manual_global(self->store, &mode));
	EXPECT_EQ(KPOL_MODE_ENFORCE, mode);
	ASSERT_EQ(0, kpol_manual_global_set(self->store, KPOL_MODE_OBSERVE));
	ASSERT_EQ(0, kpol_manual_global(self->store, &mode));
	EXPECT_EQ(KPOL_MODE_OBSERVE, mode);
}

TEST_F(store, second_daemon_is_refused)
{
	struct kpol_store *second;
	char *moved = NULL;

	EXPECT_EQ(-EBUSY, kpol_store_open(self->dir, &moved, &second));
	EXPECT_EQ(NULL, moved);
}

static void scribble(const char *path, off_t at)
{
	char junk[4096];
	int fd = open(path, O_WRONLY);

	memset(junk, 'J', sizeof(junk));
	if (pwrite(fd, junk, sizeof(junk), at) < 0)
		abort();
	close(fd);
}

TEST_F(store, damaged_database_is_moved_aside)
{
	char *moved = NULL;
	int64_t live = -1;

	load_good(self->store, "a", 1);
	kpol_store_free(self->store);
	scribble(self->db, 0);
	self->store = reopen(self->dir, &moved);
	ASSERT_NE(NULL, self->store);
	ASSERT_NE(NULL, moved);
	EXPECT_EQ(0, access(moved, F_OK));
	ASSERT_EQ(0, kpol_history_live(self->store, &live));
	EXPECT_EQ(0, live);
	free(moved);
}

TEST_F(store, database_damaged_in_the_middle_is_noticed)
{
	char *moved = NULL;

	load_good(self->store, "a", 1);
	kpol_store_free(self->store);
	scribble(self->db, 4096);
	self->store = reopen(self->dir, &moved);
	ASSERT_NE(NULL, self->store);
	EXPECT_NE(NULL, moved);
	free(moved);
}

TEST(missing_directory_is_an_error_not_a_crash)
{
	struct kpol_store *store;
	char *moved;

	EXPECT_EQ(-EACCES, kpol_store_open("/nonexistent/kpol", &moved, &store));
}

TEST(memory_stands_in_for_a_missing_directory)
{
	struct kpol_store *store;
	char *moved;

	ASSERT_EQ(0, kpol_store_open("", &moved, &store));
	EXPECT_LT(0, load_good(store, "a", 1));
	kpol_store_free(store);
}

static void count_entry(const struct kpol_audit *audit, void *userdata)
{
	if (strcmp(audit->action, "load") == 0 && audit->uid == 1000)
		++*(int *)userdata;
}

TEST_F(store, trail_is_kept_newest_first)
{
	struct kpol_audit entry = {
		.at = 1, .uid = 1000, .pid = 7, .action = "load", .outcome = "ok"
	};
	int n = 0;

	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, kpol_audit_add(self->store, &entry));
	ASSERT_EQ(0, kpol_audit_list(self->store, 3, count_entry, &n));
	EXPECT_EQ(3, n);
}

TEST_F(store, remembers_how_a_boot_went)
{
	struct kpol_boot boot = { .id = 1 };

	ASSERT_EQ(0, kpol_boot_get(self->store, &boot));
	EXPECT_EQ(0, boot.id);
	boot = (struct kpol_boot){ .id = -7, .enforced = true, .held = true };
	ASSERT_EQ(0, kpol_boot_set(self->store, &boot));
	kpol_store_free(self->store);
	self->store = reopen(self->dir, NULL);
	ASSERT_NE(NULL, self->store);
	memset(&boot, 0xff, sizeof(boot));
	ASSERT_EQ(0, kpol_boot_get(self->store, &boot));
	EXPECT_EQ(-7, boot.id);
	EXPECT_EQ(true, boot.enforced);
	EXPECT_EQ(false, boot.good);
	EXPECT_EQ(true, boot.held);
}

static int append_seen(const struct kpol_seen *item, void *userdata)
{
	char *text = userdata;

	sprintf(text + strlen(text), "%s=%s ", item->key, item->value);
	return 0;
}

TEST_F(store, remembers_what_was_seen_of_a_cluster)
{
	const struct kpol_seen first[] = { { "pod", "b", "1" },
					   { "pod", "a", "2" },
					   { "node", "c", "3" } };
	const struct kpol_seen then[] = { { "pod", "b", NULL },
					  { "pod", "a", "4" },
					  { "pod", "d", NULL } };
	char text[128] = "";

	ASSERT_EQ(0, kpol_seen_write(self->store, first, 3));
	ASSERT_EQ(0, kpol_seen_read(self->store, "pod", append_seen, text));
	EXPECT_STREQ("a=2 b=1 ", text);
	ASSERT_EQ(0, kpol_seen_write(self->store, then, 3));
	text[0] = '\0';
	ASSERT_EQ(0, kpol_seen_read(self->store, "pod", append_seen, text));
	EXPECT_STREQ("a=4 ", text);
	text[0] = '\0';
	ASSERT_EQ(0, kpol_seen_read(self->store, "node", append_seen, text));
	EXPECT_STREQ("c=3 ", text);
}

TEST_F(store, of_an_earlier_format_is_brought_up_to_date)
{
	const struct kpol_seen item = { "pod", "a", "1" };
	char path[256], *moved = NULL;
	sqlite3 *db;

	kpol_store_free(self->store);
	self->store = NULL;
	snprintf(path, sizeof(path), "%s/kpol.db", self->dir);
	ASSERT_EQ(SQLITE_OK, sqlite3_open(path, &db));
	ASSERT_EQ(SQLITE_OK,
		  sqlite3_exec(db, "DROP TABLE seen; PRAGMA user_version = 1", NULL, NULL, NULL));
	sqlite3_close(db);
	ASSERT_EQ(0, kpol_store_open(self->dir, &moved, &self->store));
	EXPECT_EQ(NULL, moved);
	EXPECT_EQ(0, kpol_seen_write(self->store, &item, 1));
}

TEST_F(store, notices_that_its_file_was_deleted)
{
	EXPECT_EQ(0, kpol_store_check(self->store));
	ASSERT_EQ(0, unlink(self->db));
	EXPECT_EQ(-ESTALE, kpol_store_check(self->store));
	EXPECT_NE(NULL, strstr(kpol_store_error(self->store), "deleted"));
}

TEST_HARNESS_MAIN
