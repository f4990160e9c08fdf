# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the tree checks share: a check is a name and a command that lists offences, and passes when there are none.
# shellcheck source=../tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tools/lib.sh"
cd "$top" || exit

count=0

# no_offence NAME COMMAND...: judge the offences that the command prints.
no_offence()
{
	local name=$1 offences
	shift
	offences=$("$@" 2>&1)
	count=$((count + 1))
	if [ -z "$offences" ]; then
		echo "ok $count - $name"
	else
		printf '# %s\n' "${offences//$'\n'/$'\n# '}"
		echo "not ok $count - $name"
	fi
}

cannot() # NAME REASON
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

plan()
{
	echo "1..$count"
}

# sources PATTERN DIR...: files below the given directories that exist, by name pattern.
sources()
{
	local pattern=$1 dir
	shift
	for dir; do
		[ ! -d "$dir" ] || find "$dir" -name "$pattern" -type f
	done | sort
}

# tree: every file of the project, whether this is a git checkout or not.
tree()
{
	git ls-files --cached --others --exclude-standard 2>/dev/null ||
		find . -type f -not -path './build/*' -not -path './.git/*'
}
