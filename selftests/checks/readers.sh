#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks that a reader of CEF and LEEF that is not ours finds in them what our JSON says of the same records (TAP).
set -uo pipefail
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"

package=nsyslog-parser
release=0.10.1
reader=$cache/$package-$release
data=selftests/unit/data/formats

fetch()
{
	rm -rf "$reader.new" && mkdir -p "$reader.new" &&
		(cd "$reader.new" && npm pack --silent "$package@$release" && tar -xzf ./*.tgz --strip-components=1 \
			package/cef.js package/leef.js package/LICENSE && rm -f ./*.tgz) >/dev/null 2>&1 &&
		mv -T "$reader.new" "$reader"
}

judge()
{
	local format=$1
	node -e '
		const { parse } = require(process.argv[1]);
		for (const line of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
			const at = line.indexOf(" ");
			console.log(JSON.stringify([line.slice(0, at), parse(line.slice(at + 1))]));
		}' "$reader/$format.js" <"$data/$format.txt" | python3 selftests/checks/readers.py "$format" "$data/json.txt"
}

cache_lock "$package"
for format in cef leef; do
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
		cannot "another_reader_of_${format}_finds_what_our_json_says" "no node and npm here"
	elif [ -d "$reader" ] || fetch; then
		no_offence "another_reader_of_${format}_finds_what_our_json_says" judge "$format"
	else
		cannot "another_reader_of_${format}_finds_what_our_json_says" "npm cannot download $package"
	fi
done
plan
