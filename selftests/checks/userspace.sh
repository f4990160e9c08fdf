#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks userspace as built: headers compile alone, libraries export only names that are ours (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

flags=$(pkg-config --cflags yaml-0.1 json-c libcrypto libnl-3.0 libnl-genl-3.0 sqlite3 libsystemd libcurl)

headers_that_need_others()
{
	local header
	sources '*.h' userspace | while read -r header; do
		# shellcheck disable=SC2086 # a list of flags
		gcc -std=gnu11 -D_GNU_SOURCE -Wall -fsyntax-only -Iuserspace -Ikmod -Iinclude/uapi $flags \
			-include "$header" -x c /dev/null 2>&1 | grep -E ': (fatal )?error:|: warning:'
	done
}

uapi_that_needs_others()
{
	gcc -std=gnu11 -Wall -fsyntax-only -Iinclude/uapi -include linux/kpol.h -x c /dev/null
}

foreign_names()
{
	local archive
	find "$build/userspace" -maxdepth 1 -name '*.a' 2>/dev/null | while read -r archive; do
		nm -g --defined-only "$archive" 2>/dev/null | sed -n "s,^[0-9a-f]* [TDBRVW] ,,p" |
			grep -vE '^(kpol(d|ctl)?_|main$|__start_|__stop_)' | sed "s,^,${archive##*/}: ,"
	done
}

no_offence userspace_headers_compile_alone headers_that_need_others
no_offence netlink_contract_compiles_alone uapi_that_needs_others
no_offence libraries_export_only_names_of_kpol foreign_names
plan
