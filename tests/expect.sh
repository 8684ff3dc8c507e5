# What tests of the program by its commands share; sourced by them with "$@" = PROGRAM [WRAPPER...], e.g.
# build/bench/convgauge qemu-aarch64 -L SYSROOT. EMULATED=1: the wrapper is an emulator, so nothing may be timed.
set -u
program=$1
shift
wrapper=("$@")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache # nothing that is measured beside other tests is remembered for the user
passed=0 failed=0
data=$(dirname "$0")/data

run() {
    "${wrapper[@]}" "$program" "$@"
}

# expect STATUS PATTERN ARGUMENT...: the program with these arguments ends with STATUS, and stdout or stderr match the
# pattern (a basic regular expression).
expect() {
    local status=$1 pattern=$2 got
    shift 2
    run "$@" >"$folder/out" 2>"$folder/err"
    got=$?
    if [ "$got" -eq "$status" ] && grep -q -e "$pattern" "$folder/out" "$folder/err"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAILED: convgauge $*: status $got (expected $status), expected to match: $pattern"
    head -n 12 "$folder/out" "$folder/err"
}

# A mistake of the user: status 2, one sentence on stderr, nothing on stdout.
refuse() {
    expect 2 "$@"
    if [ -s "$folder/out" ] || [ "$(wc -l <"$folder/err")" -ne 1 ]; then
        failed=$((failed + 1))
        echo "FAILED: convgauge ${*:2}: not one sentence on stderr and nothing on stdout"
    fi
}

small='^(fc|stem|views: output)$'
native=(--engine native --threads 1)

# check WHAT COMMAND...: one check by another command, which ends with 0.
check() {
    local what=$1
    shift
    if "$@" >"$folder/out" 2>"$folder/err"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        tail -n 40 "$folder/out" "$folder/err"
    fi
}
# ends STATUS COMMAND...: it ends with that status.
ends() {
    local status=$1 got
    shift
    "$@"
    got=$?
    [ "$got" -eq "$status" ] || { echo "status $got (expected $status)" && false; }
}

# What a file says reaches the terminal without what a terminal would obey, and forges no line: by each way.
# tame EXPECT-OR-REFUSE STATUS PATTERN ARGUMENT...
tame() {
    "$@"
    if LC_ALL=C grep -q -e $'[\x01-\x08\x0b-\x1f\x7f]' -e $'\xc2\x9b' -e '^forged' "$folder/out" "$folder/err"; then
        failed=$((failed + 1))
        echo "FAILED: convgauge ${*:3}: what a file says is not written out:"
        cat -v "$folder/out" "$folder/err" | head -n 12
    fi
}

# counted WHAT: the last line of a test; its status.
counted() {
    echo "$1: Tested: $((passed + failed)) | Passing: $passed | Failing: $failed | Crashing: 0"
    [ $failed -eq 0 ]
}
