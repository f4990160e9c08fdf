#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks that docs/ways-around.md and the guest tests know the same ways around a policy (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

ways=docs/ways-around.md
mapfile -t tests < <(sources '*_test.c' selftests/guest)
mapfile -t bypasses < <(sources 'bypass_*_test.c' selftests/guest)

# shellcheck disable=SC2016 # Markdown's quotes
listed()
{
	sed -n 's/^|.*|\(.*\)|$/\1/p' "$ways" | grep -oE '`[a-z0-9_]+`' | tr -d '`' | sort -u
}

# Variants that a macro adds, by its first argument.
variants() # FILE...
{
	sed -nE 's/^(BYPASS|[A-Z_]*WAY)\(([a-z0-9_]+),.*/\2/p' "$@" | sort -u
}

named()
{
	variants "${tests[@]}"
	sed -nE 's/^TEST(_F|_F_TIMEOUT)?\(([a-z0-9_]+, *)?([a-z0-9_]{4,})[,)].*/\3/p' "${tests[@]}"
}

without_a_test()
{
	comm -23 <(listed) <(named | sort -u) | sed "s|^|$ways: no test is named |"
}

not_listed()
{
	comm -13 <(listed) <(variants "${bypasses[@]}") | sed "s|^|selftests/guest: not in $ways: |"
}

no_offence every_way_around_has_a_test without_a_test
no_offence every_bypass_test_is_listed not_listed
plan
