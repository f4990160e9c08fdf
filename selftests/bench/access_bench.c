// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an access costs: the same acts without kpol, with it, and under AppArmor, in one boot.
 *
 * The guest's clock counts instructions (icount), so nanoseconds are instructions, the same on any
 * machine.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"

#include "lib/guest.h"
#include "lib/many.h"
#include "nl/tx.h"

/*
 * A round is shorter than a timer's period, so that among so many some are free of its interrupt. Sockets are
 * freed behind grace periods: only in a short round do all of them come from memory that is at hand.
 */
#define WARM_ROUNDS 2
#define ROUNDS 36
#define FILE_5_DEEP "/tmp/a/b/c/d/file"
#define NEW_5_DEEP "/tmp/a/b/c/d/new"
#define COLD_FILES 1024 /* 16 times what a CPU remembers (kmod/memo.h) */
#define FORBIDDEN "/etc/group" /* by every policy here */

static const struct sockaddr_in loopback = { .sin_family = AF_INET };
static int udp;

static struct sockaddr_in address(uint16_t port)
{
	struct sockaddr_in in = loopback;

	in.sin_port = htons(port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return in;
}

static bool open_close(void)
{
	int fd = open(FILE_5_DEEP, O_RDONLY);

	return fd >= 0 && !close(fd);
}

static void cold_name(unsigned int i, char name[64])
{
	snprintf(name, 64, "/tmp/a/b/c/d/cold%u.dat", i % COLD_FILES);
}

/* Each time another file, so that no CPU remembers the answer: what remains is the lookup. */
static bool open_cold(void)
{
	static unsigned int next;
	char name[64];
	int fd;

	cold_name(next++, name);
	fd = open(name, O_RDONLY);
	return fd >= 0 && !close(fd);
}

static bool open_write_close(void)
{
	int fd = open(FILE_5_DEEP, O_RDWR);

	return fd >= 0 && !close(fd);
}

static bool create_unlink(void)
{
	int fd = open(NEW_5_DEEP, O_CREAT | O_RDWR, 0600);

	return fd >= 0 && !close(fd) && !unlink(NEW_5_DEEP);
}

static bool udp_connect(void)
{
	struct sockaddr_in in = address(53);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return fd >= 0 && !connect(fd, (struct sockaddr *)&in, sizeof(in)) && !close(fd);
}

/* Nobody listens: what comes back is an error that the next call reports and the one after does
 * not. */
static bool udp_send(void)
{
	struct sockaddr_in in = address(9);

	return sendto(udp, "x", 1, 0, (struct sockaddr *)&in, sizeof(in)) == 1 ||
	       errno == ECONNREFUSED;
}

static bool exec_wait(void)
{
	pid_t pid = vfork();
	int status = -1;

	if (!pid) {
		execl("/bin/busybox", "true", (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

enum { OPEN, OPEN_COLD, OPEN_WRITE, CREATE, CONNECT, SEND, EXEC, N_ACTS };

static const struct act {
	const char *name;
	int times; /* per round */
	bool (*run)(void);
} acts[N_ACTS] = {
	[OPEN] = { "open+close", 200, open_close },
	[OPEN_COLD] = { "open cold", 200, open_cold },
	[OPEN_WRITE] = { "open rw+close", 200, open_write_close },
	[CREATE] = { "create+unlink", 50, create_unlink },
	[CONNECT] = { "udp connect", 20, udp_connect },
	[SEND] = { "udp sendto", 100, udp_send },
	[EXEC] = { "exec+wait", 2, exec_wait },
};

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static long time_round(const struct act *act)
{
	long start = now();

	for (int i = 0; i < act->times; i++)
		if (!act->run())
			err(1, "%s", act->name);
	return (now() - start) / act->times;
}

/* The first rounds warm caches of the kernel up, and do not count. */
static long time_act(const struct act *act)
{
	long best = LONG_MAX, t;

	for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
		t = time_round(act);
		if (round >= WARM_ROUNDS && t < best)
			best = t;
	}
	return best;
}

/* What a measurement says: the best of each act, and whether the process was confined. */
struct answer {
	bool confined;
	long cost[N_ACTS];
};

/* Runs as a program of its own, so that each situation begins alike: with an exec. */
static int measure(int to)
{
	struct answer answer = { 0 };
	int fd = open(FORBIDDEN, O_RDONLY);

	answer.confined = fd < 0 && errno == EACCES;
	if (fd >= 0)
		close(fd);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	for (int i = 0; i < N_ACTS; i++)
		answer.cost[i] = time_act(&acts[i]);
	return write(to, &answer, sizeof(answer)) != sizeof(answer);
}

static void write_file(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
}

static void run_command(const char *command)
{
	if (system(command))
		errx(1, "%s failed", command);
}

/* The profile, compiled on the machine that built this program. */
asm(".section .rodata\n"
    "apparmor_profile: .incbin \"" PROFILE "\"\n"
    "apparmor_profile_end:\n"
    ".previous\n");
extern const char apparmor_profile[], apparmor_profile_end[];

static void load_profile(void)
{
	write_file("/sys/kernel/security/apparmor/.replace", apparmor_profile,
		   apparmor_profile_end - apparmor_profile);
}

static char program[PATH_MAX];

static void load_rules(size_t n, bool sources, bool patterns)
{
	const struct many what = { program, "/bench", n, sources, patterns };
	struct kpol_ruleset *set = many_ruleset(&what);
	uint64_t generation;

	if (kpol_nl_load(guest_nl(), set, "bench", false, NULL, NULL, &generation) < 0)
		errx(1, "load: %s", kpol_nl_last_error(guest_nl())->message);
	kpol_ruleset_free(set);
}

/**
 * struct situation - one row of the answer
 * @rules: to load into the module first, 0: none.
 * @patterns: all of them that the measured process can do without.
 * @cgroup: where the measured process is, NULL: where it was.
 * @profile: AppArmor's, or NULL.
 */
static const struct situation {
	const char *name;
	const char *command;
	size_t rules;
	bool sources;
	const char *cgroup;
	const char *profile;
	bool confined;
	bool patterns;
} situations[] = {
	{ "warming up", NULL, 0, false, "free", NULL, false },
	{ "without kpol", NULL, 0, false, "free", NULL, false },
	{ "kpol loaded, no policy", "modprobe kpol", 0, false, "free", NULL, false },
	{ "10,000 rules, out of scope", NULL, 10000, false, "free", NULL, false },
	{ "in scope of 10 rules", NULL, 10, false, "bench", NULL, true },
	{ "in scope of 1,000 rules", NULL, 1000, false, "bench", NULL, true },
	{ "in scope of 10,000 rules", NULL, 10000, false, "bench", NULL, true },
	{ "in scope of 100,000 rules", NULL, 100000, false, "bench", NULL, true },
	{ "10,000, half with a source", NULL, 10000, true, "bench", NULL, true },
	{ "10 patterns", NULL, MANY_LEAST + 10, false, "bench", NULL, true, true },
	{ "10,000 patterns", NULL, MANY_LEAST + 10000, false, "bench", NULL, true, true },
	{ "AppArmor, one profile", "rmmod kpol", 0, false, "free", "bench", true },
};

enum {
	BASE = 1,
	NO_POLICY,
	OUT_OF_SCOPE,
	RULES_10,
	RULES_1000,
	RULES_10000,
	RULES_100000,
	SOURCES,
	PATTERNS_10,
	PATTERNS_10000,
	APPARMOR
};
#define N_SITUATIONS ARRAY_SIZE(situations)

static struct answer answers[N_SITUATIONS];

/* A process that moves into a bound cgroup is confined from its first exec on. */
static void become(const struct situation *s, int to)
{
	char fd[16], exec[64];

	if (guest_join(s->cgroup))
		errx(1, "cannot join %s", s->cgroup);
	if (s->profile) {
		snprintf(exec, sizeof(exec), "exec %s", s->profile);
		write_file("/proc/self/attr/apparmor/exec", exec, strlen(exec));
	}
	snprintf(fd, sizeof(fd), "%d", to);
	execl(program, program, "measure", fd, (char *)NULL);
	err(1, "%s", program);
}

static struct answer ask(const struct situation *s)
{
	struct answer answer;
	int fds[2];
	pid_t pid;

	if (s->command)
		run_command(s->command);
	if (s->rules)
		load_rules(s->rules, s->sources, s->patterns);
	if (s->profile)
		load_profile();
	if (pipe(fds))
		err(1, "pipe");
	fflush(NULL);
	pid = fork();
	if (!pid)
		become(s, fds[1]);
	close(fds[1]);
	if (read(fds[0], &answer, sizeof(answer)) != sizeof(answer))
		errx(1, "%s: no answer", s->name);
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return answer;
}

static long added(int situation, int act)
{
	return answers[situation].cost[act] - answers[BASE].cost[act];
}

static void print_table(void)
{
	printf("# instructions per act, and how many of them are added. \"open cold\" opens %d "
	       "files in\n"
	       "# turn, more than a CPU remembers: there each open is looked up in the table.\n# "
	       "%-27s",
	       COLD_FILES, "");
	for (int act = 0; act < N_ACTS; act++)
		printf("%19s", acts[act].name);
	for (size_t i = BASE; i < N_SITUATIONS; i++) {
		printf("\n# %-27s", situations[i].name);
		for (int act = 0; act < N_ACTS; act++)
			printf(i == BASE ? "%12ld       " : "%12ld %+6ld", answers[i].cost[act],
			       added(i, act));
	}
	printf("\n");
}

static bool all_confined_as_meant(void)
{
	for (size_t i = 0; i < N_SITUATIONS; i++)
		if (answers[i].confined != situations[i].confined)
			return false;
	return true;
}

/* What is added by the most rules is at most a tenth more than what is added by the fewest, in
 * every act. */
static bool size_costs_nothing(void)
{
	for (int act = 0; act < N_ACTS; act++)
		if (answers[RULES_100000].cost[act] * 10 > answers[RULES_10].cost[act] * 11)
			return false;
	return added(RULES_100000, OPEN) * 10 <= added(RULES_10, OPEN) * 11;
}

/* An open under ten thousand patterns costs what it costs under ten, remembered or not. */
static bool patterns_cost_nothing(void)
{
	static const int opens[] = { OPEN, OPEN_COLD, OPEN_WRITE, CREATE };

	for (size_t i = 0; i < ARRAY_SIZE(opens); i++)
		if (answers[PATTERNS_10000].cost[opens[i]] * 10 >
		    answers[PATTERNS_10].cost[opens[i]] * 12)
			return false;
	return true;
}

static void make_files(void)
{
	char name[64];

	guest_write(FILE_5_DEEP, "x", 0644);
	for (unsigned int i = 0; i < COLD_FILES; i++) {
		cold_name(i, name);
		guest_write(name, "x", 0644);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "measure"))
		return measure(atoi(argv[2]));
	if (!realpath("/proc/self/exe", program))
		err(1, "/proc/self/exe");
	ksft_print_header();
	ksft_set_plan(6);
	make_files();
	guest_cgroup("free");
	guest_cgroup("bench");
	for (size_t i = 0; i < N_SITUATIONS; i++)
		answers[i] = ask(&situations[i]);
	print_table();
	ksft_test_result(all_confined_as_meant(), "each_situation_confines_as_it_says\n");
	ksft_test_result(added(OUT_OF_SCOPE, OPEN) <= 90 && added(NO_POLICY, OPEN) <= 90,
			 "open_out_of_scope_costs_90_at_most\n");
	ksft_test_result(added(RULES_10000, OPEN) <= 1300,
			 "open_under_10000_rules_costs_1300_at_most\n");
	ksft_test_result(size_costs_nothing(), "open_under_100000_rules_costs_as_under_10\n");
	ksft_test_result(patterns_cost_nothing(), "open_under_10000_patterns_costs_as_under_10\n");
	ksft_test_result(added(RULES_10000, OPEN) < added(APPARMOR, OPEN),
			 "open_costs_less_than_apparmor\n");
	ksft_finished();
}
