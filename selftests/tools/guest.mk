# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the test programs that run in a guest: selftests/guest/*.c and selftests/bench/*.c, one program per file.
# variables: TOP (the tree), OUT (where programs go), KSELFTEST (kselftest's headers), USERSPACE (userspace's build)
#
# Programs are static, so that they run in any root they make for themselves. What one needs beyond the C library it
# says in selftests/guest/flags.mk:   $(OUT)/netlink: LDLIBS += -lnl-genl-3 -lnl-3 -lpthread

CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu11 -Wall -Wextra -Wno-unused-parameter -D_GNU_SOURCE
override CPPFLAGS += -I$(TOP)/include/uapi -I$(TOP)/selftests/guest -isystem $(KSELFTEST) -MMD -MP
LDFLAGS ?= -static
# lib/slow.c stretches the harness's own time limits.
override LDFLAGS += -Wl,--wrap=alarm

sources := $(wildcard $(TOP)/selftests/guest/*.c $(TOP)/selftests/bench/*.c)
helpers := $(wildcard $(TOP)/selftests/guest/lib/*.c)
programs := $(patsubst %.c,$(OUT)/%,$(notdir $(sources)))
objects := $(patsubst %.c,$(OUT)/lib/%.o,$(notdir $(helpers)))

vpath %.c $(TOP)/selftests/guest $(TOP)/selftests/bench

all: $(programs)

$(programs): $(OUT)/%: %.c $(objects) | $(OUT)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(objects) $(LDLIBS)

$(objects): $(OUT)/lib/%.o: $(TOP)/selftests/guest/lib/%.c | $(OUT)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT):
	mkdir -p $@ $@/lib

-include $(TOP)/selftests/guest/flags.mk
-include $(wildcard $(OUT)/*.d $(OUT)/lib/*.d)

.PHONY: all
