#!/usr/bin/env bash
# The whole suite with its counts; as root the sandbox attacks once more as an
# ordinary user with a subuid range. Arguments are handed to go test.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}

(cd integration/clients/tedious && [ -d node_modules/tedious ] ||
    npm install --no-package-lock --no-audit --no-fund --silent)

scripts/loopback-drivers.sh

counts=$(mktemp)
attacks=$(mktemp)
chmod 666 "$attacks" # the ordinary users add to it
trap 'rm -f "$counts" "$attacks"' EXIT
export TDS_LAUNCHPAD_ATTACK_LIST=$attacks
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

# What was tried from inside a box, and what came of it; an attempt is tried in each way of starting.
sort "$attacks" | awk -F '\t' '
    { key = $3 "\t" $4; if (!(key in runs)) order[++n] = key
      runs[key]++; who[$1]++
      if (index("|" outcomes[key] "|", "|" $5 "|") == 0) outcomes[key] = outcomes[key] (runs[key] > 1 ? "|" : "") $5
      if ($6 != "held") broken[key]++ }
    END { if (!n) exit
          print "\nAttempts from inside a box (outcome x runs; started by root " who["root"] + 0 ", by an ordinary user " who["user"] + 0 "):"
          for (i = 1; i <= n; i++) { k = order[i]; split(k, part, "\t")
              if (part[1] != last) { print "  " part[1]; last = part[1] }
              o = outcomes[k]; if (length(o) > 60) o = substr(o, 1, 57) "..."
              printf "    %-44s %s x%d%s\n", part[2], o, runs[k], k in broken ? "  BROKEN " broken[k] : ""; if (k in broken) bad++ }
          printf "%d kinds of attempts, %d broke out\n\n", n, bad + 0 }'
awk '{ total += $1; failed += $2; skipped += $3 }
     END { printf "%d passed, %d failed, %d skipped\n", total - failed - skipped, failed, skipped }' "$counts"
exit $status
