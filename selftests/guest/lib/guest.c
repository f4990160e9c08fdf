// SPDX-License-Identifier: GPL-2.0-or-later
/* What guest tests share: loading a policy from text, and workers that act inside a cgroup. */
#include "guest.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compile/compile.h"
#include "load/load.h"
#include "nl/tx.h"
#include "slow.h"

#define CGROUP_ROOT "/sys/fs/cgroup/"

struct kpol_nl *guest_nl(void)
{
	static struct kpol_nl *nl;
	int r;

	if (nl)
		return nl;
	r = kpol_nl_new(false, &nl);
	if (r < 0)
		errx(1, "no connection to the module: %s", strerror(-r));
	return nl;
}

int guest_commit(const struct kpol_ruleset *ruleset)
{
	uint64_t generation;

	return kpol_nl_load(guest_nl(), ruleset, "guest", false, NULL, NULL, &generation);
}

static int commit_aloud(const struct kpol_ruleset *ruleset)
{
	int r = guest_commit(ruleset);

	if (r < 0)
		fprintf(stderr, "# load: rule %u: %s (%s)\n", kpol_nl_last_error(guest_nl())->rule,
			kpol_nl_last_error(guest_nl())->message, strerror(-r));
	return r;
}

static void print_diags(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		char *line = kpol_diag_format(&diags->items[i]);

		fprintf(stderr, "# %s\n", line ? line : "?");
		free(line);
	}
}

int guest_load(const char *yaml)
{
	struct kpol_bundle *bundle = NULL;
	struct kpol_ruleset *ruleset = NULL;
	struct kpol_diags diags = { 0 };
	int r = kpol_bundle_parse("test.yaml", yaml, strlen(yaml), &diags, &bundle);

	if (r == 0)
		r = kpol_compile(bundle, NULL, 0, &diags, &ruleset);
	if (r < 0)
		print_diags(&diags);
	else
		r = commit_aloud(ruleset);
	kpol_ruleset_free(ruleset);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
	return r;
}

int guest_load_format(const char *format, ...)
{
	char *yaml;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&yaml, format, args);
	va_end(args);
	if (r < 0)
		return -ENOMEM;
	r = guest_load(yaml);
	free(yaml);
	return r;
}

void guest_unload(void)
{
	const struct kpol_ruleset nothing = { 0 };

	if (commit_aloud(&nothing) < 0)
		errx(1, "cannot unload");
}

static void make_parents(const char *path)
{
	char *copy = strdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(copy, 0755);
		*slash = '/';
	}
	free(copy);
}

uint64_t guest_cgroup(const char *name)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof(path), CGROUP_ROOT "%s", name);
	make_parents(path);
	mkdir(path, 0755);
	if (stat(path, &st))
		err(1, "%s", path);
	return st.st_ino;
}

int guest_join(const char *cgroup)
{
	char path[512];
	int fd, r;

	snprintf(path, sizeof(path), CGROUP_ROOT "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write(fd, "0", 1) == 1 ? 0 : -errno;
	close(fd);
	return r;
}

struct order {
	guest_act act;
	char arg[1024];
};

/* Of a worker: where its orders come from, and where its answers go. */
static int work_from, work_to;

static void work(int from, int to)
{
	struct order order;
	int result = 0;

	work_from = from;
	work_to = to;
	if (write(to, &result, sizeof(result)) != sizeof(result)) /* ready */
		_exit(1);
	while (read(from, &order, sizeof(order)) == sizeof(order)) {
		result = order.act(order.arg);
		if (write(to, &result, sizeof(result)) != sizeof(result))
			break;
	}
	_exit(0);
}

int guest_become(const char *program)
{
	char from[16], to[16];
	int error;

	snprintf(from, sizeof(from), "%d", work_from);
	snprintf(to, sizeof(to), "%d", work_to);
	fcntl(work_from, F_SETFD, 0);
	fcntl(work_to, F_SETFD, 0);
	execl(program, program, "--work", from, to, (char *)NULL);
	error = errno;
	fcntl(work_from, F_SETFD, FD_CLOEXEC);
	fcntl(work_to, F_SETFD, FD_CLOEXEC);
	return -error;
}

int guest_run(const char *program, guest_act act, const char *arg)
{
	char number[32];
	int status;
	pid_t pid;

	snprintf(number, sizeof(number), "%lx", (unsigned long)act);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		execl(program, program, "--act", number, arg, (char *)NULL);
		_exit(GUEST_NO_EXEC);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPIPE;
}

/* A static program is the same at the same addresses under any name: an act survives execve. */
__attribute__((constructor)) static void be_a_workload(int argc, char **argv)
{
	guest_act act;

	if (argc == 2 && !strcmp(argv[1], GUEST_NOTHING))
		_exit(0);
	if (argc == 4 && !strcmp(argv[1], "--work")) {
		fcntl(atoi(argv[2]), F_SETFD, FD_CLOEXEC);
		fcntl(atoi(argv[3]), F_SETFD, FD_CLOEXEC);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		work(atoi(argv[2]), atoi(argv[3]));
	}
	if (argc == 4 && !strcmp(argv[1], "--act")) {
		act = (guest_act)strtoul(argv[2], NULL, 16);
		_exit(-act(argv[3]));
	}
}

struct guest_worker guest_worker_new(const char *cgroup)
{
	int down[2], up[2];
	struct guest_worker worker;
	int ready;

	guest_cgroup(cgroup);
	if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC))
		err(1, "pipe");
	fflush(NULL);
	worker.pid = fork();
	if (worker.pid < 0)
		err(1, "fork");
	if (!worker.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(down[1]);
		close(up[0]);
		if (guest_join(cgroup))
			_exit(1);
		work(down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	worker.to = down[1];
	worker.from = up[0];
	if (read(worker.from, &ready, sizeof(ready)) != sizeof(ready))
		errx(1, "a worker could not join %s", cgroup);
	return worker;
}

static int nothing(const char *arg)
{
	return 0;
}

int guest_do(const struct guest_worker *worker, guest_act act, const char *arg)
{
	struct order order = { .act = act ? act : nothing };
	int result;

	snprintf(order.arg, sizeof(order.arg), "%s", arg ? arg : "");
	if (write(worker->to, &order, sizeof(order)) != sizeof(order) ||
	    read(worker->from, &result, sizeof(result)) != sizeof(result))
		return -EPIPE;
	return result;
}

void guest_worker_end(struct guest_worker *worker)
{
	close(worker->to);
	close(worker->from);
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
}

void guest_write(const char *path, const char *content, mode_t mode)
{
	int fd;

	make_parents(path);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0 || write(fd, content, strlen(content)) != (ssize_t)strlen(content))
		err(1, "%s", path);
	fchmod(fd, mode);
	close(fd);
}

void guest_copy(const char *from, const char *to)
{
	char buf[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	make_parents(to);
	unlink(to);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (in < 0 || out < 0)
		err(1, "copy %s %s", from, to);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			err(1, "%s", to);
	close(in);
	close(out);
}

static void keep_event(const struct kpol_event *event, void *userdata)
{
	struct guest_events *events = userdata;
	struct guest_event *e;

	if (event->generation < events->since)
		return;
	events->items = realloc(events->items, (events->n + 1) * sizeof(*events->items));
	e = &events->items[events->n++];
	*e = (struct guest_event){ .seq = event->seq,
				   .verdict = event->verdict,
				   .reason = event->reason,
				   .class = event->class,
				   .op = event->op,
				   .count = event->count,
				   .rule = event->rule,
				   .line = event->line,
				   .policy = event->policy_id,
				   .port = event->port,
				   .family = event->family,
				   .pid = event->pid,
				   .uid = event->uid,
				   .has_task = event->has_task,
				   .cut = event->cut };
	snprintf(e->object, sizeof(e->object), "%s", event->object ? event->object : "");
	snprintf(e->source, sizeof(e->source), "%s", event->source ? event->source : "");
}

static const struct kpol_nl_events_ops keep = { .event = keep_event };

struct guest_events *guest_events_open(void)
{
	struct guest_events *events = calloc(1, sizeof(*events));

	if (!events || kpol_nl_events_new(&keep, events, &events->nl) < 0)
		errx(1, "cannot subscribe to events");
	guest_events_wait(events, 1U << 31, 300);
	guest_events_renew(events);
	return events;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

unsigned int guest_events_wait(struct guest_events *events, unsigned int n, int ms)
{
	long end = now_ms() + (long)ms * slow_times(), left;

	while (events->n < n && (left = end - now_ms()) > 0) {
		struct pollfd fd = { .fd = kpol_nl_events_fd(events->nl), .events = POLLIN };

		if (poll(&fd, 1, left) > 0 && kpol_nl_events_read(events->nl, 64) < 0)
			errx(1, "events: the socket is broken");
	}
	return events->n;
}

void guest_events_clear(struct guest_events *events)
{
	free(events->items);
	events->items = NULL;
	events->n = 0;
}

void guest_events_print(const struct guest_events *events)
{
	for (unsigned int i = 0; i < events->n; i++) {
		const struct guest_event *e = &events->items[i];

		printf("# event %llu: verdict %u, reason %u, op %u, count %u, rule %u, pid %u, uid "
		       "%u, object %s, source %s\n",
		       (unsigned long long)e->seq, e->verdict, e->reason, e->op, e->count, e->rule,
		       e->pid, e->uid, e->object, e->source);
	}
}

void guest_events_renew(struct guest_events *events)
{
	struct kpol_nl_status status;

	if (kpol_nl_status_get(guest_nl(), &status) < 0)
		errx(1, "no status");
	events->since = status.generation;
	guest_events_clear(events);
}

void guest_events_close(struct guest_events *events)
{
	kpol_nl_events_free(events->nl);
	guest_events_clear(events);
	free(events);
}
