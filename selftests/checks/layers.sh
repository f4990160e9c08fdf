#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks that dependencies point one way: which directory may include which is this table and nothing else (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# directory: the directories it may include from, beside its own
readonly layers="
userspace/base:
userspace/model:    base
userspace/load:     base model engine
userspace/compile:  base model engine
userspace/nl:       base compile format
userspace/net:      base
userspace/k8s:      base model load net
userspace/store:    base model
userspace/spool:    base store
userspace/format:   base model
userspace/send:     base format net
userspace/cases:    base model load compile engine
userspace/change:   base compile engine
userspace/canon:    base load model engine
userspace/convert:  base load model engine canon
userspace/kpold:    base model load compile nl net k8s store format send engine change
userspace/kpolctl:  base model load compile nl format engine cases change canon convert
kmod/engine:
kmod:               engine
"

directories()
{
	find userspace kmod -name '*.[ch]' -printf '%h\n' 2>/dev/null | grep -v '^kmod/compat' | sort -u
}

# The row of a directory is that of its nearest ancestor in the table.
row_of()
{
	local dir=$1
	while [ "$dir" != . ]; do
		grep -m 1 "^$dir:" <<<"$layers" && return
		dir=$(dirname "$dir")
	done
}

includes_against_the_table()
{
	local dir row own allowed
	for dir in $(directories); do
		row=$(row_of "$dir")
		[ -n "$row" ] || continue
		own=$(basename "${row%%:*}")
		allowed=$(echo "$own" "${row#*:}" | xargs | tr ' ' '|')
		grep -HnE '^#[[:space:]]*include[[:space:]]*"[a-z0-9_]+/' "$dir"/*.[ch] 2>/dev/null |
			grep -vE "\"($allowed)/"
		grep -HnE '^#[[:space:]]*include[[:space:]]*"(\.\./)+' "$dir"/*.[ch] 2>/dev/null
	done
}

directories_without_row()
{
	local dir
	for dir in $(directories); do
		[ -n "$(row_of "$dir")" ] || echo "$dir has no row in $0"
	done
}

engine_system_headers()
{
	# The engine sees the world through its port header only.
	grep -nE '^#[[:space:]]*include[[:space:]]*<' kmod/engine/*.[ch] 2>/dev/null | grep -v '^kmod/engine/port.h:' |
		grep -v '<linux/kpol.h>'
}

no_offence every_include_points_down includes_against_the_table
no_offence every_directory_has_its_layer directories_without_row
no_offence engine_sees_the_world_through_its_port engine_system_headers
plan
