#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the demo in a guest and tells whether all it claims is true (TAP).
echo 1..1
if sh /kpol/demo.sh >/run/demo.out 2>&1; then
	echo ok 1 - every_claim_of_the_demo_holds
else
	sed 's/^/# /' /run/demo.out
	echo not ok 1 - every_claim_of_the_demo_holds
	exit 1
fi
