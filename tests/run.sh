#!/bin/bash
# Builds and tests everything; see usage().
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
. scripts/packages.sh
. scripts/configure.sh

usage() {
    cat <<'END'
usage: tests/run.sh [--quick] [--arm64 | --debian13 | --all | --list] [--no-install]

Installs the Debian packages that are missing (packages.txt), then builds and tests, in build/:
  - gcc, release, warnings are errors: all tests, and `convgauge verify` on every shape and network;
  - clang, warnings are errors;
  - AddressSanitizer and UndefinedBehaviorSanitizer: all tests;
  - libFuzzer: half a minute on each of the readers of ONNX, of results and of Lua files;
  - without any optional library: the command line, and a verification;
  - a release: the tarball of `meson dist` builds and passes its unit tests (tests/dist.sh), the Debian package its own
    (tests/package.sh);
  - each header by itself, the plan of the house (rooms, circles, lengths), and the style of the sources.
The last line is "N passed, N failed"; the status is 0 when none failed. A test that is known (tests/meson.build) and did
not run, because something that it needs was not found, counts as failed.

  --quick       only gcc, release: unit tests and the quick verification; headers, house and style
  --arm64       only the ARM leg: cross build, tests under qemu
  --debian13    only the Debian 13 leg: build, unit tests, quick verification, a quick run and the package in a chroot, which
                needs root, mmdebstrap and apt's mirror (or the one that $DEBIAN_MIRROR names) and is skipped without them
  --all         everything, then both legs
  --list        only configure gcc, release, and list its tests; the status is 0 when none is left out
  --no-install  do not install packages; what is missing shows as a failed or a skipped step
  --help        this text
END
}

quick=0 host=1 arm64=0 debian13=0 install=1 list=0
for argument in "$@"; do
    case $argument in
    --quick) quick=1 ;;
    --arm64) arm64=1 host=0 ;;
    --debian13) debian13=1 host=0 ;;
    --all) arm64=1 debian13=1 ;;
    --list) list=1 ;;
    --no-install) install=0 && export NO_INSTALL=1 ;;
    --help | -h) usage && exit 0 ;;
    *) echo "unknown option '$argument'" >&2 && usage >&2 && exit 2 ;;
    esac
done

passed=0 failed=0 skipped=0
began=$SECONDS
logs=$root/build/logs
mkdir -p "$logs"

# What is tested is the same on every machine: engines that this user has got (bench/engines.sh) are not looked for, but
# by the ARM leg those for that processor.
user_engines=${CONVGAUGE_ENGINES:-${XDG_DATA_HOME:-$HOME/.local/share}/convgauge/engines}
unset CONVGAUGE_ENGINES
export XDG_DATA_HOME=$root/build/data

say() {
    echo "[$((SECONDS - began)) s] $*"
}

# Where a step's output stands.
log_of() {
    echo "$logs/$(echo "$1" | tr -c 'a-zA-Z0-9\n' '-').log"
}

# step NAME COMMAND...: one test; its output is shown only when it fails. Status 77 means skipped.
step() {
    local name=$1 log status
    shift
    log=$(log_of "$name")
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
# TESTS:tests as NAME is what later_tests runs, whose results are added up.
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

# What a step that ran beside others left: its status, its output, whose last line says why it was skipped.
finished() {
    local status=1 at="?"
    [ ! -f "$logs/later-$1.status" ] || read -r status at <"$logs/later-$1.status"
    echo "ended $at s after the start of everything, with status $status"
    cat "$logs/later-$1.log"
    return "$status"
}

collect() {
    local number
    wait
    for number in "${!later_names[@]}"; do
        case ${later_names[$number]} in
        *:tests) add_up "${later_names[$number]%:tests}" ;;
        *) step "${later_names[$number]}" finished "$number" ;;
        esac
    done
    later_names=()
}

# build NAME COMPILER OPTION...: configures and builds build/NAME; an empty COMPILER is left to a cross file.
build() {
    local name=$1 compiler=$2
    shift 2
    CC=$compiler configure "$name" "$@" && ninja -C "build/$name"
}

# run_tests NAME BUILD [meson test arguments]: the tests of build/BUILD that these arguments choose, by that name.
run_tests() {
    local name=$1 build=$2
    shift 2
    rm -f "build/$build/meson-logs/$name.json"
    echo "$build" >"$logs/tests-$name.build"
    printf '%s\n' "$@" >"$logs/tests-$name.arguments"
    meson test -C "build/$build" --no-rebuild --logbase "$name" "$@" >"$logs/tests-$name.log" 2>&1
}

# add_up NAME: what the tests say that run_tests ran by that name.
add_up() {
    local name=$1 build counts
    build=$(cat "$logs/tests-$name.build")
    # shellcheck disable=SC2046 # words
    if ! counts=$(python3 tests/sum_results.py count "build/$build/meson-logs/$name.json" \
        "build/$build/tests/known_tests.txt" $(sed -n '/^--suite$/{n;p}' "$logs/tests-$name.arguments")); then
        failed=$((failed + 1))
        say "FAILED   tests of build/$build ($name) did not run:"
        tail -n 20 "$logs/tests-$name.log"
        return 1
    fi
    # shellcheck disable=SC2086 # three words
    set -- $counts
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    say "tests of build/$build ($name): $1 passed, $2 failed, $3 skipped"
    [ "$2" -eq 0 ] || python3 tests/sum_results.py failed "build/$build/meson-logs/$name.json"
}

meson_tests() {
    run_tests "$@"
    add_up "$1"
}

# later_tests NAME BUILD [meson test arguments]: as meson_tests, beside others.
later_tests() {
    later "$1:tests" run_tests "$@"
}

# fuzz TARGET SECONDS LONGEST SEEDS: libFuzzer for that long, from the files in the folder SEEDS.
fuzz() {
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer -x c - -o build/fuzzer.test || {
        echo "clang has no libFuzzer here (Debian: libclang-rt-dev)"
        return 77
    }
    CC=clang configure fuzz --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fsanitize=fuzzer-no-link && ninja -C build/fuzz "tests/$1" && mkdir -p "build/fuzz/found-$1" || return 1
    UBSAN_OPTIONS=halt_on_error=1 "build/fuzz/tests/$1" -max_total_time="$2" -max_len="$3" -rss_limit_mb=2048 \
        -error_exitcode=1 -artifact_prefix=build/fuzz/ "build/fuzz/found-$1" "$4" # its own code is 77, a step that was skipped
}

# Results files to start from: whole ones of the tests' own making, so that the fuzzer need not find the schema.
fuzz_results() {
    mkdir -p build/fuzz-seeds && build/release/tests/make_results build/fuzz-seeds 2 &&
        fuzz fuzz_results 30 262144 build/fuzz-seeds
}

release_options="--buildtype=release -Dwerror=true -Dtests=enabled"
release() {
    # shellcheck disable=SC2086 # words
    build release gcc $release_options
}

# A sanitizer's times mean nothing: its suite `device` is not run.
sanitizers() {
    build sanitize gcc --buildtype=debugoptimized -Dwerror=true -Dtests=enabled -Db_sanitize=address,undefined
}

without_optional_parts() {
    build minimal gcc --buildtype=release -Dwerror=true -Dauto_features=disabled &&
        build/minimal/bench/convgauge verify --limit 600 --filter '^(unit|network in small)' &&
        tests/command_line.sh build/minimal/bench/convgauge &&
        tests/command_line_run.sh build/minimal/bench/convgauge &&
        tests/command_line_files.sh build/minimal/bench/convgauge
}

# One behind the other: they build in one folder.
fuzz_all() {
    fuzz fuzz_onnx 30 4096 tests/fuzz/onnx && fuzz fuzz_ncnn 20 4096 tests/fuzz/ncnn && fuzz_results && fuzz fuzz_lua 30 8192 tests/fuzz/lua
}

host_legs() {
    local built=0 sanitized=0 halt=print_stacktrace=1:halt_on_error=1
    step "gcc, release" release && built=1
    if [ $quick -eq 1 ]; then
        if [ $built -eq 1 ]; then
            meson_tests unit release --suite unit
            step "verify --quick" build/release/bench/convgauge verify --quick
        fi
        step "headers" env CC=gcc tests/check_headers.sh build/release
        step "house" tests/check_house.py --build build/release
        step "style" tests/check_style.sh
        return 0
    fi
    # What is timed and what watches the machine is alone on it.
    if [ $built -eq 1 ]; then
        meson_tests device release --suite device
        meson_tests unit release --suite unit
    fi
    step "sanitizers" sanitizers && sanitized=1
    [ $sanitized -eq 0 ] || UBSAN_OPTIONS=$halt meson_tests sanitize-unit sanitize --suite unit --timeout-multiplier 5

    # Everything else has no need to be alone. One job of meson test at a time: the others fill the machine.
    # The longest first.
    [ $sanitized -eq 0 ] ||
        UBSAN_OPTIONS=$halt later_tests sanitize-e2e sanitize --suite e2e --suite verify --num-processes 1 --timeout-multiplier 6
    if [ $built -eq 1 ]; then # all cases, so not those of the suite `verify` again
        later "verify" build/release/bench/convgauge verify --limit 600
        later_tests e2e release --suite e2e --num-processes 1 --timeout-multiplier 3
    fi
    [ $built -eq 0 ] || later "release: the tarball of meson dist" tests/dist.sh build/release
    later "release: the Debian package" tests/package.sh
    later "clang" build clang clang --buildtype=release -Dwerror=true
    later "without optional parts: build, verify, command line" without_optional_parts
    later "fuzzing the readers of ONNX, results and Lua files" fuzz_all
    later "headers" env CC=gcc tests/check_headers.sh build/release
    later "house" tests/check_house.py --build build/release
    later "style" tests/check_style.sh
    collect
    [ $built -eq 0 ] || grep -h ' cases held' "$logs/verify.log"
}

if [ $list -eq 1 ]; then
    CC=gcc configure release $release_options >"$logs/list.log" 2>&1 || { tail -n 20 "$logs/list.log" && exit 1; }
    meson introspect --tests build/release | python3 tests/sum_results.py list build/release/tests/known_tests.txt
    exit
fi
if [ $install -eq 1 ]; then
    sections="build optional test package"
    [ $arm64 -eq 0 ] || sections="$sections arm64"
    install_packages "$sections" "$([ $debian13 -eq 0 ] || echo debian13)" || exit 1
fi
[ $host -eq 0 ] || host_legs
[ $debian13 -eq 0 ] || . tests/debian13/leg.sh
[ $arm64 -eq 0 ] || . tests/arm64/leg.sh
say "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
