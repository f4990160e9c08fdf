#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The README's quick start, as it stands there but for building and installing: it ends in the denial it promises.
# shellcheck source=../guest/lib/check.sh
. /kpol/check.sh

cd /tmp || exit
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n '/^## Quick start/,/^## /p' /kpol/README.md | sed -n '/^```sh$/,/^```$/p' | grep -v '^```' >quick_start
lines=$(grep -c . quick_start)
grep -v '^make ' quick_start >quick_start.sh
PATH=/usr/bin:$PATH LC_ALL=C sh quick_start.sh >quick_start.out 2>&1

echo 1..5
check it_has_12_lines [ "$lines" -eq 12 ]
check the_service_says_permission_denied grep -E "env: .*id.*: Permission denied" quick_start.out
check the_event_names_the_program grep -F /usr/bin/id quick_start.out
check the_event_names_policy_and_line grep -E "no-id.*demo.yaml:6|demo.yaml:6.*no-id" quick_start.out
check elsewhere_it_works /usr/bin/id
sed 's/^/# /' quick_start.out
