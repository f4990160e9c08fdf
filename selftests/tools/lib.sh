# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Where things are, said once for every script of the test machinery.

# shellcheck disable=SC2034 # used by the scripts that source this file
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${KPOL_BUILD:-$top/build}
cache=${KPOL_CACHE:-${HOME:-/root}/.cache/kpol}
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
mkdir -p "$build" "$cache"

# kselftest's own exit status for "cannot run here".
KSFT_SKIP=4

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

skip()
{
	echo "${0##*/}: $*" >&2
	exit "$KSFT_SKIP"
}

# Several checkouts may share one cache: whoever fills an entry holds its lock until the script ends.
cache_lock()
{
	exec 9>"$cache/.lock-$1"
	flock 9
}

# apt_download PACKAGE DIR: fetch one .deb as apt is configured, print its path.
apt_download()
{
	mkdir -p "$2"
	(cd "$2" && rm -f "$1"_*.deb && apt-get -qq -o APT::Sandbox::User=root download "$1") >&2 || return 1
	echo "$2/$1"_*.deb
}

# The mirror that apt itself is configured with, whatever host that is.
debian_mirror()
{
	# shellcheck disable=SC2016 # apt's own substitutions
	apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian //p' | head -n 1
}
