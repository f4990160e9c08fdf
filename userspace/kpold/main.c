// SPDX-License-Identifier: GPL-2.0-or-later
/* kpold: reads its settings and runs the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "kpold/config.h"
#include "kpold/daemon.h"
#include "kpold/log.h"

#define CONFIG_BYTES_MAX (1U << 20)

/* Options that are settings by another name; see kpold.conf. */
static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "state", required_argument, NULL, 's' },
	{ "socket", required_argument, NULL, 's' },
	{ "exporters", required_argument, NULL, 's' },
	{ "syslog-socket", required_argument, NULL, 's' },
	{ "kubernetes", required_argument, NULL, 's' },
	{ "node", required_argument, NULL, 's' },
	{ "node-labels", required_argument, NULL, 's' },
	{ "boot-guard", required_argument, NULL, 's' },
	{ "no-autoload", no_argument, NULL, 'n' },
	{ "version", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void print_help(void)
{
	printf("kpold [OPTION]…\n\n"
	       "The daemon of kpol: keeps the kernel's ruleset, exports what it denies.\n\n"
	       "  --config FILE         settings (default " KPOLD_CONFIG_FILE ")\n"
	       "  --state DIR           where bundles and history are kept\n"
	       "  --socket PATH         control socket\n"
	       "  --exporters LIST      journal, syslog\n"
	       "  --syslog-socket PATH  where the syslog exporter sends\n"
	       "  --kubernetes WAY      off, in-cluster, or the path of a kubeconfig\n"
	       "  --node NAME           what Kubernetes calls this machine\n"
	       "  --node-labels LIST    key=value,… for nodeSelector\n"
	       "  --boot-guard SECONDS  how long a boot that enforces must last, else the next "
	       "observes\n"
	       "  --no-autoload         do not let the kernel load the module\n");
}

/* Which file, before its settings are read. Return: 1: done already, 0, -EINVAL. */
static int find_config(int argc, char **argv, const char **ret_file)
{
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			*ret_file = optarg;
			break;
		case 'v':
			printf("kpold %s\n", KPOL_VERSION);
			return 1;
		case 'h':
			print_help();
			return 1;
		case '?':
			return -EINVAL;
		}
	}
	if (optind == argc)
		return 0;
	kpold_log(LOG_ERR, "unexpected argument \"%s\"", argv[optind]);
	return -EINVAL;
}

static int read_file(struct kpold_config *config, const char *named, struct kpol_diags *diags)
{
	const char *file = named ? named : config->file;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = kpol_file_read(file, CONFIG_BYTES_MAX, &text, &len);
	if (r == -ENOENT && !named)
		return 0;
	if (r < 0)
		return kpol_diag_add(diags, KPOL_ERROR, "KPOLD001", file, 0, 0, "%s", strerror(-r));
	return kpold_config_parse(config, file, text, diags);
}

/* The command line wins over the file. */
static int read_options(struct kpold_config *config, int argc, char **argv,
			struct kpol_diags *diags)
{
	int c, index, r = 0;

	optind = 1;
	while (r == 0 && (c = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (c == 's')
			r = kpold_config_set(config, "command line", 0, options[index].name, optarg,
					     diags);
		else if (c == 'n')
			config->autoload = false;
	}
	return r;
}

static void log_diags(const struct kpol_diags *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *text = kpol_diag_format(&diags->items[i]);

		kpold_log(LOG_ERR, "%s", text ? text : "no memory");
	}
}

static int configure(struct kpold_config *config, const char *file, int argc, char **argv)
{
	struct kpol_diags diags = { 0 };
	int r;

	r = read_file(config, file, &diags);
	if (r == 0)
		r = read_options(config, argc, argv, &diags);
	log_diags(&diags);
	kpol_diags_clear(&diags);
	return r;
}

/* Started without them, the first files we open would be taken for these: a log line would go into the database. */
static void hold_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	_cleanup_(kpold_config_clear) struct kpold_config config = { 0 };
	const char *file = NULL;
	int r;

	hold_standard_files();

	r = find_config(argc, argv, &file);
	if (r != 0)
		return r < 0 ? 2 : 0;
	if (kpold_config_init(&config) < 0)
		return 1;
	if (configure(&config, file, argc, argv) < 0)
		return 2;
	return kpold_daemon_run(&config) < 0 ? 1 : 0;
}
