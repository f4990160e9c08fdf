// SPDX-License-Identifier: GPL-2.0-or-later
/* The colours of words. */
#include "kpolctl/output.h"

#include <string.h>

#include "kpolctl/options.h"

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

static const struct {
	const char *word, *colour;
} colours[] = {
	{ "denied", RED },	  { "Block", RED },	 { "failed", RED },
	{ "missing", RED },	  { "bad", RED },	 { "failing", RED },
	{ "live", GREEN },	  { "-", RED },		 { "off", RED },
	{ "would-deny", YELLOW }, { "observe", YELLOW }, { "untested", YELLOW },
	{ "Audit", YELLOW },	  { "~", YELLOW },	 { "audited", YELLOW },
	{ "allowed", GREEN },	  { "Allow", GREEN },	 { "enforce", GREEN },
	{ "tested", GREEN },	  { "ok", GREEN },	 { "note", YELLOW },
	{ "high", RED },	  { "low", GREEN },	 { "+", GREEN },
};

const char *kpolctl_paint(const char *word)
{
	for (size_t i = 0; kpolctl_options.colour && i < sizeof(colours) / sizeof(colours[0]); i++)
		if (!strcmp(colours[i].word, word))
			return colours[i].colour;
	return "";
}

const char *kpolctl_unpaint(const char *word)
{
	return *kpolctl_paint(word) ? PLAIN : "";
}
