// SPDX-License-Identifier: GPL-2.0-or-later
/* Every finding there is, by its stable code. */
#include "compile/findings.h"

#include <string.h>

const struct kpol_finding kpol_findings[] = {
	/* the loader */
	{ "KPOL001", KPOL_ERROR, true, false },
	{ "KPOL002", KPOL_ERROR, true, false },
	{ "KPOL003", KPOL_ERROR, true, false },
	{ "KPOL004", KPOL_ERROR, true, false },
	{ "KPOL005", KPOL_ERROR, true, false },
	{ "KPOL006", KPOL_ERROR, true, false },
	{ "KPOL007", KPOL_ERROR, true, false },
	{ "KPOL008", KPOL_WARNING, false, false },
	{ "KPOL010", KPOL_WARNING, false, false },
	{ "KPOL011", KPOL_WARNING, false, false },
	{ "KPOL012", KPOL_WARNING, false, false },
	/* the compiler */
	{ "KPOL013", KPOL_ERROR, true, false },
	{ "KPOL014", KPOL_ERROR, true, false },
	/* the loader, of KubeArmor documents */
	{ "KPOL015", KPOL_WARNING, false, false },
	{ "KPOL016", KPOL_WARNING, false, false },
	{ "KPOL017", KPOL_WARNING, false, false },
	{ "KPOL018", KPOL_WARNING, false, false },
	/* lint */
	{ "KPOL020", KPOL_WARNING, false, false },
	{ "KPOL021", KPOL_WARNING, false, false },
	{ "KPOL022", KPOL_NOTE, false, false },
	{ "KPOL023", KPOL_WARNING, false, false },
	{ "KPOL024", KPOL_WARNING, false, false },
	{ "KPOL025", KPOL_WARNING, false, false },
	{ "KPOL026", KPOL_WARNING, false, false },
	{ "KPOL027", KPOL_NOTE, false, false },
	{ "KPOL028", KPOL_WARNING, false, false },
	{ "KPOL029", KPOL_WARNING, false, false },
	{ "KPOL030", KPOL_WARNING, false, true },
	{ "KPOL031", KPOL_WARNING, false, false },
	{ "KPOL032", KPOL_WARNING, false, false },
	{ "KPOL033", KPOL_WARNING, false, false },
	{ "KPOL034", KPOL_NOTE, false, false },
	{ "KPOL035", KPOL_NOTE, false, false },
	{ "KPOL036", KPOL_WARNING, false, false },
	{ "KPOL037", KPOL_WARNING, false, false },
	{ "KPOL038", KPOL_WARNING, false, true },
	{ "KPOL039", KPOL_WARNING, false, true },
	{ "KPOL040", KPOL_NOTE, false, true },
	/* silences */
	{ "KPOL041", KPOL_WARNING, true, false },
	{ "KPOL042", KPOL_WARNING, true, false },
	{ "KPOL043", KPOL_WARNING, true, false },
	/* tests and conversion */
	{ "KPOL050", KPOL_ERROR, true, false },
	{ "KPOL051", KPOL_WARNING, true, false },
	/* the loader and lint again */
	{ "KPOL052", KPOL_WARNING, false, false },
	{ "KPOL053", KPOL_WARNING, false, false },
	{ "KPOL054", KPOL_NOTE, false, false },
	{ .code = NULL },
};

const struct kpol_finding *kpol_finding_get(const char *code)
{
	for (const struct kpol_finding *f = kpol_findings; f->code; f++)
		if (!strcmp(f->code, code))
			return f;
	return NULL;
}
