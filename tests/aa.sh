#!/bin/bash
# A/A: the same thing is measured twice, so every FASTER or SLOWER of a comparison is a wrong claim.
# usage: aa.sh [--pairs N] [--load half|none|all] [--keep DIR] PROGRAM [RUN ARGUMENT...]
#   --pairs N   pairs of runs (20)
#   --load L    pairs that run beside a process which keeps another cpu busy: half (every second one), none, all (half)
#   --keep DIR  keep the results files there
#   PROGRAM     convgauge; the arguments behind it go to `run` (g1 --quick)
# Ends with 0 when at most one pair in twenty (and always one) holds a wrong claim, 3 when more do.
set -eu
pairs=20 load=half keep='' loader='' measured=''
usage() {
    sed -n '2,8s/^# //p' "$0"
    exit "$1"
}
while [ $# -gt 0 ]; do
    case $1 in
    --pairs) pairs=${2:?--pairs needs a number} && shift 2 ;;
    --load) load=${2:?--load needs half, none or all} && shift 2 ;;
    --keep) keep=${2:?--keep needs a folder} && shift 2 ;;
    --help | -h) usage 0 ;;
    -*) echo "aa.sh: unknown option '$1'" >&2 && usage 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || usage 2
case $pairs in '' | *[!0-9]* | 0) echo "aa.sh: --pairs takes a number from 1 on, not '$pairs'" >&2 && exit 2 ;; esac
case $load in half | none | all) ;; *) echo "aa.sh: --load takes half, none or all, not '$load'" >&2 && exit 2 ;; esac
program=$1
shift
[ $# -gt 0 ] || set -- g1 --quick
folder=${keep:-$(mktemp -d)}
mkdir -p "$folder"

stop_load() {
    [ -z "$loader" ] || kill "$loader" 2>/dev/null || true
    loader=''
}
# shellcheck disable=SC2329 # called by the trap
finish() {
    stop_load
    [ -n "$keep" ] || rm -rf "$folder"
}
trap finish EXIT

# The cpus that this process may use, one a line: runs go onto the first, the load onto the last.
cpus=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | awk -F- '{for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i}')
measured=$(echo "$cpus" | head -n 1)
other=$(echo "$cpus" | tail -n 1)
if [ "$load" != none ] && [ "$measured" = "$other" ]; then
    echo "aa.sh: there is one cpu only, so none can be loaded beside the measured one: --load none" >&2
    exit 2
fi

start_load() {
    taskset -c "$other" sh -c 'while :; do :; done' &
    loader=$!
}

"$program" info --no-measure | grep '^noise floor' || true
wrong_pairs=0 claims=0
for pair in $(seq "$pairs"); do
    beside='idle'
    if [ "$load" = all ] || { [ "$load" = half ] && [ $((pair % 2)) = 0 ]; }; then
        start_load
        beside="cpu $other busy"
    fi
    for side in a b; do
        "$program" run "$@" --cores "$measured" -o "$folder/$pair-$side.json" >/dev/null 2>"$folder/err" ||
            { cat "$folder/err" >&2 && exit 1; }
    done
    stop_load
    "$program" compare "$folder/$pair-a.json" "$folder/$pair-b.json" --json >"$folder/$pair.json"
    count() { grep -c "\"verdict\": *\"$1\"" "$folder/$pair.json" || true; }
    wrong=$(($(count FASTER) + $(count SLOWER)))
    echo "pair $pair ($beside): $(count SAME) SAME, $(count UNCLEAR) UNCLEAR, $wrong wrong"
    claims=$((claims + wrong))
    [ "$wrong" = 0 ] || wrong_pairs=$((wrong_pairs + 1))
done
allowed=$(((pairs + 19) / 20))
echo "$wrong_pairs of $pairs pairs hold a wrong claim ($claims claims in all); allowed: $allowed"
[ "$wrong_pairs" -le "$allowed" ] || exit 3
