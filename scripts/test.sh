#!/usr/bin/env bash
# The whole suite with its counts; as root the sandbox attacks once more as an
# ordinary user with a subuid range. Arguments are handed to go test.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}

(cd integration/clients/tedious && [ -d node_modules/tedious ] ||
    npm install --no-package-lock --no-audit --no-fund --silent)

counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
gotestsum() {
    "$go" tool -modfile=tools/go.mod gotestsum --format pkgname-and-test-fails --format-hide-empty-pkg \
        --post-run-command "sh -c 'echo \$TESTS_TOTAL \$TESTS_FAILED \$TESTS_SKIPPED >>$counts'" "$@"
}

status=0
if [ "$(id -u)" -eq 0 ]; then
    gotestsum -- -count=1 -timeout 9m "$@" ./... || status=1
    echo "The sandbox's attacks once more, as an ordinary user:"
    gotestsum --raw-command -- sandbox/testdata/as-user.sh || status=1
else
    # All satellites of an ordinary user share its one range of uids, and the sandbox's tests look
    # for processes left with these: they must be alone.
    mapfile -t packages < <("$go" list ./... | grep -v '/sandbox$')
    gotestsum -- -count=1 -timeout 9m "$@" "${packages[@]}" || status=1
    gotestsum -- -count=1 -timeout 9m "$@" ./sandbox || status=1
fi
awk '{ total += $1; failed += $2; skipped += $3 }
     END { printf "%d passed, %d failed, %d skipped\n", total - failed - skipped, failed, skipped }' "$counts"
exit $status
