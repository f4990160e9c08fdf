# SPDX-License-Identifier: GPL-2.0-or-later
# kpol's front door: each target is one script or one sub-make; everything built goes to build/.

PREFIX ?= /usr
RELEASE := $(shell uname -r)
KDIR ?= /lib/modules/$(RELEASE)/build
BUILD := $(CURDIR)/build
TOOLS := $(CURDIR)/selftests/tools
VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)

all: module userspace ## build the module (where the running kernel has headers) and userspace

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

deps: ## install the Debian packages that building and testing take
	@$(TOOLS)/deps.sh

module: ## build kpol.ko for the running kernel, or for KDIR=
	@if [ -e $(KDIR) ]; then KDIR=$(KDIR) $(TOOLS)/module.sh here; \
	else echo "module: no headers in $(KDIR), not built (make deps, or KDIR=)"; fi

userspace: ## build kpold and kpolctl
	$(MAKE) -C userspace O=$(BUILD)/userspace

install: install-module install-userspace ## install everything

install-userspace:
	$(MAKE) -C userspace O=$(BUILD)/userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

# DKMS keeps the module built for every kernel to come; with DESTDIR its source is all that is installed.
dkms_source := $(DESTDIR)/usr/src/kpol-$(VERSION)
install-module:
	rm -rf $(dkms_source) && mkdir -p $(dkms_source)
	cp -r dkms.conf kmod include $(dkms_source)/
	@if [ -n "$(DESTDIR)" ]; then :; \
	elif ! command -v dkms >/dev/null; then echo "install: no dkms here: apt install dkms, then dkms install kpol/$(VERSION)"; \
	elif [ ! -e $(KDIR) ]; then echo "install: no headers of $(RELEASE) here, DKMS will build with the next kernel"; dkms add kpol/$(VERSION) || :; \
	else dkms install --force kpol/$(VERSION) -k $(RELEASE) && depmod $(RELEASE); fi

demo: deps ## see it work: boot a kernel, load a policy, watch attacks fail
	@$(TOOLS)/show demo

test: deps ## run every test; the last line is the total
	@$(TOOLS)/run

test-debug: deps ## run the guest tests on a kernel with KASAN, lockdep, kmemleak and failing allocations
	@$(TOOLS)/run --guests --lane debug

soak: deps ## run the long ones: five million messages to the gate, ten minutes of everything at once
	@$(TOOLS)/run --kind soak --guests --lane 6.1 --lane 6.12 --lane 7.2 --lane debug

check: deps ## run the static checks only
	@$(TOOLS)/run --only checks

fuzz: deps ## run the fuzz targets, SECONDS=600 each, or TARGET="load glob"
	@$(TOOLS)/fuzz.sh run $(or $(SECONDS),600) $(TARGET)

bench: deps ## count the instructions that kpol adds, beside AppArmor
	@$(TOOLS)/show bench

clean: ## remove build/ (the cache of kernels stays)
	rm -rf $(BUILD)

.PHONY: all install-module install-userspace help deps module userspace install demo test test-debug soak check fuzz bench clean
