#!/usr/bin/env bash
# Measures the binary that `make build` made and prints the table. Arguments are
# handed on, see `go run ./integration/bench -h`. The machine should be quiet.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${GO:-go}" run ./integration/bench "$@"
