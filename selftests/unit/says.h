/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cases of a test program: a document, and exactly what the loader says about it. */
#ifndef KPOL_UNIT_SAYS_H
#define KPOL_UNIT_SAYS_H

#include <errno.h>
#include <string.h>

#include "load/load.h"

#include "findings.h"
#include "kselftest_harness.h"

/* Four lines; what is tested begins on the fifth. */
#define RUNTIME "apiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: {name: x}\nspec:\n"

FIXTURE(says){};
FIXTURE_SETUP(says)
{
}
FIXTURE_TEARDOWN(says)
{
}
FIXTURE_VARIANT(says)
{
	const char *yaml;
	const char *expected;
	int result;
};

#define ERROR(name, text, message)                                   \
	FIXTURE_VARIANT_ADD(says, name)                              \
	{                                                            \
		.yaml = text, .expected = message, .result = -EINVAL \
	}
#define WARNING(name, text, message)                           \
	FIXTURE_VARIANT_ADD(says, name)                        \
	{                                                      \
		.yaml = text, .expected = message, .result = 0 \
	}

TEST_F(says, exactly_this)
{
	struct kpol_diags diags = { 0 };
	struct kpol_bundle *bundle = NULL;
	_cleanup_free_ char *text = NULL;

	EXPECT_EQ(variant->result, kpol_bundle_parse("f.yaml", variant->yaml, strlen(variant->yaml),
						     &diags, &bundle));
	text = findings_text(&diags);
	EXPECT_STREQ(variant->expected, text);
	EXPECT_EQ(variant->result == 0, bundle != NULL);
	kpol_bundle_free(bundle);
	kpol_diags_clear(&diags);
}

#endif /* KPOL_UNIT_SAYS_H */
