# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The lane of a kernel with KASAN, lockdep, kmemleak and fault injection, built once from Debian's source (a quarter of an
# hour). Sourced by kernel.sh; no part of `make test`: ask for it with `run --lane debug`.
# shellcheck source=../tools/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tools/lib.sh"

debug=$cache/debug
config=$top/selftests/qemu/debug.config
tools=(bc bison flex libelf-dev libssl-dev)

# A changed configuration, or a build that was broken off, goes on with the source that is there: what is done is not
# done again.
unpack_source()
{
	local package=linux-source-6.1 deb
	rm -rf "$debug.new/root"
	[ ! -d "$debug.new/source" ] || return 0
	mkdir -p "$debug.new"
	if [ -d "$debug/source" ]; then
		mv -T "$debug/source" "$debug.new/source"
		return
	fi
	rm -rf "$debug.new/unpacked"
	deb=$(apt_download $package "$cache/deb") || die "apt cannot download $package"
	mkdir -p "$debug.new/unpacked"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/$package.tar.xz" | xz -dc |
		tar -x -C "$debug.new/unpacked" --strip-components=1
	rm -f "$deb"
	mv -T "$debug.new/unpacked" "$debug.new/source"
}

configure()
{
	cd "$debug.new/source" || return
	make -s allnoconfig && scripts/kconfig/merge_config.sh -m .config "$config" &&
		scripts/config --set-str LOCALVERSION -kpol-debug && make -s olddefconfig
}

build_kernel()
{
	local release
	cd "$debug.new/source" || return
	nice make -s -j2 bzImage modules && make -s modules_install INSTALL_MOD_PATH="$debug.new/root" || return
	release=$(cat include/config/kernel.release)
	cp arch/x86/boot/bzImage "$debug.new/root/vmlinuz"
	cksum <"$config" >"$debug.new/config.cksum"
	rm -rf "$debug" && mv -T "$debug.new" "$debug"
	rm -rf "$cache/kernel/$release" && ln -s "$debug/root" "$cache/kernel/$release"
}

from_source()
{
	if ! cksum <"$config" | cmp -s - "$debug/config.cksum"; then
		apt-get -qq -y --no-install-recommends install "${tools[@]}" >&2 </dev/null || die "apt cannot install ${tools[*]}"
		unpack_source
		(configure && build_kernel) >"$build/debug.log" 2>&1 </dev/null || {
			tail -n 20 "$build/debug.log" >&2
			die "the debug kernel does not build (whole log: $build/debug.log)"
		}
	fi
	say "$(cat "$debug/source/include/config/kernel.release")" "$debug/source" ""
}
