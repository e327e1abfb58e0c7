#!/usr/bin/env bash
# Runs go-mssqldb's own tests against an engine, directly and through the proxy, and
# compares the result of every test and subtest. Ends with status 1 if one differs
# that integration/testdata/go-mssqldb-differences.txt does not explain. Failures that
# are the same on both ways are the engine's or the test's own, and only counted.
#
# Without an engine's address it is the embedded one. Arguments are names of tests
# (default: all that need a server).
#
#   TDS_LAUNCHPAD_TEST_ENGINE    HOST:PORT of the engine
#   TDS_LAUNCHPAD_TEST_USER      login that may create databases, logins and types
#   TDS_LAUNCHPAD_TEST_PASSWORD  its password
#   TDS_LAUNCHPAD_TEST_ENGINE_ENCRYPTION  of the proxy to the engine (default on, unverified)
#   MODES                        go-mssqldb's values of encrypt (default "disable true")
#   BIN                          the program (default bin/tds-launchpad, by make build)
#   KEEP                         directory for what the tests printed (default: removed)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

bin=$(realpath "${BIN:-bin/tds-launchpad}")
modes=${MODES:-disable true}
explained=$root/integration/testdata/go-mssqldb-differences.txt
# A test process is cut off after this; the slowest test that passes takes a few seconds.
test_timeout=30s
# A result that differs is only believed when it differs in all repetitions.
repetitions=3
# These reach for hosts of the Internet (Azure's names, 8.8.8.8) and for no server.
excluded='TestAccessTokenConnectorFailsToConnectIfNoAccessToken|TestConnectError'

work=$(mktemp -d)
data=$(mktemp -d) # apart, because as root the proxy serves as another user
logs=${KEEP:-$work/logs}
mkdir -p "$logs"
server=
finish() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    chmod -R u+w "$work"
    rm -rf "$work" "$data"
}
trap finish EXIT

# The driver's tests, in a copy: they need their module's own dependencies and go.sum.
go mod download github.com/microsoft/go-mssqldb
cp -r "$(go list -m -f '{{.Dir}}' github.com/microsoft/go-mssqldb)" "$work/driver"
chmod -R u+w "$work/driver"
(cd "$work/driver" && go test -c -o driver.test .)

# Those that need a server are those that skip or fail without.
(cd "$work/driver" && env -u SQLSERVER_DSN -u HOST ./driver.test -test.run '^Test' -test.v -test.timeout 2m) >"$work/without" 2>&1 || true
if [ $# -gt 0 ]; then
    tests=("$@")
else
    mapfile -t tests < <(sed -n 's/^ *--- \(SKIP\|FAIL\): \([^ /]*\).*/\2/p' "$work/without" | sort -u | grep -vxE "$excluded")
fi
[ ${#tests[@]} -gt 0 ] || { echo "the driver has no tests that need a server" >&2; exit 1; }

# The proxy, and with it perhaps the engine.
if [ -n "${TDS_LAUNCHPAD_TEST_ENGINE:-}" ]; then
    direct=$TDS_LAUNCHPAD_TEST_ENGINE
    user=$TDS_LAUNCHPAD_TEST_USER
    password=$TDS_LAUNCHPAD_TEST_PASSWORD
    engine=(--engine "$direct" --engine-encryption "${TDS_LAUNCHPAD_TEST_ENGINE_ENCRYPTION:-on}" --engine-trust)
else
    direct=
    user=sa
    password=Compare-$RANDOM$RANDOM
    engine=(--engine embedded --embedded-listen 127.0.0.1:0)
fi
TDS_LAUNCHPAD_SA_PASSWORD=$password "$bin" serve --listen 127.0.0.1:0 --data-dir "$data" "${engine[@]}" \
    >"$logs/ready" 2>"$logs/serve" &
server=$!
for _ in $(seq 150); do
    proxied=$(sed -n 's/.* ready on \([^ ]*\), .*/\1/p' "$logs/ready")
    [ -z "$proxied" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$logs/serve" >&2; exit 1; }
    sleep 0.2
done
[ -n "$proxied" ] || { echo "the proxy was not ready in time" >&2; exit 1; }
[ -n "$direct" ] || direct=$(sed -n 's/.*embedded engine listens.*address=\([^ ]*\).*/\1/p' "$logs/serve")

query() { # TEXT: its result on the engine itself
    SQLCMDPASSWORD=$password "$bin" query -S "$direct" -U "$user" -C -b -W -Q "$1"
}
case $(query 'SET NOCOUNT ON; SELECT @@VERSION') in
*Babelfish*) name=babelfish ;;
*embedded*) name=embedded ;;
*) name=sqlserver ;;
esac

escaped() { # a part of a URL
    local i c
    for ((i = 0; i < ${#1}; i++)); do
        c=${1:i:1}
        case $c in
        [a-zA-Z0-9._~-]) printf %s "$c" ;;
        *) printf '%%%02X' "'$c" ;;
        esac
    done
}

# run ADDRESS MODE LABEL TEST...: "test result" lines of each test, in a process of its
# own, since a test that hangs or panics takes the others of its process with it. Tests
# that fail leave tables and procedures behind, so after them comes another database.
run() {
    local address=$1 mode=$2 label=$3 database='' dsn test log
    shift 3
    mkdir -p "$logs/$label"
    for test; do
        if [ -z "$database" ]; then
            databases=$((databases + 1))
            database=compare_$$_$databases
            query "CREATE DATABASE $database" >/dev/null
            dsn="sqlserver://$(escaped "$user"):$(escaped "$password")@$address?database=$database&encrypt=$mode&TrustServerCertificate=true"
        fi
        log=$logs/$label/$test
        (cd "$work/driver" && SQLSERVER_DSN=$dsn timeout -k 5 90 \
            ./driver.test -test.run "^$test\$" -test.v=test2json -test.timeout "$test_timeout") >"$log" 2>&1 || true
        LC_ALL=C sed -n 's/^.*--- \(PASS\|FAIL\|SKIP\): \([^ ]*\) (.*/\2 \1/p' "$log" >"$work/results"
        # A panic and the timeout leave no line of the test's own.
        grep -q "^$test " "$work/results" || echo "$test ABORTED" >>"$work/results"
        cat "$work/results"
        if grep -qE ' (FAIL|ABORTED)$' "$work/results"; then
            drop "$database"
            database=
        fi
    done
    [ -z "$database" ] || drop "$database"
}
databases=0

drop() { # DATABASE, where it can be dropped at once
    query "DROP DATABASE $1" >/dev/null 2>&1 || true
}

counts() { # FILE
    awk '{ n[$2]++ } END { printf "%d passed, %d failed, %d skipped", n["PASS"], n["FAIL"] + n["ABORTED"], n["SKIP"] }' "$1"
}

# reason TEST: why its results may differ, empty if there is no reason
reason() {
    awk -v engine="$name" -v test="$1" '$1 == engine && $2 == test { $1 = $2 = ""; sub(/^ +/, ""); print; exit }' "$explained"
}

# differing A B: the tests and subtests that A and B disagree about, with both results.
differing() {
    join -a 1 -a 2 -e none -o 0,1.2,2.2 <(LC_ALL=C sort -u "$1") <(LC_ALL=C sort -u "$2") | awk '$2 != $3'
}
export LC_ALL=C

status=0
for mode in $modes; do
    run "$direct" "$mode" "${mode}_direct" "${tests[@]}" >"$work/direct"
    run "$proxied" "$mode" "${mode}_proxied" "${tests[@]}" >"$work/proxied"
    echo "go-mssqldb on $name, encrypt=$mode, ${#tests[@]} tests with their subtests"
    echo "  direct:            $(counts "$work/direct")"
    echo "  through the proxy: $(counts "$work/proxied")"

    differing "$work/direct" "$work/proxied" >"$work/differences"
    again=()
    for test in $(sed 's/[ /].*//' "$work/differences" | sort -u); do
        [ -n "$(reason "$test")" ] || again+=("$test")
    done
    for n in $(seq $repetitions); do
        [ ${#again[@]} -gt 0 ] || break
        run "$direct" "$mode" "${mode}_direct_$n" "${again[@]}" >"$work/direct"
        run "$proxied" "$mode" "${mode}_proxied_$n" "${again[@]}" >"$work/proxied"
        differing "$work/direct" "$work/proxied" >"$work/repeated"
        mapfile -t still < <(sed 's/[ /].*//' "$work/repeated" | sort -u)
        for test in "${again[@]}"; do
            if ! grep -qx "$test" <(printf '%s\n' "${still[@]}"); then
                echo "  unsteady:          $test (the same on both ways when repeated)"
                sed -i "\\#^$test[ /]#d" "$work/differences"
            fi
        done
        again=("${still[@]}")
    done
    while read -r result ways; do
        why=$(reason "${result%%/*}")
        if [ -n "$why" ]; then
            echo "  explained:         $result: ${ways% *} directly, ${ways#* } through the proxy: $why"
        else
            echo "  DIFFERENT:         $result: ${ways% *} directly, ${ways#* } through the proxy"
            status=1
        fi
    done <"$work/differences"
done
exit $status
