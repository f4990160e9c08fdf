#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sends to Debian's rsyslog by every way that it listens on, and compares the fields that it reads (TAP).
set -uo pipefail
# shellcheck source=../tools/lib.sh
. "$(dirname "$0")/../tools/lib.sh"

sender=$build/userspace/tool/sender
n=200
[ -x "$sender" ] || skip "no $sender: make -C userspace unit"
command -v rsyslogd >/dev/null || skip "no rsyslogd: make deps"
work=$(mktemp -d)
receivers=()
trap 'stop_receivers; rm -rf "$work"' EXIT

stop_receivers()
{
	[ ${#receivers[@]} -eq 0 ] || kill -KILL "${receivers[@]}" 2>/dev/null
	[ ${#receivers[@]} -eq 0 ] || wait "${receivers[@]}" 2>/dev/null
	receivers=()
}

# ports N: so many that nobody listens on.
ports()
{
	python3 -c '
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for one in held:
    one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in held])' "$1"
}

# certify NAME SUBJECT ALTERNATIVES: a key, and a certificate by the authority.
certify()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -subj "/CN=$2" -out "$work/$1.csr" &&
		openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 30 \
			-extfile <(echo "subjectAltName=$3") -out "$work/$1.pem"
}

make_certificates()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/ca.key" -subj /CN=authority -days 30 \
		-out "$work/ca.pem" && certify server siem.example DNS:siem.example &&
		certify client node-1.example DNS:node-1.example && certify stranger node-2.example DNS:node-2.example &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/foreign.key" -subj /CN=node-1.example \
			-addext subjectAltName=DNS:node-1.example -days 30 -out "$work/foreign.pem"
}

# What any receiver has: structured data taken apart, one file per input.
common()
{
	cat <<-END
		global(workDirectory="$work" defaultNetstreamDriverCAFile="$work/ca.pem"
		       defaultNetstreamDriverCertFile="$work/server.pem" defaultNetstreamDriverKeyFile="$work/server.key")
		module(load="mmpstrucdata")
		template(name="file" type="string" string="$work/got.%inputname%")
		template(name="line" type="string" string="%syslogfacility-text%.%syslogseverity-text% %hostname% %app-name% %procid% %msgid% %\$!rfc5424-sd%\n")
		ruleset(name="keep") {
			action(type="mmpstrucdata")
			action(type="omfile" dynaFile="file" template="line" asyncWriting="off" flushOnTXEnd="on")
		}
	END
}

# receiver NAME <CONFIGURATION: a process of ours until the end.
receiver()
{
	{ common && cat; } >"$work/$1.conf"
	# The first input that is over TCP tells that it is up.
	rsyslogd -n -f "$work/$1.conf" -i "$work/$1.pid" >"$work/$1.log" 2>&1 </dev/null &
	receivers+=($!)
}

listens() # PORT
{
	for _ in $(seq 100); do
		# shellcheck disable=SC2188 # only whether it can be opened
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep 0.1
	done
	cat "$work"/*.log
	return 1
}

all_listen()
{
	listens "$imtcp" && listens "$gtls" && listens "$ossl"
}

start_plain()
{
	receiver plain <<-END
		module(load="imudp")
		module(load="imptcp")
		module(load="imtcp")
		input(type="imudp" address="127.0.0.1" port="$udp" name="udp" ruleset="keep")
		input(type="imptcp" address="127.0.0.1" port="$imptcp" name="imptcp" ruleset="keep")
		input(type="imptcp" address="127.0.0.1" port="$imptcp_lf" name="imptcp_lf" ruleset="keep" supportOctetCountedFraming="off")
		input(type="imtcp" address="127.0.0.1" port="$imtcp" name="imtcp" ruleset="keep")
		input(type="imtcp" address="127.0.0.1" port="$imtcp_lf" name="imtcp_lf" ruleset="keep" supportOctetCountedFraming="off")
	END
}

start_tls() # DRIVER PORT
{
	receiver "$1" <<-END
		module(load="imtcp" streamDriver.name="$1" streamDriver.mode="1" streamDriver.authMode="x509/name" permittedPeer=["node-1.example"])
		input(type="imtcp" address="127.0.0.1" port="$2" name="$1" ruleset="keep")
	END
}

# What it has read, field by field: each number once, each value as it was.
compare()
{
	python3 - "$work/got.$1" "$n" <<-'END'
		import json, sys, time
		wanted = {"verdict": "denied", "reason": "default", "class": "process", "op": "exec", "pid": "312", "uid": "1000",
		          "line": "21", "generation": "7", "comm": "payd", "policy": "payments/payments-process", "file": "payments.yaml",
		          "object": '/tmp/a "b"]c\\d\\x0ae [x@1 y="z"] é', "source": "/usr/bin/payd"}
		path, n = sys.argv[1], int(sys.argv[2])
		for _ in range(50):
		    try:
		        lines = open(path, encoding="utf-8").read().splitlines()
		    except OSError:
		        lines = []
		    if len(lines) >= n:
		        break
		    time.sleep(0.1)
		numbers = []
		for line in lines:
		    head, _, data = line.partition(" {")
		    if head != "authpriv.warning node-1 kpold 77 denied":
		        sys.exit("header: " + head)
		    data = json.loads("{" + data)
		    got = data["kpol@32473"]
		    for key, value in wanted.items():
		        if got.get(key) != value:
		            sys.exit(f"{key}: {got.get(key)!r}, not {value!r}")
		    if data["meta"]["sequenceid"] != got["seq"]:
		        sys.exit("sequence: " + line)
		    numbers.append(int(got["seq"]))
		if sorted(numbers) != list(range(1, n + 1)):
		    sys.exit(f"{len(numbers)} messages, {len(set(numbers))} different")
		if "udp" not in path and numbers != sorted(numbers):
		    sys.exit("out of order")
	END
}

# arrives INPUT TRANSPORT [SETTING]...
arrives()
{
	local input=$1 transport=$2
	shift 2
	"$sender" "$transport" "$n" 20 retry-min=100ms retry-max=500ms "$@" && compare "$input"
}

# No more than its socket holds: what comes too fast is lost, as it is over UDP.
few_arrive()
{
	local n=40
	arrives udp udp "address=127.0.0.1:$udp"
}

tls_settings() # PORT IDENTITY
{
	echo "address=127.0.0.1:$1" server-name=siem.example "ca-file=$work/ca.pem" "certificate=$work/$2.pem" "key=$work/$2.key"
}

arrives_over_tls() # DRIVER PORT
{
	# shellcheck disable=SC2046 # words
	arrives "$1" tls $(tls_settings "$2" client)
}

# gtls: a certificate by its authority, in a name that it does not permit. Debian's ossl lets that in, and only looks who signed it.
stranger_is_told_why() # DRIVER PORT IDENTITY
{
	# shellcheck disable=SC2046 # words
	"$sender" tls 3 3 retry-min=100ms retry-max=500ms $(tls_settings "$2" "$3") 2>&1 | tee "$work/told"
	[ "$(grep -c . "$work/got.$1")" -eq "$n" ] && ! grep -q '^all through' "$work/told" &&
		grep -q 'our certificate' "$work/told"
}

# Somebody who answers in its place, without its key.
other_receiver_gets_nothing()
{
	# shellcheck disable=SC2046 # words
	! "$sender" tls 3 2 retry-min=100ms retry-max=500ms $(tls_settings "$gtls" client | sed 's/siem.example/other.example/') 2>"$work/told" &&
		grep -q 'set server-name' "$work/told"
}

# The receiver is started when the sender has been trying for a while.
arrives_when_it_is_back()
{
	local pid
	rm -f "$work/got.imtcp"
	stop_receivers
	"$sender" tcp "$n" 20 retry-min=100ms retry-max=500ms "address=127.0.0.1:$imtcp" &
	pid=$!
	sleep 1
	start_plain
	wait "$pid" && compare imtcp
}

count=0
check() # NAME COMMAND...
{
	local name=$1 log=$work/log
	shift
	count=$((count + 1))
	if "$@" >"$log" 2>&1; then
		echo "ok $count - $name"
	else
		tail -n 20 "$log" | sed 's/^/# /'
		echo "not ok $count - $name"
	fi
}

read -r udp imptcp imptcp_lf imtcp imtcp_lf gtls ossl <<<"$(ports 7)"
make_certificates >"$work/openssl.log" 2>&1 || die "openssl: $(tail -n 1 "$work/openssl.log")"
start_plain
start_tls gtls "$gtls"
start_tls ossl "$ossl"
echo 1..12
check receivers_come_up all_listen
check udp_arrives few_arrive
check imptcp_counts_octets arrives imptcp tcp "address=127.0.0.1:$imptcp"
check imptcp_reads_lines arrives imptcp_lf tcp "address=127.0.0.1:$imptcp_lf" framing=lf
check imtcp_counts_octets arrives imtcp tcp "address=127.0.0.1:$imtcp"
check imtcp_reads_lines arrives imtcp_lf tcp "address=127.0.0.1:$imtcp_lf" framing=lf
check gtls_takes_our_certificate arrives_over_tls gtls "$gtls"
check ossl_takes_our_certificate arrives_over_tls ossl "$ossl"
check gtls_refuses_a_stranger stranger_is_told_why gtls "$gtls" stranger
check ossl_refuses_a_stranger stranger_is_told_why ossl "$ossl" foreign
check receiver_of_another_name_gets_nothing other_receiver_gets_nothing
check messages_wait_for_a_receiver_that_is_away arrives_when_it_is_back
