# SPDX-License-Identifier: GPL-2.0-or-later
# Judges framed TAP (see qemu/tap-run.sh): one line per test for people, one row per test for the total.
# variables: group (what is said before each test's name), results (file the rows are appended to),
#            failures (file that what is said of failures is appended to)

function verdict(what, name, why,    line)
{
	printf "%s\t%s\t%s\t%s\n", what, group, name, why >> results
	line = sprintf("%-4s %s %s%s", what, group, name, why == "" ? "" : "  (" why ")")
	if (what == "FAIL") {
		line = line (notes == "" ? "" : "\n" notes)
		print line >> failures
		fflush(failures)
	}
	print line
	fflush()
	notes = ""
}

# The last lines said before a failure usually say why.
function note(line)
{
	if (++noted > 40) {
		sub(/^[^\n]*\n/, "", notes)
	}
	notes = notes "       | " line "\n"
}

function forget()
{
	notes = ""
	noted = 0
}

function end_program(status)
{
	if (program == "")
		return
	sub(/\n$/, "", notes)
	if (status == "")
		verdict("FAIL", program, "died before its end")
	else if (skipped_whole != "")
		verdict("skip", program, skipped_whole)
	else if (status == 4 && seen == 0)
		verdict("skip", program, "says it cannot run here")
	else if (status == 137)
		verdict("FAIL", program, "was killed, or took too long")
	else if (planned == "")
		verdict("FAIL", program, "said no plan, exit status " status)
	else if (seen != planned)
		verdict("FAIL", program, "planned " planned " tests, ran " seen ", exit status " status)
	else if (status != 0 && status != 4 && failed == 0)
		verdict("FAIL", program, "exit status " status)
	program = ""
	forget()
}

function test_line(line,    ok, name, why)
{
	ok = line ~ /^ok/
	sub(/^(not )?ok *[0-9]* *(- )?/, "", line)
	if (match(line, /# *(SKIP|skip|TODO)/)) {
		why = substr(line, RSTART + RLENGTH)
		name = substr(line, 1, RSTART - 1)
		sub(/^ +/, "", why)
		ok = 2
	} else {
		name = line
	}
	sub(/ +$/, "", name)
	# kselftest_harness says a skipped test's name only in the line before.
	if (name == "")
		name = running
	sub(/^global\./, "", name)
	if (program != "-")
		name = program ": " name
	sub(/\n$/, "", notes)
	seen++
	if (ok == 2) {
		forget()
		verdict("skip", name, why == "" ? "no reason given" : why)
	} else if (ok) {
		forget()
		verdict("ok", name, "")
	} else {
		failed++
		verdict("FAIL", name, "")
	}
	forget()
}

{ sub(/\r+$/, "") }

/^# begin / {
	end_program("")
	began = 1
	program = $3
	planned = running = skipped_whole = ""
	seen = failed = 0
	forget()
	next
}
/^# end / { end_program($4); next }
/^# done$/ { end_program(""); next }
/^1\.\.0/ { planned = 0; skipped_whole = $0; sub(/^1\.\.0 *(# *(SKIP|skip) *)?/, "", skipped_whole); if (skipped_whole == "") skipped_whole = "no reason given"; next }
/^1\.\.[0-9]+/ { planned = substr($1, 4) + 0; next }
/^(not )?ok( |$)/ { test_line($0); next }
/^# +RUN / { running = $3; next }
/^TAP version|^# +OK |^# (PASSED|FAILED|Totals|Starting)/ { next }
/./ { note($0) }
END {
	end_program("")
	if (!began)
		verdict("FAIL", "nothing_ran", "no test said a word")
}
