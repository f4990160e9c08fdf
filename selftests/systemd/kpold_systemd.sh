#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon as a unit, with all its hardening: a denial of a service ends up in the journal, field by field.
# shellcheck source=../guest/lib/check.sh
. /kpol/check.sh

denials() { journalctl --sync; journalctl -o json KPOL_VERDICT=denied KPOL_UNIT=payd.service; }

answers() { says "digest" kpolctl status; }
restarted() { [ "$(systemctl show -P NRestarts kpold)" = 1 ] && answers; }

mkdir -p /etc/kpol
echo exporters=journal,syslog >/etc/kpol/kpold.conf
cat >/etc/systemd/system/payd.service <<END
[Service]
ExecStart=/bin/sh -c "/usr/bin/id; true"
Type=oneshot
END
cat >/tmp/payd.yaml <<END
apiVersion: kpol.io/v1
kind: RuntimePolicy
metadata:
  name: payd
  namespace: payments
spec:
  selector:
    matchUnits: [payd.service]
  action: Block
  process:
    matchPaths:
    - path: /usr/bin/id
END
journalctl --update-catalog
systemctl daemon-reload

echo 1..12
check unit_starts_and_says_ready systemctl start kpold
check bundle_loads says "generation 1" kpolctl load /tmp/payd.yaml
systemctl start payd
sleep 1
check denial_is_in_the_journal says '"KPOL_OBJECT":"/usr/bin/id"' denials
check its_line_is_a_field says '"KPOL_LINE":"12"' denials
check its_policy_is_a_field says '"KPOL_POLICY":"payments/payd"' denials
check its_place_in_our_source_is_not sh -c "! grep -q CODE_FILE /tmp/said"
check catalog_explains_it says 'finds its way' sh -c "journalctl -x MESSAGE_ID=74291a23d8c14faba41a0984ce1ba7e0 | sed 's/kpol denied exec to sh/finds its way/'"
check syslog_message_arrives says '[kpol@32473 seq=' journalctl -u kpold
check reload_is_no_restart systemctl reload kpold
systemctl kill -s KILL kpold
check killed_daemon_is_back_and_adopts wait_for 30 restarted
check nothing_it_does_is_filtered sh -c "! journalctl -k | grep -q 'type=1326'"
check unit_stops systemctl stop kpold
