#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks the rules on source text that the compiler does not know (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

# Without strings and comments, so that talking about printf is allowed.
code()
{
	sed -E 's,"([^"\\]|\\.)*","",g; s,//.*,,; s,/\*.*\*/,,; s,/\*.*,,; s,^[[:space:]]*\*.*,,' "$1"
}

# offences REGEX FILE...: file:line:text of every line of code that matches.
offences()
{
	local regex=$1 file
	shift
	for file; do
		[ -e "$file" ] || continue
		code "$file" | grep -nE "$regex" | sed "s|^|$file:|"
	done
}

mapfile -t kernel < <(sources '*.[ch]' kmod include | grep -v '^kmod/compat/')
mapfile -t user < <(sources '*.[ch]' userspace)
mapfile -t silent < <(printf '%s\n' "${user[@]}" | grep -Ev '^userspace/(kpolctl/|kpold/(main|log)\.c)')
mapfile -t libraries < <(printf '%s\n' "${user[@]}" | grep -vE '^userspace/(kpolctl|kpold)/')
mapfile -t all < <(tree)

missing_spdx()
{
	local file
	for file in "${all[@]}"; do
		[ -f "$file" ] || continue
		case $file in
		# Data in formats without comments, texts for people, and the corpus of the fuzzers.
		*.md | *.json | *.jsonl | *.txt | *.out | *.expected | *.golden | */corpus/* | */data/* | LICENSES/* | COPYING) continue ;;
		.gitignore | */.gitignore | userspace/dist/debian/*) continue ;;
		esac
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier:' || echo "$file"
	done
}

long_files()
{
	local file lines
	for file in "${kernel[@]}" "${user[@]}"; do
		lines=$(wc -l <"$file")
		[ "$lines" -le 500 ] || echo "$file: $lines lines, split it by noun"
	done
}

versions_apart()
{
	local of_dkms of_header
	of_dkms=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
	of_header=$(sed -n 's/^#define KPOL_VERSION "\(.*\)"/\1/p' include/uapi/linux/kpol.h)
	[ "$of_dkms" = "$of_header" ] || echo "dkms.conf says $of_dkms, include/uapi/linux/kpol.h says $of_header"
}

no_offence only_compat_knows_kernel_versions \
	offences 'LINUX_VERSION_CODE|KERNEL_VERSION|linux/version\.h' "${kernel[@]}"
no_offence only_kpolctl_prints_and_kpold_logs \
	offences '\b(v?printf|puts|putchar|perror|v?fprintf)[[:space:]]*\(|\b(stdout|stderr)\b' "${silent[@]}"
no_offence libraries_neither_log_nor_exit \
	offences '\b(_?exit|abort|errx?|warnx?|error|syslog|sd_journal_print[a-z_]*)[[:space:]]*\(' "${libraries[@]}"
no_offence every_file_says_its_licence missing_spdx
no_offence no_file_is_longer_than_500_lines long_files
no_offence version_is_the_same_everywhere versions_apart
plan
