# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Runs in the guest: loads the modules that the suite wants, runs its tests, says their TAP on the second serial port.
# shellcheck source=tap-run.sh
. /kpol/tap-run.sh

stty -F /dev/ttyS1 raw -echo 2>/dev/null
exec >/dev/ttyS1 2>&1

load_modules()
{
	echo 1..1
	while read -r module; do
		modprobe "$module" || { echo "not ok 1 - modules_load: $module"; return 1; }
	done </kpol/modules
	echo ok 1 - modules_load
}

echo "# begin modules"
load_modules
echo "# end modules $?"

limit=$(cat /kpol/limit)
cd /kpol/tests || exit
while read -r test; do
	tap_run "${test%.sh}" "$limit" "./$test"
done </kpol/tests.list
echo "# done"
