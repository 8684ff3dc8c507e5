#!/bin/bash
# tests/trust.sh from the outside: what it says of itself and refuses, and a part from end to end on two tiny cases. Its
# times are not looked at. usage: trust_trial.sh BUILD
set -u -o pipefail
build=$1
trust=$(cd "$(dirname "$0")" && pwd)/trust.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0

# says STATUS TEXT ARGUMENT...: trust.sh ends with this status and says that.
says() {
    local status=$1 text=$2 got
    shift 2
    "$trust" "$@" >"$folder/said" 2>&1
    got=$?
    [ $got -eq "$status" ] && grep -qF -- "$text" "$folder/said" && return
    echo "trust.sh $*: status $got, not $status with '$text':"
    cat "$folder/said"
    bad=1
}

says 0 "usage: trust.sh" --help
says 0 "dose-full" --list
says 0 "coverage" --build "$build"
says 2 "there is no part 'pears'" pears
says 2 "unknown option '--pear'" --pear 1 pairs
says 2 "--pairs takes a number" --pairs none pairs
says 2 "--pause takes a number" --pause none coverage
says 2 "build it: ninja -C" --build "$folder" pairs

# Whether what is asked for holds depends on the machine: 0 or 3.
"$trust" --build "$build" --raw "$folder" --suites widths --filter 'depthwise quick/(8|64)$' --budget 2 --pairs 1 \
    --trials 20 pairs simulation >"$folder/said" 2>&1
case $? in 0 | 3) ;; *) echo "pairs and simulation failed: $(cat "$folder/said")" && bad=1 ;; esac
[ "$(grep -c ',widths/depthwise quick/' "$folder/pairs/pairs.csv")" -eq 2 ] || { echo "pairs.csv holds other than two cases" && bad=1; }
[ "$(grep -c '^1,0.05,' "$folder/pairs/pairs.csv")" -eq 1 ] || { echo "there is other than one control" && bad=1; }
cp -r "$folder/pairs" "$folder/before"
"$trust" --raw "$folder" --again pairs >"$folder/said" 2>&1
for file in pairs.csv pairs.json pairs.txt; do
    cmp "$folder/before/$file" "$folder/pairs/$file" || bad=1
done
exit $bad
