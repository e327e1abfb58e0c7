#!/usr/bin/env bash
# Fuzzes every decoder in turn for FUZZ_TIME each. Without FUZZ_TIME the targets share 30 minutes.
# A crasher is left in its package's testdata/fuzz, to be committed as a seed.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t targets < <(grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do
    sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r name; do
        echo "$(dirname "$file") $name"
    done
done | sort -u)
[ ${#targets[@]} -gt 0 ] || { echo "no fuzz targets found" >&2; exit 1; }

each=${FUZZ_TIME:-$((1800 / ${#targets[@]}))s}
echo "${#targets[@]} fuzz targets, $each each"
failed=0
for target in "${targets[@]}"; do
    read -r package name <<<"$target"
    log=$(mktemp)
    if go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "$each" >"$log" 2>&1; then
        echo "ok    $package $name: $(grep -o 'execs: [0-9]*' "$log" | tail -n 1)"
    else
        echo "FAIL  $package $name"
        tail -n 40 "$log"
        failed=$((failed + 1))
    fi
    rm -f "$log"
done
echo "$((${#targets[@]} - failed)) fuzz targets passed, $failed failed"
[ "$failed" -eq 0 ]
