# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs in the guest: loads the modules that the suite wants, runs its tests, says their TAP on the second serial port.
# shellcheck source=tap-run.sh
. /kpol/tap-run.sh

stty -F /dev/ttyS1 raw -echo 2>/dev/null
exec >/dev/ttyS1 2>&1
kmemleak=/sys/kernel/debug/kmemleak

load_modules()
{
	echo 1..1
	while read -r module; do
		modprobe "$module" || { echo "not ok 1 - modules_load: $module"; return 1; }
	done </kpol/modules
	echo ok 1 - modules_load
}

# What the kernel has lost by now is not ours. It looks when we say so, not by itself in the middle of a test.
forget_leaks()
{
	echo scan=off >$kmemleak
	echo scan >$kmemleak
	echo clear >$kmemleak
}

# A test has locked the module: it is used once more than its hooks say, for ever.
is_locked() { dmesg | grep -q 'kpol: locked, stays'; }

# With the module gone nothing of it may be left; of one that was locked nothing that it does not know. An object counts
# when it is 5 s old and two scans did not find it.
find_leaks()
{
	echo 1..1
	! grep -q '^kpol ' /proc/modules || is_locked || rmmod kpol ||
		{ echo "not ok 1 - no_memory_is_lost: kpol does not unload"; return 1; }
	sleep 6
	echo scan >$kmemleak
	echo scan >$kmemleak
	if [ -s $kmemleak ]; then
		head -n 60 $kmemleak | sed 's/^/# /'
		echo "not ok 1 - no_memory_is_lost"
		return 1
	fi
	echo ok 1 - no_memory_is_lost
}

[ ! -e $kmemleak ] || forget_leaks
echo "# begin modules"
load_modules
echo "# end modules $?"

limit=$(cat /kpol/limit)
cd /kpol/tests || exit
while read -r test; do
	tap_run "${test%.sh}" "$limit" "./$test"
done </kpol/tests.list
if [ -e $kmemleak ]; then
	echo "# begin leaks"
	find_leaks
	echo "# end leaks $?"
fi
echo "# done"
