#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a bundle of 100,000 rules costs userspace, on this machine (TAP): the daemon reads, checks, compiles, compares
# and answers as for a load, all but what the kernel does (scale_bench counts that).
# Times are of the CPU, so that what else the machine does counts for little.
set -euo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

readonly rules=${1:-100000}
readonly daemon_ms=3000 daemon_mib=300 compile_ms=3000

work=$(mktemp -d)
daemon=""
trap '[ -z "$daemon" ] || kill "$daemon"; wait; rm -rf "$work"' EXIT

# Policies of a thousand rules: files, directories, patterns and programs, as in selftests/guest/lib/many.c.
bundle()
{
	awk -v n="$rules" 'BEGIN {
		print "apiVersion: kpol.io/v1\nkind: PolicyBundle\nmetadata: { name: load-bench }"
		for (i = 0; i < n; i++) {
			p = int(i / 1000); k = i % 1000
			if (k == 0)
				printf "---\napiVersion: kpol.io/v1\nkind: RuntimePolicy\nmetadata: { name: app%d }\nspec:\n" \
					"  selector: { matchUnits: [ app%d.service ] }\n  action: Allow\n  file:\n", p, p
			if (k == 0) print "    matchPaths:"
			if (k == 500) print "    matchDirectories:"
			if (k == 700) print "    matchPatterns:"
			if (k == 900) print "  process:\n    matchPaths:"
			if (k < 500) printf "    - path: /usr/share/app%d/data/en/names%d.dat\n", p, i
			else if (k < 700) printf "    - dir: /srv/tenant/%d/www%d/\n      recursive: true\n", p, i
			else if (k < 900) printf "    - pattern: /opt/app%d/**/lib%d*.so\n", p, i
			else printf "    - path: /usr/lib/app%d/bin/worker%d\n", p, i
		}
	}'
}

# cpu_ms PID: what it has used so far.
cpu_ms()
{
	awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000 / hz }' "/proc/$1/stat"
}

# spent COMMAND...: CPU milliseconds of a command that says nothing.
spent()
{
	local TIMEFORMAT='%U %S'
	{ time "$@" >/dev/null 2>&1 || true; } 2>&1 | awk '{ printf "%d", ($1 + $2) * 1000 }'
}

result() # OK NAME
{
	tests=$((${tests:-0} + 1))
	[ "$1" = 1 ] || { printf 'not ' && failed=1; }
	echo "ok $tests - $2"
}

failed=0
bundle >"$work/bundle.yaml"
: >"$work/kpold.conf"
echo 1..3
lint=$(spent "$build/userspace/kpolctl" lint "$work/bundle.yaml")
compile=$(spent "$build/userspace/kpolctl" compile "$work/bundle.yaml")
"$build/userspace/kpold" --config "$work/kpold.conf" --state "$work/state" --socket "$work/socket" --no-autoload \
	2>"$work/kpold.log" &
daemon=$!
for _ in $(seq 100); do
	[ ! -S "$work/socket" ] || break
	sleep 0.1
done
before=$(cpu_ms "$daemon")
client=$(spent "$build/userspace/kpolctl" --socket "$work/socket" diff "$work/bundle.yaml")
took=$(($(cpu_ms "$daemon") - before))
peak=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$daemon/status")
answered=$("$build/userspace/kpolctl" --socket "$work/socket" diff "$work/bundle.yaml" 2>/dev/null | grep -c '^+' || true)
echo "# $rules rules, $(stat -c %s "$work/bundle.yaml") bytes of YAML, milliseconds of CPU"
printf '# %-36s%8d\n' "kpolctl lint" "$lint" "kpolctl compile, with its table" "$compile" \
	"kpold, from YAML to its answer" "$took" "kpolctl diff, with its table" "$client"
printf '# %-36s%8d MiB\n' "kpold, most memory" "$peak"
result "$((answered == rules && took <= daemon_ms))" "kpold_reads_${rules}_rules_in_3_seconds"
result "$((peak <= daemon_mib))" "kpold_reads_${rules}_rules_in_300_mib"
result "$((compile <= compile_ms))" "kpolctl_compiles_${rules}_rules_in_3_seconds"
exit "$failed"
