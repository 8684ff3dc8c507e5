#!/bin/bash
# Reports and results files from the outside: schema, the same bytes twice, hostile names, links, no gnuplot, many files, and
# the page in a browser. usage: report.sh PROGRAM MAKE_RESULTS SCHEMA [FILES]
set -u
program=$1 make_results=$2 schema=$3 files=${4:-1000}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        tail -n 15 "$folder/log"
    fi
}
absent() { ! grep -rlI -e "$1" "${@:2}"; }
no_file() { [ -z "$(find "$1" -name "$2")" ]; }

mkdir "$folder/one" "$folder/evil" "$folder/many"
"$make_results" "$folder/one" 2 || exit 1
"$make_results" "$folder/evil" 1 hostile || exit 1
a=$folder/one/device-0000.json b=$folder/one/device-0001.json

python=/usr/bin/python3
if $python -c 'import jsonschema' 2>/dev/null; then
    cat >"$folder/validate.py" <<'END'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
for name in sys.argv[2:]:
    jsonschema.validate(json.load(open(name)), schema)
END
    check "files against the schema" $python "$folder/validate.py" "$schema" "$a" "$folder/evil/device-0000.json"
    sed 's/"cores":2/"cores":-2/' "$a" >"$folder/bad.json"
    check "the schema refuses, too" bash -c "! $python '$folder/validate.py' '$schema' '$folder/bad.json'"
else
    echo "not checked: python3-jsonschema is not installed"
fi

check "report" "$program" report "$a" "$b" paper:snapdragon810 -o "$folder/r1"
check "report again" "$program" report "$a" "$b" paper:snapdragon810 -o "$folder/r2"
check "the same bytes" diff -r "$folder/r1" "$folder/r2"
check "tables as CSV" test -s "$folder/r1/tables/01-files.csv"
check "Markdown" grep -q '^## In short' "$folder/r1/report.md"
check "no folder, one sentence" bash -c "! '$program' report '$a' -o '$folder/none/x' 2>&1 | grep -v 'cannot make the folder'"

check "hostile names" "$program" report "$folder/evil/device-0000.json" -o "$folder/r3"
check "no script in the page" absent '<script' "$folder/r3/index.html" "$folder/r3/report.md"
check "no markup in pictures" bash -c "! grep -li '<script' '$folder'/r3/figures/*.svg 2>/dev/null | grep ."
check "no command was run" no_file "$folder" 'pwned*'
check "nor here" no_file . 'pwned*'
check "hostile names on a terminal" bash -c "'$program' compare '$folder/evil/device-0000.json' '$a' | (! grep -q \$'\\x1b')"

# what stands in the folder already must not lead out of it
mkdir -p "$folder/r4/figures" "$folder/r4/tables"
echo keep >"$folder/outside"
for name in index.html report.md figures/guideline-g1.svg figures/guideline-g1.gp figures/all.gp tables/01-files.csv; do
    ln -s "$folder/outside" "$folder/r4/$name"
done
check "report over links" "$program" report "$a" -o "$folder/r4"
check "links are not written through" grep -qx keep "$folder/outside"
mkdir "$folder/r5"
ln -s "$folder/one" "$folder/r5/figures"
check "a linked folder is refused" bash -c "! '$program' report '$a' -o '$folder/r5'"

check "without gnuplot" env PATH=/nonexistent "$(realpath "$program")" report "$a" -o "$folder/r6"
cp "$folder/log" "$folder/said"
check "says so" grep -q 'gnuplot is not installed' "$folder/said"
check "and has its tables" grep -q '<table' "$folder/r6/index.html"

check "compare finds itself the same" bash -c "'$program' compare '$a' '$a' --fail-on slower"
check "compare as JSON" bash -c "'$program' compare '$a' '$b' --json | grep -q '\"ci_low\"'"
sed 's/"ns":\[/&/; s/"samples":{"process"/"samplez":{"process"/' "$a" >"$folder/bad.json"
check "a bad file is refused with 2" bash -c "'$program' compare '$a' '$folder/bad.json'; [ \$? -eq 2 ]"
head -c 70000 "$a" >"$folder/cut.json"
check "a cut file is refused with 2" bash -c "'$program' report '$folder/cut.json' -o '$folder/r7'; [ \$? -eq 2 ]"

if [ "$files" -gt 0 ]; then
    "$make_results" "$folder/many" "$files" || exit 1
    start=$(date +%s%N)
    check "$files files" bash -c "ulimit -v 1048576; '$program' report '$folder/many' -o '$folder/r8'"
    seconds=$(($(date +%s%N) - start))
    echo "$files files: $((seconds / 1000000)) ms, page $(stat -c %s "$folder/r8/index.html") bytes"
    check "$files files within 20 s" test $seconds -lt 20000000000
    check "a page that stays usable" test "$(stat -c %s "$folder/r8/index.html")" -lt 20000000
fi

if command -v chromium >/dev/null; then
    for width in 390 1400; do
        check "the page at $width px" "$here/page_in_browser.sh" "$folder/r1" $width
    done
else
    echo "not checked: chromium is not installed"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
