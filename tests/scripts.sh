#!/bin/bash
# The scripts around the build: bench/run.sh and tests/run.sh leave each other's build folder alone, in either order, and
# a test that is left out is told.
# usage: scripts.sh
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

fail() {
    echo "$*"
    bad=1
}

command -v ninja >/dev/null || { echo "there is no ninja here" && exit 77; }

# A copy of the sources, with a ninja that builds nothing: how the scripts configure is looked at.
fresh_copy() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree"
    tar -C "$root" --exclude=./build --exclude=./docs --exclude=./.git -cf - . | tar -C "$work/tree" -xf -
}
mkdir "$work/bin"
cat >"$work/bin/ninja" <<END
#!/bin/sh
case \$1 in
--version | -t) exec $(command -v ninja) "\$@" ;;
esac
END
chmod +x "$work/bin/ninja"
PATH=$work/bin:$PATH

# list_tests FILE: what tests/run.sh would run, in the copy.
list_tests() {
    (cd "$work/tree" && tests/run.sh --list) >"$1" 2>"$1.errors" || fail "tests/run.sh --list: $(cat "$1" "$1.errors")"
}

# Nothing is built, so that bench/run.sh ends where it starts the program.
configure_bench() {
    (cd "$work/tree" && bench/run.sh --no-install) >"$work/bench.log" 2>&1
    grep -q 'Building' "$work/bench.log" || fail "bench/run.sh did not build: $(cat "$work/bench.log")"
    [ -f "$work/tree/build/release/build.ninja" ] || fail "bench/run.sh configured nothing: $(cat "$work/bench.log")"
}

fresh_copy
list_tests "$work/alone"
configure_bench
list_tests "$work/again"
fresh_copy
configure_bench
list_tests "$work/after-bench"
[ "$(wc -l <"$work/alone")" -ge 40 ] || fail "tests/run.sh lists $(wc -l <"$work/alone") tests"
for order in again after-bench; do
    cmp "$work/alone" "$work/$order" || fail "tests/run.sh runs other tests $order"
done

# Left-out tests are told by name, and fail.
meson setup "$work/tree/build/bare" "$work/tree" -Dtests=disabled -Donnx=disabled >"$work/bare.log" 2>&1 ||
    fail "meson setup: $(tail -n 5 "$work/bare.log")"
grep -qE 'tests *: [0-9] of [0-9]{2}' "$work/bare.log" || fail "meson's summary does not tell how many tests are left out"
known=$work/tree/build/bare/tests/known_tests.txt
meson introspect --tests "$work/tree/build/bare" >"$work/introspected"
python3 "$root/tests/sum_results.py" list "$known" <"$work/introspected" >/dev/null 2>"$work/told" &&
    fail "sum_results.py list does not fail where tests are left out"
grep -q 'test checker did not run' "$work/told" || fail "sum_results.py list does not tell what is left out"

# count: what ran, and what did not.
echo '{"name": "convgauge:unit / one", "result": "OK", "stdout": "Tested: 5 | Passing: 5 | Failing: 0 | Crashing: 0"}' \
    >"$work/log.json"
printf 'unit one\nunit two\ne2e three\n' >"$work/known"
counts=$(python3 "$root/tests/sum_results.py" count "$work/log.json" "$work/known" unit 2>/dev/null)
[ "$counts" = "5 1 0" ] || fail "sum_results.py counts '$counts' where one test of two ran: '5 1 0'"
counts=$(python3 "$root/tests/sum_results.py" count "$work/log.json" "$work/known" unit e2e 2>/dev/null)
[ "$counts" = "5 2 0" ] || fail "sum_results.py counts '$counts' over two suites: '5 2 0'"
exit $bad
