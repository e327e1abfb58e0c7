#!/usr/bin/env bash
# The randomised and soak tests in full, of which make test takes samples.
# SOAK_CALLS script calls with kills (default 10000), SOAK_PLANS made-up batches with script calls
# (default 3000, on the engine that TDS_LAUNCHPAD_TEST_ENGINE names) and SOAK_CHECKS runs of each property
# (default 20000; ten times less where a run starts processes).
set -euo pipefail
cd "$(dirname "$0")/.."

calls=${SOAK_CALLS:-10000}
plans=${SOAK_PLANS:-3000}
checks=${SOAK_CHECKS:-20000}
status=0
go test -count=1 -timeout 20m ./tds ./tsql -args -rapid.checks="$checks" || status=1
go test -count=1 -timeout 20m ./engine/store ./executor ./sandbox -args -rapid.checks="$((checks / 10))" || status=1
TDS_LAUNCHPAD_TEST_SOAK=$calls go test -count=1 -timeout 30m ./integration -run '^TestSoak$' -v | grep -v '^20' || status=1
TDS_LAUNCHPAD_TEST_CASES=$plans go test -count=1 -timeout 60m ./integration/plans -v | grep -v "^=== RUN" || status=1
exit $status
