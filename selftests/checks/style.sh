#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks style with the tools that define it: checkpatch, clang-format, shellcheck, codespell (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

mapfile -t kernel < <(sources '*.[ch]' kmod include)
mapfile -t c < <(sources '*.[ch]' kmod include userspace selftests)
mapfile -t scripts < <(grep -rlE --exclude-dir=build --exclude-dir=.git '^#!/bin/(ba)?sh|^# shellcheck shell=' . | sort)

checkpatch()
{
	# FILE_PATH_CHANGES speaks of patches, LINUX_VERSION_CODE is compat's to use and no constant, VOLATILE is port.h's
	# READ_ONCE, EMBEDDED_FUNCTION_NAME takes any word for a name.
	perl "$build/kselftest/checkpatch.pl" --no-tree --no-summary --terse --show-types --max-line-length=100 \
		--ignore FILE_PATH_CHANGES,LINUX_VERSION_CODE,CONSTANT_COMPARISON,VOLATILE,EMBEDDED_FUNCTION_NAME --file "${kernel[@]}"
}

unformatted()
{
	local file
	for file in "${c[@]}"; do
		clang-format --style=file "$file" | diff -q "$file" - >/dev/null ||
			echo "$file: differs from clang-format (clang-format -i $file)"
	done
}

misspelt()
{
	# Words that are no mistakes here: system calls, and mistakes that people make in policies and commands.
	tree | grep -v selftests/fuzz/corpus/ | xargs -r codespell --ignore-words-list=alow,nmae,tthe,te,creat,ba,blok,lod,thow,tread
}

no_offence kernel_code_passes_checkpatch checkpatch
no_offence code_is_formatted unformatted
no_offence scripts_pass_shellcheck shellcheck -x -P SCRIPTDIR -f gcc "${scripts[@]}"
no_offence spelling_is_right misspelt
plan
