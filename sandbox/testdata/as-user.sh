#!/bin/sh
# Runs this package's tests as an ordinary user: once with a range of
# subordinate uids, once (the tests of that case) without. Needs root, for
# making the two users and for becoming them. Prints test2json's events, so
#
#   gotestsum --raw-command -- sandbox/testdata/as-user.sh [-test.flag ...]
#
# counts them; with PLAIN=1 it prints what go test would.
set -eu
cd "$(dirname "$0")/.."

# Above the ranges that useradd gives by itself.
first=1878000000
with=launchpadtest
without=launchpadsingle
for user in $with $without; do
    id -u $user >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin $user
done
grep -q "^$with:" /etc/subuid 2>/dev/null || usermod --add-subuids $first-$((first + 65535)) $with
grep -q "^$with:" /etc/subgid 2>/dev/null || usermod --add-subgids $first-$((first + 65535)) $with

# Sources may be where only root may look; the users get what tests read.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
go test -c -o "$dir/sandbox.test" .
cp -r testdata "$dir/"
chmod -R a+rX "$dir"
cd "$dir"

status=0
as() {
    user=$1
    shift
    if [ "${PLAIN:-}" ]; then
        runuser -u "$user" -- ./sandbox.test "$@" || status=1
    else
        go tool test2json -t -p "tds-launchpad/sandbox (as $user)" \
            runuser -u "$user" -- ./sandbox.test -test.v=test2json "$@" || status=1
    fi
}
as $with "$@"
as $without -test.run '^TestSingleUID'
exit $status
