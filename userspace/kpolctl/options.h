/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options every verb takes: how to print, whom to ask. */
#ifndef KPOL_KPOLCTL_OPTIONS_H
#define KPOL_KPOLCTL_OPTIONS_H

#include <stdbool.h>

/** struct kpolctl_options - set once by kpolctl_options_take(), read by everyone */
struct kpolctl_options {
	const char *socket; /* --socket, else $KPOL_SOCKET, else /run/kpol/control */
	bool no_headers;
	bool help;
	bool colour; /* of stdout */
};

extern struct kpolctl_options kpolctl_options;

/* Rows as in struct kpolctl_verb, for help, completion and the man page. */
extern const char *const kpolctl_option_rows[];

/** kpolctl_options_environment() - the defaults: $KPOL_SOCKET, $NO_COLOR, $TERM, is stdout a
 * terminal? */
void kpolctl_options_environment(void);

/**
 * kpolctl_options_take() - the environment, then the options, taken out of argv up to "--"
 *
 * Return: 0, or KPOLCTL_USAGE after saying why.
 */
int kpolctl_options_take(int *argc, char **argv);

#endif /* KPOL_KPOLCTL_OPTIONS_H */
