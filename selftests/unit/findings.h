/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a loader, compiler or linter says about a text, as one string to compare with. */
#ifndef KPOL_SELFTESTS_FINDINGS_H
#define KPOL_SELFTESTS_FINDINGS_H

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/diag.h"

/* One line per finding that counts, each ended by a line feed. */
static inline char *findings_text(const struct kpol_diags *diags)
{
	struct kpol_buffer buffer = { 0 };

	for (size_t i = 0; i < diags->n; i++) {
		_cleanup_free_ char *line = kpol_diag_format(&diags->items[i]);

		if (diags->items[i].silence)
			continue;
		kpol_buffer_puts(&buffer, line);
		kpol_buffer_putc(&buffer, '\n');
	}
	return kpol_buffer_take(&buffer);
}

#endif /* KPOL_SELFTESTS_FINDINGS_H */
