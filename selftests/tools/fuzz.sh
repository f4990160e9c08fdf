#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs fuzz targets under address and undefined-behaviour sanitizers, KPOL_JOBS at a time; exits 1 if one found something.
# usage: fuzz.sh run SECONDS [TARGET]...    from the committed corpus on; finds stay in build/fuzz/TARGET
#        fuzz.sh merge [TARGET]...          adds to the corpus what the last run found beyond it
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

sources=$top/selftests/fuzz
programs=$build/userspace/fuzz
out=$build/fuzz

# Files that are inputs of a target already, beside its corpus.
seeds()
{
	case $1 in
	load | canon) find "$top/policies" "$top/selftests/conformance" "$top/selftests/unit/data" -name '*.yaml' ;;
	suite) find "$top/policies" "$top/selftests/unit/data" -name '*_test.yaml' ;;
	apparmor) find "$top/selftests/unit/data/apparmor" "$top/selftests/bench" -name 'usr.*' -o -name '*.profile' ;;
	esac
}

# Words of the target's language: libFuzzer's mutations take them.
dictionary()
{
	case $1 in
	load | canon | suite) echo "-dict=$sources/yaml.dict" ;;
	apparmor) echo "-dict=$sources/apparmor.dict" ;;
	esac
}

# A line for people: what libFuzzer says at its end, and how much it found.
tell()
{
	local log=$out/$1/log found
	found=$(find "$out/$1" -maxdepth 1 -name 'crash-*' -o -maxdepth 1 -name 'leak-*' \
		-o -maxdepth 1 -name 'timeout-*' -o -maxdepth 1 -name 'oom-*' | wc -l)
	awk -v target="$1" -v seconds="$2" -v found="$found" '
		/ cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") cov = $(i + 1); if ($i == "ft:") ft = $(i + 1) } }
		/stat::number_of_executed_units/ { n = $2 }
		END { printf "%-10s %5d s  %10d executions  %6d edges  %6d features  %d findings\n", target, seconds, n, cov, ft, found }' "$log"
	[ "$found" -eq 0 ]
}

# run TARGET SECONDS: a new working corpus each time, so that what is told comes from this run.
run()
{
	local target=$1 seconds=$2 dir=$out/$1 started=$SECONDS
	rm -rf "$dir" && mkdir -p "$dir/seeds" "$dir/new" "$sources/corpus/$target"
	seeds "$target" | while read -r file; do cp "$file" "$dir/seeds/$(basename "$file")"; done
	# shellcheck disable=SC2046 # no word: no argument
	nice -n 5 "$programs/${target}_fuzz" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$dir/" $(dictionary "$target") \
		"$dir/new" "$dir/seeds" "$sources/corpus/$target" >"$dir/log" 2>&1 || true
	tell "$target" $((SECONDS - started))
}

# What is committed stays: some of it once broke something. Of the rest the fewest files with new edges: counters would keep thousands.
merge()
{
	local target=$1 dir=$out/$1 corpus=$sources/corpus/$1 before
	mkdir -p "$corpus"
	before=$(find "$corpus" -type f | wc -l)
	"$programs/${target}_fuzz" -set_cover_merge=1 -use_counters=0 "$corpus" "$dir/seeds" "$dir/new" >"$dir/merge.log" 2>&1
	echo "$target: $before files, now $(find "$corpus" -type f | wc -l)"
}

# keep_gate LOG: what the module's fuzzer printed in a guest (KPOL_FUZZ_COVER=1 KPOL_FUZZ_PRINT=1), as its corpus, numbered.
keep_gate()
{
	local corpus=$sources/corpus/gate hex n=0
	rm -rf "$corpus" && mkdir -p "$corpus"
	while read -r hex; do
		n=$((n + 1))
		perl -e 'print pack "H*", shift' "$hex" >"$corpus/$(printf %04d $n)"
	done < <(sed -n 's/^.*# kept \([0-9a-f]*\)\r*$/\1/p' "$1")
	echo "gate: $n files"
}

verb=${1:?usage: fuzz.sh run SECONDS [TARGET]... | fuzz.sh merge [TARGET]... | fuzz.sh gate LOG}
shift
if [ "$verb" = gate ]; then
	keep_gate "${1:?which log?}"
	exit
fi
if [ "$verb" = run ]; then
	seconds=${1:?how many seconds?}
	shift
fi
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
	for source in "$sources"/*_fuzz.c; do targets+=("$(basename "$source" _fuzz.c)"); done
fi
make -s -C "$top/userspace" O="$build/userspace" -j2 fuzz

failed=0 running=0
for target in "${targets[@]}"; do
	if [ "$verb" = merge ]; then
		merge "$target"
		continue
	fi
	if [ "$running" -ge "${KPOL_JOBS:-2}" ]; then
		wait -n || failed=1
		running=$((running - 1))
	fi
	run "$target" "$seconds" &
	running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
	wait -n || failed=1
	running=$((running - 1))
done
exit "$failed"
