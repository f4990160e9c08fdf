#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the JSON Schema that editors use: it is the loader's own table, and judges documents as the loader does (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

kpolctl=$build/userspace/kpolctl
schema=policies/schema/kpol.schema.json
data=selftests/unit/data

stale()
{
	"$kpolctl" schema | diff -q - "$schema" >/dev/null ||
		echo "$schema is not what kpolctl schema prints (kpolctl schema >$schema)"
}

differs()
{
	python3 selftests/checks/schema.py "$kpolctl" "$schema" "$@"
}

no_offence schema_is_generated_from_the_fields stale
no_offence schema_and_loader_agree_on_every_document differs table "$data/schema/documents.txt"
mapfile -t policies < <(sources '*.yaml' policies "$data/good" "$data/bad")
no_offence schema_and_loader_agree_on_every_file differs files "${policies[@]}"
plan
