#!/usr/bin/env bash
# Makes sure that what `make build`, `demo`, `test` or `bench` needs is installed: as root it
# installs the Debian packages that are missing, as an ordinary user it prints the one line that
# does. Quiet when nothing is missing.
#
# usage: scripts/need.sh build|demo|test|bench
set -euo pipefail

go=${GO:-go}
if ! command -v "$go" >/dev/null; then
    echo "Go is missing: '$go' is not in PATH. Debian 12's own is too old; see https://go.dev/doc/install." >&2
    exit 1
fi

build=(gcc libc6-dev)
# Interpreters come from Debian: worker accounts cannot read one under /root.
demo=(python3 python3-pandas python3-sklearn uidmap)
test=(python3-pymssql freetds-bin)
# Drivers that scripts connect back with come by pip; the ODBC driver needs the rest.
test+=(python3-pip libodbc2 libgssapi-krb5-2)
# A Node.js from elsewhere serves as well.
command -v node >/dev/null || test+=(nodejs)
command -v npm >/dev/null || test+=(npm)

case "${1:-}" in
build) packages=("${build[@]}") ;;
demo) packages=("${build[@]}" "${demo[@]}") ;;
test) packages=("${build[@]}" "${demo[@]}" "${test[@]}") ;;
bench) packages=("${build[@]}" "${demo[@]}" haproxy python3-pymssql) ;;
*)
    echo "usage: scripts/need.sh build|demo|test|bench" >&2
    exit 2
    ;;
esac

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
install=(apt-get install -y --no-install-recommends)

# Satellites of an ordinary user get uids out of its range; Debian gives each new user one.
user=$(id -un)
range=
if [ "$1" != build ] && [ "$(id -u)" -ne 0 ]; then
    for file in /etc/subuid /etc/subgid; do
        grep -qsE "^($user|$(id -u)):" "$file" || range=missing
    done
fi

[ ${#missing[@]} -eq 0 ] && [ -z "$range" ] && exit 0

if [ ${#missing[@]} -gt 0 ] && ! command -v apt-get >/dev/null; then
    echo "Missing are what Debian 12 has as the packages ${missing[*]}." >&2
    exit 1
elif [ "$(id -u)" -ne 0 ]; then
    commands=()
    if [ ${#missing[@]} -gt 0 ]; then
        commands+=("apt-get update" "${install[*]} ${missing[*]}")
    fi
    if [ -n "$range" ]; then
        # The first numbers that nobody's range has.
        first=$(cat /etc/subuid /etc/subgid 2>/dev/null | awk -F: '$2 + $3 > n { n = $2 + $3 } END { print n < 100000 ? 100000 : n }')
        commands+=("usermod --add-subuids $first-$((first + 65535)) --add-subgids $first-$((first + 65535)) $user")
    fi
    line=$(printf ' && %s' "${commands[@]}")
    echo "Something is missing: packages, or a range of user ids for confined scripts. This line adds it:" >&2
    echo "    sudo sh -c '${line# && }'" >&2
    exit 1
fi
echo "Installing from Debian: ${missing[*]} ..."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Another installation may be going on, as at a machine's first start.
wait=(-o DPkg::Lock::Timeout=300)
if ! { apt-get "${wait[@]}" update && "${install[@]}" "${wait[@]}" "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "The packages could not be installed; the end of what apt-get said is above." >&2
    exit 1
fi
