// SPDX-License-Identifier: GPL-2.0-or-later
/* The options every verb takes. */
#include "kpolctl/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "kpolctl/message.h"
#include "kpolctl/verb.h"

#define SOCKET_PATH "/run/kpol/control"

struct kpolctl_options kpolctl_options = { .socket = SOCKET_PATH };
enum kpolctl_output kpolctl_output = KPOLCTL_TABLE;
bool kpolctl_quiet;

const char *const kpolctl_option_rows[] = {
	"-o, --output table|wide|json|name\tform of the answer",
	"--no-headers\tleave out the first line of a table",
	"--color auto|always|never\twhether to colour it; NO_COLOR is obeyed",
	"--socket PATH\twhere kpold listens (or $KPOL_SOCKET; " SOCKET_PATH ")",
	"-q, --quiet\tno remarks, only the answer",
	"-h, --help\texplain the verb",
	NULL,
};

static const char *const formats[] = { [KPOLCTL_TABLE] = "table",
				       [KPOLCTL_WIDE] = "wide",
				       [KPOLCTL_JSON] = "json",
				       [KPOLCTL_NAME] = "name",
				       [KPOLCTL_JUNIT] = "junit",
				       [KPOLCTL_TAP] = "tap",
				       NULL };
static const char *const colours[] = { "auto", "always", "never", NULL };

static int find_word(const char *const *words, const char *word)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

static int take_output(const char *value)
{
	int format = find_word(formats, value);

	if (format < 0)
		return kpolctl_fail_unknown("output format", value, kpol_nearest(formats, value));
	kpolctl_output = (enum kpolctl_output)format;
	return 0;
}

static int take_colour(const char *value)
{
	if (find_word(colours, value) < 0)
		return kpolctl_fail_unknown("--color", value, kpol_nearest(colours, value));
	if (strcmp(value, "auto"))
		kpolctl_options.colour = !strcmp(value, "always");
	return 0;
}

static int take_socket(const char *value)
{
	kpolctl_options.socket = value;
	return 0;
}

static int take_no_headers(const char *value)
{
	(void)value;
	kpolctl_options.no_headers = true;
	return 0;
}

static int take_quiet(const char *value)
{
	(void)value;
	kpolctl_quiet = true;
	return 0;
}

static int take_help(const char *value)
{
	(void)value;
	kpolctl_options.help = true;
	return 0;
}

static const struct {
	const char *short_name, *name;
	bool has_value;
	int (*take)(const char *value);
} rows[] = {
	{ "-o", "--output", true, take_output }, { NULL, "--color", true, take_colour },
	{ NULL, "--socket", true, take_socket }, { NULL, "--no-headers", false, take_no_headers },
	{ "-q", "--quiet", false, take_quiet },	 { "-h", "--help", false, take_help },
};

/* Does @arg name row @row? *ret_value is what follows it in the same word, NULL if nothing does. */
static bool row_matches(size_t row, const char *arg, const char **ret_value)
{
	size_t n = strlen(rows[row].name);

	*ret_value = NULL;
	if (!strcmp(arg, rows[row].name))
		return true;
	if (rows[row].has_value && !strncmp(arg, rows[row].name, n) && arg[n] == '=') {
		*ret_value = arg + n + 1;
		return true;
	}
	if (!rows[row].short_name || strncmp(arg, rows[row].short_name, 2))
		return false;
	if (arg[2] && rows[row].has_value)
		*ret_value = arg + 2;
	return !arg[2] || rows[row].has_value;
}

static int find_row(const char *arg, const char **ret_value)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (row_matches(i, arg, ret_value))
			return (int)i;
	return -1;
}

void kpolctl_options_environment(void)
{
	const char *socket = getenv("KPOL_SOCKET"), *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (socket && *socket)
		kpolctl_options.socket = socket;
	kpolctl_options.colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) &&
				 !(term && !strcmp(term, "dumb"));
}

int kpolctl_options_take(int *argc, char **argv)
{
	int kept = 1, i = 1, row, r;
	const char *value;

	kpolctl_options_environment();
	for (; i < *argc && strcmp(argv[i], "--"); i++) {
		row = find_row(argv[i], &value);
		if (row < 0) {
			argv[kept++] = argv[i];
			continue;
		}
		if (rows[row].has_value && !value && !(value = argv[++i]))
			return kpolctl_fail(KPOLCTL_USAGE, "%s needs a value", rows[row].name);
		r = rows[row].take(value);
		if (r)
			return r;
	}
	while (i < *argc)
		argv[kept++] = argv[i++];
	argv[kept] = NULL;
	*argc = kept;
	return 0;
}
