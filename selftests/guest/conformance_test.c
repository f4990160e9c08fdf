// SPDX-License-Identifier: GPL-2.0-or-later
/* The conformance table, tried for real: what the unit test asks the engine, the kernel answers here. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "lib/act.h"
#include "lib/guest.h"
#include "lib/program.h"
#include "nl/status.h"
#include "nl/tx.h"

#include "../unit/conform_access.h"

#define TABLE "/kpol/conformance"
#define CGROUP "conform"
#define THEM 1000 /* the other user */
#define ACTORS_MAX 16

static const struct way {
	const char *name;
	guest_act act;
} ways[] = {
	{ "exec", act_execute },
	{ "call", act_call },
	{ "through", act_execute_through },
	{ "memfd", act_execute_memfd },
	{ "map", act_map_exec },
	{ "read", act_read },
	{ "list", act_read },
	{ "write", act_write },
	{ "rdwr", act_read_write },
	{ "cut", act_open_truncate },
	{ "held", act_write_held },
	{ "create", act_create },
	{ "mkdir", act_mkdir },
	{ "mknod", act_mknod },
	{ "symlink", act_symlink },
	{ "unlink", act_unlink },
	{ "rmdir", act_rmdir },
	{ "rename", act_rename },
	{ "link", act_link },
	{ "truncate", act_truncate },
	{ "socket", act_socket },
	{ "connect", act_connect },
	{ "send", act_send },
	{ "bind", act_bind },
	{ "listen", act_listen },
	{ "accept", act_accept },
	{ "traceme", act_traceme },
	{ "trace", act_trace },
	{ "capable", act_capable },
	{ "mount", act_mount },
	{ "umount", act_umount },
	{ "chroot", act_chroot },
	{ "userns", act_userns },
	{ "bpf", act_bpf },
	{ "load", act_load },
	{ "perf", act_perf },
	{ "kill", act_kill },
};

static guest_act find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			return ways[i].act;
	errx(1, "no act %s", name);
}

/* The workers: one process of the cgroup for each program that acts. */
static struct actor {
	const char *by;
	struct guest_worker worker;
} actors[ACTORS_MAX];
static size_t n_actors;

static int become_them(const char *unused)
{
	return setresgid(THEM, THEM, THEM) || setresuid(THEM, THEM, THEM) ? -errno : 0;
}

static int get_terminal(const char *unused)
{
	char name[64];
	int master, slave;

	mkdir("/dev/pts", 0755);
	if (access("/dev/pts/ptmx", F_OK) &&
	    mount("devpts", "/dev/pts", "devpts", 0, "ptmxmode=0666"))
		return -errno;
	setsid();
	master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || unlockpt(master) || ptsname_r(master, name, sizeof(name)))
		return -errno;
	slave = open(name, O_RDWR | O_CLOEXEC);
	return slave < 0 || ioctl(slave, TIOCSCTTY, 0) ? -errno : 0;
}

/* A second name is a program of its own to the kernel. */
static void make_program(const char *path)
{
	char self[512] = "";

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 || strcmp(self, CONFORM_SELF))
		errx(1, "this is %s, not " CONFORM_SELF, self);
	if (access(path, F_OK))
		guest_copy(self, path);
}

static void add_actor(const char *by)
{
	struct actor *actor = &actors[n_actors++];
	int r = 0;

	if (n_actors == ACTORS_MAX)
		errx(1, "too many programs act");
	actor->by = by;
	if (by[0] == '/')
		make_program(by);
	actor->worker = guest_worker_new(CGROUP);
	if (by[0] == '/')
		r = guest_do(&actor->worker, guest_become, by);
	else if (!strcmp(by, "user"))
		r = guest_do(&actor->worker, become_them, "");
	else if (!strcmp(by, "terminal"))
		r = guest_do(&actor->worker, get_terminal, "");
	if (r)
		errx(1, "%s cannot act: %d", by, r);
}

static const struct guest_worker *find_actor(const char *by)
{
	for (size_t i = 0; i < n_actors; i++)
		if (!strcmp(actors[i].by, by))
			return &actors[i].worker;
	add_actor(by);
	return &actors[n_actors - 1].worker;
}

/* Directories that anybody may use, so that only policies deny; theirs are theirs. */
static void make_dirs(const char *path)
{
	char dir[CONFORM_PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		if (!mkdir(dir, 0777) && conform_is_theirs(dir) && chown(dir, THEM, THEM))
			err(1, "%s", dir);
	}
}

static void make_file(const char *path, bool program)
{
	static const char script[] = "#!" CONFORM_INTERPRETER "\n";
	const char *dot = strrchr(path, '.');
	int fd, r;

	if (program && access(path, X_OK))
		unlink(path); /* another case had it as a file */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, program ? 0777 : 0666);

	if (fd < 0 && errno == EEXIST)
		return;
	if (!program)
		r = write(fd, "content", 7) == 7 ? 0 : -1;
	else if (dot && !strcmp(dot, ".sh"))
		r = write(fd, script, sizeof(script) - 1) > 0 ? 0 : -1;
	else
		r = program_write(fd);
	if (fd < 0 || r || (conform_is_theirs(path) && fchown(fd, THEM, THEM)))
		err(1, "%s", path);
	close(fd);
}

/* What the act needs is there, what it makes is not. */
static void make_object(const char *path, enum conform_object object)
{
	char real[CONFORM_PATH_MAX];

	conform_resolve(path, real);
	if (strcmp(real, path)) {
		make_object(real, object);
		make_dirs(path);
		if (symlink(real, path) && errno != EEXIST)
			err(1, "%s", path);
		return;
	}
	make_dirs(path);
	if (object == CONFORM_NEW)
		remove(path);
	else if (object == CONFORM_DIR && mkdir(path, 0777) && errno != EEXIST)
		err(1, "%s", path);
	else if (object != CONFORM_DIR)
		make_file(path, object == CONFORM_PROGRAM);
}

static void prepare(const struct conform_case *c)
{
	enum conform_object object = conform_act_find(c->act)->object;
	char first[CONFORM_PATH_MAX], second[CONFORM_PATH_MAX];

	conform_split(c->object, first, second);
	switch (object) {
	case CONFORM_NOTHING:
	case CONFORM_WORD:
	case CONFORM_ADDRESS:
		return;
	case CONFORM_PAIR:
		make_object(first, CONFORM_FILE);
		make_object(second, CONFORM_NEW);
		return;
	case CONFORM_CHAIN:
		make_program(first);
		make_object(second, CONFORM_PROGRAM);
		return;
	case CONFORM_CALL:
		make_object(CONFORM_INTERPRETER, CONFORM_PROGRAM);
		make_object(first, CONFORM_PROGRAM);
		return;
	case CONFORM_PROGRAM:
		make_object(CONFORM_INTERPRETER, object);
		make_object(c->object, object);
		return;
	default:
		make_object(c->object, object);
	}
}

static void hold(const struct conform_case *c)
{
	if (strcmp(c->act, "held"))
		return;
	prepare(c);
	if (guest_do(find_actor(c->by), act_hold, c->object))
		errx(1, "cannot hold %s", c->object);
}

FIXTURE(conformance)
{
	struct conform_table table;
	int *free; /* what each case returns without a policy */
	struct guest_events *events;
	uint64_t seq;
	size_t tried;
};

FIXTURE_SETUP(conformance)
{
	umask(0);
	guest_write("/proc/sys/net/ipv4/ping_group_range", "0 2147483647", 0644);
	guest_unload();
	conform_read(&self->table, TABLE);
	ASSERT_EQ(0, self->table.diags.n);
	ASSERT_LE(300, self->table.n_cases);
	self->free = calloc(self->table.n_cases, sizeof(*self->free));
	for (size_t i = 0; i < self->table.n_groups; i++)
		for (size_t k = 0; k < self->table.groups[i].n_cases; k++)
			find_actor(self->table.groups[i].cases[k].by);
	self->events = guest_events_open();
}

FIXTURE_TEARDOWN(conformance)
{
	guest_unload();
	for (size_t i = 0; i < n_actors; i++)
		guest_worker_end(&actors[i].worker);
	guest_events_close(self->events);
	conform_clear(&self->table);
	free(self->free);
}

/* Everything that the module has reported until now. */
static void take_events(FIXTURE_DATA(conformance) * self, const struct conform_case *c)
{
	struct guest_events *events = self->events;
	struct kpol_nl_status status;

	if (kpol_nl_status_get(guest_nl(), &status))
		errx(1, "no status");
	for (int i = 0; i < 20 && self->seq < status.event_seq; i++) {
		guest_events_wait(events, events->n + 1, 200);
		if (events->n)
			self->seq = events->items[events->n - 1].seq;
	}
	/* A repeat of an access that was denied by the same line comes as a count, up to two seconds later. */
	if (!events->n && strcmp(c->verdict, "allow"))
		guest_events_wait(events, 1, 3000);
}

static const char *verdict_of(int result, int free, const struct guest_event *event)
{
	if (result == -EACCES)
		return event && event->verdict == KPOL_VERDICT_DENY ? "deny" : "deny, unsaid";
	if (result != free)
		return "something else";
	if (!event)
		return "allow";
	return event->verdict == KPOL_VERDICT_WOULD_DENY ? "would"
	       : event->verdict == KPOL_VERDICT_AUDIT	 ? "audit"
							 : "denied, but it worked";
}

static void read_seen(const struct guest_events *events, const struct kpol_ruleset *ruleset,
		      int result, int free, struct conform_seen *ret)
{
	const struct guest_event *e = NULL;

	if (events->n)
		e = &events->items[result == -EACCES ? events->n - 1 : 0];
	*ret = (struct conform_seen){ .verdict = verdict_of(result, free, e) };
	if (!e)
		return;
	ret->line = e->line;
	ret->unresolved = e->reason == KPOL_REASON_UNRESOLVED;
	ret->sealed = e->reason == KPOL_REASON_SEALED;
	if (e->policy)
		snprintf(ret->policy, sizeof(ret->policy), "%s",
			 ruleset->policies[e->policy - 1].name);
}

static void try_case(struct __test_metadata *_metadata, FIXTURE_DATA(conformance) * self,
		     const struct conform_group *g, const struct conform_case *c,
		     const struct conform_loaded *loaded)
{
	struct conform_case other = *c;
	struct conform_seen seen;
	const char *wrong;
	int r;

	guest_events_clear(self->events);
	r = guest_do(find_actor(c->by), find_way(c->act), c->object);
	take_events(self, c);
	read_seen(self->events, loaded->ruleset, r, self->free[self->tried], &seen);
	wrong = conform_judge(g, c, loaded->ruleset, &seen, true);
	EXPECT_EQ(NULL, wrong)
	TH_LOG("%s:%u: %s: %s %s by %s: %s: expected %s by %s, got %s (%d, %u events) by line %u "
	       "of %s",
	       g->file, c->line, g->name, c->act, c->object, c->by, wrong, c->verdict,
	       c->rule ? c->rule : "-", seen.verdict, r, self->events->n, seen.line, seen.policy);
	for (unsigned int i = 0; wrong && i < self->events->n; i++) {
		const struct guest_event *e = &self->events->items[i];

		TH_LOG("  event %llu: verdict %u op %#x line %u count %u port %u %s by %s",
		       (unsigned long long)e->seq, e->verdict, e->op, e->line, e->count, e->port,
		       e->object, e->source);
	}
	other.verdict = strcmp(c->verdict, "allow") ? "allow" : "deny";
	EXPECT_NE(NULL, conform_judge(g, &other, loaded->ruleset, &seen, true))
	TH_LOG("%s:%u: another verdict goes unnoticed", g->file, c->line);
}

static void load_group(struct __test_metadata *_metadata, const struct conform_group *g,
		       struct conform_loaded *loaded)
{
	uint64_t generation;

	for (size_t i = 0; i < g->n_cases; i++)
		hold(&g->cases[i]);
	ASSERT_EQ(0, conform_load(g, guest_cgroup(CGROUP), loaded));
	ASSERT_EQ(0, kpol_nl_load(guest_nl(), loaded->ruleset, "conformance", false, NULL, NULL,
				  &generation))
	TH_LOG("%s: %s", g->name, kpol_nl_last_error(guest_nl())->message);
}

/* A host policy is for this process too: what it would deny is made before it is there. */
static void try_host_group(struct __test_metadata *_metadata, FIXTURE_DATA(conformance) * self,
			   const struct conform_group *g)
{
	for (size_t i = 0; i < g->n_cases; i++, self->tried++) {
		struct conform_loaded loaded = { 0 };

		prepare(&g->cases[i]);
		load_group(_metadata, g, &loaded);
		try_case(_metadata, self, g, &g->cases[i], &loaded);
		guest_unload();
		conform_unload(&loaded);
	}
}

static void try_group(struct __test_metadata *_metadata, FIXTURE_DATA(conformance) * self,
		      const struct conform_group *g)
{
	struct conform_loaded loaded = { 0 };

	load_group(_metadata, g, &loaded);
	for (size_t i = 0; i < g->n_cases; i++, self->tried++) {
		prepare(&g->cases[i]);
		try_case(_metadata, self, g, &g->cases[i], &loaded);
	}
	guest_unload();
	conform_unload(&loaded);
}

/* Without a policy nothing is denied, and nothing reported. */
static void try_freely(struct __test_metadata *_metadata, FIXTURE_DATA(conformance) * self)
{
	size_t n = 0;

	for (size_t i = 0; i < self->table.n_groups; i++) {
		const struct conform_group *g = &self->table.groups[i];

		for (const struct conform_case *c = g->cases; c < g->cases + g->n_cases; c++) {
			hold(c);
			prepare(c);
			self->free[n] = guest_do(find_actor(c->by), find_way(c->act), c->object);
			EXPECT_NE(-EACCES, self->free[n++])
			TH_LOG("%s:%u: denied without a policy", g->file, c->line);
		}
	}
}

TEST_F_TIMEOUT(conformance, kernel_does_what_the_table_says, 400)
{
	struct kpol_nl_status status;

	try_freely(_metadata, self);
	ASSERT_EQ(0, kpol_nl_status_get(guest_nl(), &status));
	self->seq = status.event_seq;
	for (size_t i = 0; i < self->table.n_groups; i++) {
		const struct conform_group *g = &self->table.groups[i];

		if (g->host)
			try_host_group(_metadata, self, g);
		else
			try_group(_metadata, self, g);
	}
	EXPECT_EQ(self->table.n_cases, self->tried);
	TH_LOG("%zu cases under %zu policies", self->tried, self->table.n_groups);
}

TEST_HARNESS_MAIN
