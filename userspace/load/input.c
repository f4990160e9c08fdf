// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings that outlive the loading: what a policy says and nobody enforces. */
#include "load/input.h"

#include <errno.h>
#include <stdarg.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"

static int keep_gap(const struct kpol_input *in, const char *code, const struct kpol_node *at,
		    char *what)
{
	struct kpol_gap *gap = kpol_append(&in->gaps->items, &in->gaps->n, sizeof(*gap));

	if (!gap)
		return -ENOMEM;
	*gap = (struct kpol_gap){ code, what, { at->line, at->column } };
	return 0;
}

int kpol_input_gap(const struct kpol_input *in, const char *code, const struct kpol_node *at,
		   const char *format, ...)
{
	_cleanup_free_ char *what = NULL;
	struct kpol_buffer text = { 0 };
	va_list args;

	va_start(args, format);
	kpol_buffer_vprintf(&text, format, args);
	va_end(args);
	what = kpol_buffer_take(&text);
	if (!what || kpol_input_warn(in, code, at, "%s", what) < 0)
		return -ENOMEM;
	if (!in->gaps)
		return 0;
	if (keep_gap(in, code, at, what) < 0)
		return -ENOMEM;
	what = NULL;
	return 0;
}
