#!/usr/bin/env bash
# Makes sure that the Debian packages of the named sets are installed: as root it
# installs what is missing, as an ordinary user it prints the one line that does.
# Quiet when nothing is missing.
#
# usage: scripts/need.sh build|demo|test|bench ...
set -euo pipefail

packages=()
for set in "$@"; do
    case "$set" in
    build) packages+=(gcc libc6-dev) ;;
    # Interpreters come from Debian: worker accounts cannot read one under /root.
    demo) packages+=(python3 python3-pandas python3-sklearn uidmap) ;;
    test)
        packages+=(python3-pymssql freetds-bin)
        # A Node.js from elsewhere serves as well.
        command -v node >/dev/null || packages+=(nodejs)
        command -v npm >/dev/null || packages+=(npm)
        ;;
    bench) packages+=(haproxy python3-pymssql) ;;
    *)
        echo "need.sh: unknown set '$set'" >&2
        exit 2
        ;;
    esac
done

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some Debian packages are missing. Install them with:" >&2
    echo "  sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "Installing from Debian: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get -o DPkg::Lock::Timeout=300 update -qq &&
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    exit 1
fi
