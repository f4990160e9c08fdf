# SPDX-License-Identifier: GPL-2.0-or-later
# Guest programs load policies as kpold does: with userspace's own libraries.
override CPPFLAGS += -I$(TOP)/userspace -I$(TOP)/kmod $(shell pkg-config --cflags libnl-3.0 libnl-genl-3.0)
libraries := $(foreach lib,load compile nl model engine base,$(USERSPACE)/lib$(lib).a)
LDLIBS += $(libraries) -lyaml -lnl-genl-3 -lnl-3 -lcrypto -lpthread
$(programs): $(libraries)

# The profile is compiled here, so that a guest needs no parser.
$(OUT)/access_bench: $(OUT)/access_bench.aa
$(OUT)/access_bench: override CPPFLAGS += -DPROFILE='"$(OUT)/access_bench.aa"'
$(OUT)/%.aa: $(TOP)/selftests/bench/%.profile | $(OUT)
	apparmor_parser --skip-kernel-load --skip-cache --quiet --ofile $@ $<
$(OUT)/interplay_test: $(OUT)/interplay.aa
$(OUT)/interplay_test: override CPPFLAGS += -DPROFILE='"$(OUT)/interplay.aa"'
$(OUT)/interplay.aa: $(TOP)/selftests/guest/interplay.profile | $(OUT)
	apparmor_parser --skip-kernel-load --skip-cache --quiet --ofile $@ $<

# The API server that the test is, or has.
$(OUT)/kube_test $(OUT)/kube_away_test $(OUT)/kube_hour_test $(OUT)/clusterd: override LDLIBS += -lssl -lcrypto -ljson-c -lpthread -ldl
