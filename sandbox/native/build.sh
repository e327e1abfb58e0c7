#!/bin/sh
# Builds the native helper into bin/confine, and the zygotes' library into
# bin/confine.so, if a source is newer, or removes them (--clean). Needs a C
# compiler only.
# Static, so that it needs nothing of the host at run time; a C library
# without its static half gives a dynamic one, which works on this host only.
set -eu
cd "$(dirname "$0")"
: "${CC:=cc}"
flags="-std=gnu11 -O2 -Wall -Wextra -Werror -fstack-protector-strong -D_FORTIFY_SOURCE=2 ${CFLAGS:-}"
common="report.c reader.c child.c numbers.c"
out=bin/confine
library=bin/confine.so
if [ "${1:-}" = --clean ]; then
    rm -f "$out" "$library"
    exit
fi
if [ -x "$out" ] && [ -e "$library" ] &&
    [ -z "$(find . -maxdepth 1 -newer "$library" \( -name '*.[ch]' -o -name '*.sh' \))" ]; then
    exit
fi
tmp="bin/new.$$"
trap 'rm -f "$tmp"' EXIT
src="$common main.c outer.c box.c loopback.c tree.c zygote_main.c probe.c"
# shellcheck disable=SC2086
$CC $flags -static -o "$tmp" $src 2>/dev/null || $CC $flags -o "$tmp" $src
strip "$tmp" 2>/dev/null || true
mv "$tmp" "$out"
# shellcheck disable=SC2086
$CC $flags -fPIC -shared -fvisibility=hidden -o "$tmp" $common zygote.c check.c
strip "$tmp" 2>/dev/null || true
mv "$tmp" "$library"
trap - EXIT
