// SPDX-License-Identifier: GPL-2.0-or-later
/* The kpolctl binary against a kpold that plays back recorded replies. */
#include <fcntl.h>
#include <libgen.h>
#include <linux/limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#define WORDS_MAX 12
#define OUTPUT_BYTES 16384

FIXTURE(kpolctl)
{
	char dir[64];
	char program[PATH_MAX];
	pid_t server;
};

/* argv: after the program's name. reply: file of data/kpolctl/, one message a line; NULL: nobody
 * listens. request: a piece of what the daemon must be asked. out: whole stdout; out_has: a piece
 * of it. err: a piece of stderr, "" for none at all.
 */
FIXTURE_VARIANT(kpolctl)
{
	const char *argv[WORDS_MAX];
	const char *reply;
	const char *request;
	int exit;
	const char *out;
	const char *out_has;
	const char *err;
	const char *input;
};

static void path_in(const char *dir, const char *name, char *path)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, name);
}

static void read_whole(const char *dir, const char *name, char *text)
{
	char path[PATH_MAX];
	ssize_t n = 0;
	int fd;

	path_in(dir, name, path);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		n = read(fd, text, OUTPUT_BYTES - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
}

static void send_replies(int fd, const char *file)
{
	char path[PATH_MAX], *line = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *replies;

	snprintf(path, sizeof(path), TEST_DATA "/kpolctl/%s", file);
	replies = fopen(path, "r");
	if (!replies)
		_exit(1);
	while ((n = getline(&line, &size, replies)) > 0) {
		/* A message without its end is sent without its NUL. */
		bool whole = n > 2 && line[n - 2] == '}';

		line[n - 1] = '\0';
		if (write(fd, line, (size_t)n - !whole) < 0)
			_exit(1);
	}
}

/* Serves one connection: keeps the request, plays the replies back. */
static void serve(int listener, const char *dir, const char *reply)
{
	char path[PATH_MAX], byte;
	int fd = accept(listener, NULL, NULL), request;

	path_in(dir, "request", path);
	request = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	while (read(fd, &byte, 1) == 1 && byte)
		if (write(request, &byte, 1) != 1)
			_exit(1);
	close(request);
	send_replies(fd, reply);
	close(fd);
	_exit(0);
}

static pid_t start_server(const char *dir, const char *reply)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/control", dir);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 4))
		return -1;
	pid = fork();
	if (pid == 0)
		serve(fd, dir, reply);
	close(fd);
	return pid;
}

static void redirect(const char *dir, const char *name, int flags, int to)
{
	char path[PATH_MAX];
	int fd;

	path_in(dir, name, path);
	fd = open(path, flags, 0600);
	if (fd < 0 || dup2(fd, to) < 0)
		_exit(126);
}

static int run_program(const char *program, const char *dir, const char *const *words)
{
	const char *argv[WORDS_MAX + 2] = { "kpolctl" };
	char socket[PATH_MAX];
	int status;
	pid_t pid;

	for (int i = 0; i < WORDS_MAX && words[i]; i++)
		argv[i + 1] = words[i];
	pid = fork();
	if (pid == 0) {
		redirect(dir, "in", O_RDONLY, STDIN_FILENO);
		redirect(dir, "out", O_CREAT | O_WRONLY | O_TRUNC, STDOUT_FILENO);
		redirect(dir, "err", O_CREAT | O_WRONLY | O_TRUNC, STDERR_FILENO);
		path_in(dir, "control", socket);
		if (chdir(TEST_TOP))
			_exit(126);
		setenv("KPOL_SOCKET", socket, 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execv(program, (char **)argv);
		_exit(126);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The build puts this test into unit/ beside the program. */
static void find_program(char *program)
{
	char self[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	snprintf(program, PATH_MAX, "%.4000s/../kpolctl", dirname(self));
}

static void write_input(const char *dir, const char *text)
{
	char path[PATH_MAX];
	FILE *file;

	path_in(dir, "in", path);
	file = fopen(path, "w");
	if (file && text)
		fputs(text, file);
	if (file)
		fclose(file);
}

FIXTURE_SETUP(kpolctl)
{
	find_program(self->program);
	strcpy(self->dir, "/tmp/kpolctl-test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	write_input(self->dir, variant->input);
	self->server = variant->reply ? start_server(self->dir, variant->reply) : 0;
	ASSERT_GE(self->server, 0);
}

FIXTURE_TEARDOWN(kpolctl)
{
	static const char *const files[] = { "in", "out", "err", "request", "control" };
	char path[PATH_MAX];

	if (self->server) {
		kill(self->server, SIGKILL);
		waitpid(self->server, NULL, 0);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path_in(self->dir, files[i], path);
		unlink(path);
	}
	rmdir(self->dir);
}

#define CASE(name, ...) FIXTURE_VARIANT_ADD(kpolctl, name){ __VA_ARGS__ };

#include "data/kpolctl/cases.h"
#include "data/kpolctl/test_cases.h"
#include "data/kpolctl/explain_cases.h"
#include "data/kpolctl/plan_cases.h"
#include "data/kpolctl/fmt_cases.h"
#include "data/kpolctl/convert_cases.h"

/* panic, resume and lock reach for the kernel itself: not on a machine that is really enforcing. */
static bool would_reach_the_kernel(const char *verb)
{
	return verb &&
	       (!strcmp(verb, "panic") || !strcmp(verb, "resume") || !strcmp(verb, "lock")) &&
	       !access("/sys/module/kpol", F_OK);
}

TEST_F(kpolctl, answers)
{
	char out[OUTPUT_BYTES], err[OUTPUT_BYTES], request[OUTPUT_BYTES];
	int code;

	if (access(self->program, X_OK))
		SKIP(return, "kpolctl is not built");
	if (would_reach_the_kernel(variant->argv[0]))
		SKIP(return, "kpol.ko is loaded on this machine");
	code = run_program(self->program, self->dir, variant->argv);
	read_whole(self->dir, "out", out);
	read_whole(self->dir, "err", err);
	read_whole(self->dir, "request", request);
	EXPECT_EQ(variant->exit, code)
	{
		TH_LOG("stdout: %s\nstderr: %s", out, err);
	}
	if (variant->out)
		EXPECT_STREQ(variant->out, out);
	if (variant->out_has)
		EXPECT_NE(NULL, strstr(out, variant->out_has))
		{
			TH_LOG("no \"%s\" in: %s", variant->out_has, out);
		}
	if (variant->err && !*variant->err)
		EXPECT_STREQ("", err);
	if (variant->err)
		EXPECT_NE(NULL, strstr(err, variant->err))
		{
			TH_LOG("no \"%s\" in: %s", variant->err, err);
		}
	if (variant->request)
		EXPECT_NE(NULL, strstr(request, variant->request))
		{
			TH_LOG("no \"%s\" in: %s", variant->request, request);
		}
	/* Nothing that a workload chose reaches the terminal as a control character. */
	EXPECT_EQ(NULL, strchr(out, '\033'));
	EXPECT_EQ(NULL, strchr(err, '\033'));
}

TEST_HARNESS_MAIN
