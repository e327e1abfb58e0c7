#!/usr/bin/env bash
# Installs the Python drivers with which tests connect back from scripts, for the interpreter that
# scripts run in. Quiet when they are there.
set -euo pipefail
cd "$(dirname "$0")/../integration/clients/loopback"
[ -e drivers/complete ] && exit 0
rm -rf drivers
/usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-compile --no-deps \
    --target drivers -r requirements.txt
touch drivers/complete
