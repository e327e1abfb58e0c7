#!/bin/sh
# Builds the native helper into bin/confine if a source is newer, or removes it
# (--clean). Needs a C compiler only.
# Static, so that it needs nothing of the host at run time; a C library
# without its static half gives a dynamic one, which works on this host only.
set -eu
cd "$(dirname "$0")"
: "${CC:=cc}"
flags="-std=gnu11 -O2 -Wall -Wextra -Werror -fstack-protector-strong -D_FORTIFY_SOURCE=2 ${CFLAGS:-}"
src="main.c report.c reader.c outer.c box.c tree.c child.c probe.c"
out=bin/confine
if [ "${1:-}" = --clean ]; then
    rm -f "$out"
    exit
fi
if [ -x "$out" ] && [ -z "$(find . -maxdepth 1 -newer "$out" \( -name '*.[ch]' -o -name '*.sh' \))" ]; then
    exit
fi
tmp="$out.$$"
trap 'rm -f "$tmp"' EXIT
# shellcheck disable=SC2086
$CC $flags -static -o "$tmp" $src 2>/dev/null || $CC $flags -o "$tmp" $src
strip "$tmp" 2>/dev/null || true
mv "$tmp" "$out"
trap - EXIT
