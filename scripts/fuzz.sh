#!/usr/bin/env bash
# Fuzzes every decoder in turn for FUZZ_TIME each (Go's notation, as 10s). Without FUZZ_TIME the
# targets share 30 minutes. A crasher is left in its package's testdata/fuzz, to be committed as a
# seed. Arguments are names of targets (default: all).
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}

# "PACKAGE TARGET" of each target in the repository.
mapfile -t targets < <(grep -r --include='*_test.go' '^func Fuzz' . |
    sed -n 's|^\(.*\)/[^/]*:func \(Fuzz[A-Za-z0-9_]*\)(.*|\1 \2|p' | sort -u |
    if [ $# -gt 0 ]; then grep -wE "$(IFS="|"; echo "$*")"; else cat; fi)
[ ${#targets[@]} -gt 0 ] || { echo "no fuzz targets found" >&2; exit 1; }

each=${FUZZ_TIME:-$((1800 / ${#targets[@]}))s}
echo "${#targets[@]} fuzz targets, $each each"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

# Before Go 1.27 a target fails now and then because its time is over while an input runs
# (golang/go#75804). Then it says this and nothing else, and no input is written.
ended_late() {
    ! grep -q 'Failing input written to' "$log" &&
        [ "$(sed -n '/^--- FAIL: /,/^FAIL$/p' "$log" | sed '1d;$d')" = '    context deadline exceeded' ]
}

for target in "${targets[@]}"; do
    read -r package name <<<"$target"
    # Minimising what only widens coverage would take nearly all the time.
    status=0
    "$go" test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$each" -fuzzminimizetime 10x >"$log" 2>&1 </dev/null || status=$?
    note=
    if [ "$status" -ne 0 ] && ended_late; then
        status=0
        note=' (ended late)'
    fi
    if [ "$status" -eq 0 ]; then
        echo "ok    $package $name: $(grep -o 'execs: [0-9]*' "$log" | tail -n 1)$note"
    else
        echo "FAIL  $package $name"
        tail -n 40 "$log"
        failed=$((failed + 1))
    fi
done
echo "$((${#targets[@]} - failed)) fuzz targets passed, $failed failed"
[ "$failed" -eq 0 ]
