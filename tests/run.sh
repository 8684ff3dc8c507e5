#!/bin/bash
# Builds and tests everything; see usage().
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
. scripts/packages.sh

usage() {
    cat <<'END'
usage: tests/run.sh [--quick] [--arm64 | --all] [--no-install]

Installs the Debian packages that are missing (packages.txt), then builds and tests, in build/:
  - gcc, release, warnings are errors: all tests, and `convgauge verify` on every shape and network;
  - clang, warnings are errors;
  - AddressSanitizer and UndefinedBehaviorSanitizer: all tests;
  - libFuzzer: half a minute on the reader of ONNX files, 20 seconds on the reader of results files;
  - without any optional library;
  - each header by itself, and the style of the sources.
The last line is "N passed, N failed"; the status is 0 when none failed.

  --quick       only gcc, release: unit tests and the quick verification; headers and style
  --arm64       only the ARM leg: cross build, tests under qemu
  --all         everything, then the ARM leg
  --no-install  do not install packages; what is missing shows as a failed step
  --help        this text
END
}

quick=0 host=1 arm64=0 install=1
for argument in "$@"; do
    case $argument in
    --quick) quick=1 ;;
    --arm64) arm64=1 host=0 ;;
    --all) arm64=1 ;;
    --no-install) install=0 ;;
    --help | -h) usage && exit 0 ;;
    *) echo "unknown option '$argument'" >&2 && usage >&2 && exit 2 ;;
    esac
done

passed=0 failed=0 skipped=0
began=$SECONDS
logs=$root/build/logs
mkdir -p "$logs"

say() {
    echo "[$((SECONDS - began)) s] $*"
}

# step NAME COMMAND...: one test; its output is shown only when it fails. Status 77 means skipped.
step() {
    local name=$1 log status
    shift
    log=$logs/$(echo "$name" | tr -c 'a-zA-Z0-9\n' '-').log
    "$@" >"$log" 2>&1
    status=$?
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
        say "ok       $name"
    elif [ $status -eq 77 ]; then
        skipped=$((skipped + 1))
        say "skipped  $name: $(tail -n 1 "$log")"
    else
        failed=$((failed + 1))
        say "FAILED   $name (status $status); the end of $log:"
        tail -n 40 "$log"
    fi
    return $status
}

# later NAME COMMAND...: a step that runs beside others, as many at once as there are processors; collect tells them all.
later_names=()
later() {
    local number=${#later_names[@]}
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
        wait -n
    done
    later_names+=("$1")
    shift
    rm -f "$logs/later-$number.status"
    {
        "$@"
        echo "$? $((SECONDS - began))" >"$logs/later-$number.status"
    } >"$logs/later-$number.log" 2>&1 &
}

# What a step that ran beside others left: its output, its status.
finished() {
    local status=1 at=?
    [ ! -f "$logs/later-$1.status" ] || read -r status at <"$logs/later-$1.status"
    cat "$logs/later-$1.log"
    echo "ended $at s after the start of everything, with status $status"
    return "$status"
}

collect() {
    local number
    wait
    for number in "${!later_names[@]}"; do
        step "${later_names[$number]}" finished "$number"
    done
    later_names=()
}

# configure NAME OPTION...: a build folder build/NAME with these meson options, kept up to date.
configure() {
    local folder=build/$1
    shift
    if [ -f "$folder/build.ninja" ]; then
        meson setup --reconfigure "$folder" "$@" && return 0
        rm -rf "$folder"
    fi
    meson setup "$folder" "$@"
}

# build NAME COMPILER OPTION...: configures and builds build/NAME; an empty COMPILER is left to a cross file.
build() {
    local name=$1 compiler=$2
    shift 2
    CC=$compiler configure "$name" "$@" && ninja -C "build/$name"
}

# meson_tests NAME [meson test arguments]: adds up what the tests in build/NAME say.
meson_tests() {
    local name=$1 counts
    shift
    rm -f "build/$name/meson-logs/testlog.json"
    meson test -C "build/$name" --no-rebuild "$@" >"$logs/tests-$name.log" 2>&1
    if ! counts=$(python3 tests/sum_results.py count "build/$name"); then
        failed=$((failed + 1))
        say "FAILED   tests of build/$name did not run:"
        tail -n 20 "$logs/tests-$name.log"
        return 1
    fi
    # shellcheck disable=SC2086 # three words
    set -- $counts
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    say "tests of build/$name: $1 passed, $2 failed, $3 skipped"
    [ "$2" -eq 0 ] || python3 tests/sum_results.py failed "build/$name"
}

# fuzz TARGET SECONDS LONGEST SEEDS: libFuzzer for that long, from the files in the folder SEEDS.
fuzz() {
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer -x c - -o build/fuzzer.test || {
        echo "clang has no libFuzzer here (Debian: libclang-rt-14-dev)"
        return 77
    }
    CC=clang configure fuzz --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fsanitize=fuzzer-no-link && ninja -C build/fuzz "tests/$1" && mkdir -p "build/fuzz/found-$1" || return 1
    UBSAN_OPTIONS=halt_on_error=1 "build/fuzz/tests/$1" -max_total_time="$2" -max_len="$3" -rss_limit_mb=2048 \
        -artifact_prefix=build/fuzz/ "build/fuzz/found-$1" "$4"
}

# Results files to start from: whole ones of the tests' own making, so that the fuzzer need not find the schema.
fuzz_results() {
    mkdir -p build/fuzz-seeds && build/release/tests/make_results build/fuzz-seeds 2 &&
        fuzz fuzz_results 20 262144 build/fuzz-seeds
}

host_legs() {
    step "gcc, release" build release gcc --buildtype=release -Dwerror=true &&
        if [ $quick -eq 1 ]; then
            meson_tests release --suite unit
            step "verify --quick" build/release/bench/convgauge verify --quick
        else
            meson_tests release
            step "verify" build/release/bench/convgauge verify && grep -h ' cases held' "$logs/verify.log"
        fi
    step "headers" env CC=gcc tests/check_headers.sh build/release
    step "style" tests/check_style.sh
    [ $quick -eq 0 ] || return 0
    step "clang" build clang clang --buildtype=release -Dwerror=true
    # No suite `device` there: a sanitizer's times mean nothing.
    step "sanitizers" build sanitize gcc --buildtype=debugoptimized -Dwerror=true \
        -Db_sanitize=address,undefined &&
        UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 meson_tests sanitize --no-suite device \
            --timeout-multiplier 5
    step "fuzzing the reader of ONNX files" fuzz fuzz_onnx 30 4096 tests/fuzz/onnx
    step "fuzzing the reader of results files" fuzz_results
    step "without optional parts" build minimal gcc --buildtype=release -Dwerror=true \
        -Dauto_features=disabled &&
        step "verify without optional parts" build/minimal/bench/convgauge verify --filter '^(unit|network in small)'
}

if [ $install -eq 1 ]; then
    sections="build optional test"
    [ $arm64 -eq 0 ] || sections="$sections arm64"
    # shellcheck disable=SC2086 # words
    install_packages $sections || exit 1
fi
[ $host -eq 0 ] || host_legs
[ $arm64 -eq 0 ] || . tests/arm64/leg.sh
say "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
