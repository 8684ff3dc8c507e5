#!/bin/bash
# Reports and results files from the outside: schema, the same bytes twice, hostile names, links, no gnuplot, many files, and
# the page in a browser. usage: report.sh PROGRAM MAKE_RESULTS SCHEMA [FILES]
here=$(cd "$(dirname "$0")" && pwd)
make_results=$2 schema=$3 files=${4:-1000}
. "$here/expect.sh" "$1"

absent() { ! grep -rlI -e "$1" "${@:2}"; }
no_file() { [ -z "$(find "$1" -name "$2")" ]; }

mkdir "$folder/one" "$folder/evil" "$folder/many" "$folder/settings"
"$make_results" "$folder/one" 2 || exit 1
"$make_results" "$folder/settings" 1 settings || exit 1
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
    check "measured files against the schema" $python "$folder/validate.py" "$schema" "$(dirname "$schema")"/*/*.json "$here"/data/results/*.json
    sed 's/"cores":2/"cores":-2/' "$a" >"$folder/bad.json"
    check "the schema refuses, too" bash -c "! $python '$folder/validate.py' '$schema' '$folder/bad.json'"
else
    echo "not checked: python3-jsonschema is not installed"
fi

check "report" "$program" report "$a" "$b" paper:snapdragon810 -o "$folder/r1"
check "report again" "$program" report "$a" "$b" paper:snapdragon810 -o "$folder/r2"
check "the same bytes" diff -r "$folder/r1" "$folder/r2"
check "tables as CSV" bash -c "[ -s '$folder/r1/tables/'*-files.csv ]"
# files of several settings: each setting's networks with their statements, then their score card
check "report of files of several settings" "$program" report "$folder/settings" "$a" -o "$folder/r7"
check "score cards behind their networks" bash -c \
    "ls '$folder/r7/tables' | awk '/networks-proxies/ { if (last !~ /statements/) bad = 1 } { last = \$0 } END { exit bad }'"
check "Markdown begins with the answers" bash -c "head -n 7 '$folder/r1/report.md' | grep -q '^### The guidelines: what holds here'"
check "and what each guideline is worth" grep -q '^### What each guideline is worth here' "$folder/r1/report.md"
check "so do the printed ones" bash -c "'$program' report '$a' --markdown | head -n 1 | grep -q 'The guidelines: what holds here'"
check "and say how many verdicts are open" grep -q 'Of [0-9]* verdicts .* undecided' "$folder/r1/report.md"
check "of several files, which one is meant" grep -q '^2: .*time per madd' "$folder/r1/report.md"
# one file, two engines, two threads: every figure there is, and the verdict first in each guideline's section
check "report of several settings" "$program" report "$folder/settings" -o "$folder/r0" --formats svg,png,pdf
gnuplot=$(command -v gnuplot)
for kind in speed-against-flops guideline-g1 guideline-g2 guideline-g3 guideline-g4 1-networks-figure1-native-1t 1-networks-speed-native-1t \
    1-networks-memory-native-1t 1-networks-roofline-native-1t 1-networks-ranks-native-1t 1-threads-networks 1-breakdown \
    1-engines-networks 1-networks-proxies-native-1t 1-layers; do
    for form in gp dat ${gnuplot:+svg png pdf}; do
        check "figure $kind as $form" bash -c "ls '$folder/r0/figures/$kind'*.$form && [ -s '$folder/r0/figures/$kind'*.$form ]"
    done
done
for label in 'images / s' 'MFLOPs (M multiply-adds an image)' 'memory access cost, MB an image (f32)' 'Gmadds / s' \
    'published top-1 error, %' 'share of the time of all layers, %' 'time per madd (1:1 = 1)' 'time added, %' \
    "% of the device's best network"; do
    [ -z "$gnuplot" ] || check "unit on an axis: $label" grep -rqF "${label}<" "$folder/r0/figures" --include='*.svg'
done
[ -z "$gnuplot" ] || check "a caption names device, engine, threads and n" grep -q 'Model CPU 9000; native, 1 thread, avx512, hot; [0-9]* networks, n = 4 processes' \
    "$folder/r0/index.html"
for g in 1 2 3 4; do
    check "G$g begins with its verdict" bash -c "grep -A1 '<h2[^>]*>G$g: ' '$folder/r0/index.html' | grep -q '<p class=\"verdict\">G$g .*\['"
done
check "caveats beside the records" grep -q '<li>Caveats (native, 1 thread.*): a virtual machine' "$folder/r0/index.html"
check "Figure 2 beside the paper" grep -q 'in the paper, Conv is 87 % on ARM and 50 % on GPU' "$folder/r0/report.md"
check "a guideline's lines, the paper's too, are relative to the same case" \
    awk '$1 == "0" { n++; if (($2 != "NaN" && $2 != 1) || ($5 != "NaN" && $5 != 1)) exit 1; p += $5 == 1 } END { exit n < 9 || p < 3 }' "$folder/r0/figures/guideline-g1.dat"
check "what operations add, beside the paper's two devices" \
    awk '/"ReLU"/ && $2 != "NaN" && $5 > 0 && $6 > 0 { n++ } END { exit n < 3 }' "$folder/r0/figures/guideline-g4.dat"
check "a guideline's figure says the finding" grep -qE "^title = .G1[^:]*: (HOLDS|NO EFFECT|UNCLEAR|MIXED).*The paper, 1:12: 1\.39 on ARM and 2\.08 on GPU" \
    "$folder/r0/figures/guideline-g1.gp"
check "one picture of engines, not those of each" no_file "$folder/r0/figures" '*-speed-onednn-*'
[ -z "$gnuplot" ] || check "the paper's Figure 1 whole" bash -c "[ \$(grep -c 'MFLOPs (M multiply-adds an image)<' '$folder/r0/figures/'1-networks-figure1-*.svg) -eq 3 ]"
# Real files tell of their rounds: their samples stand in the figure of samples.
check "report of a measured file" "$program" report "$here/data/results/convgauge-2.json" -o "$folder/r10"
check "its samples over time" bash -c "${gnuplot:+[ -s '$folder/r10/figures/1-samples.svg' ] &&} grep -q 'Samples over time: [0-9.]* % of [1-9][0-9]* in rounds' '$folder/r10/figures/1-samples.gp'"
check "a figure can be drawn again" bash -c "${gnuplot:+cd '$folder/r0/figures' && rm guideline-g1.svg && gnuplot guideline-g1.gp && [ -s guideline-g1.svg ]}"

# The summary: as wide as asked, in colours on a terminal only; parts that were not measured are left out.
summary() { # summary COLUMNS: no line but commands is wider
    COLUMNS=$1 "$program" report --summary "$a" >"$folder/summary" &&
        python3 -c 'import sys; sys.exit(any(len(line) > int(sys.argv[1]) + 1 and "convgauge " not in line for line in open(sys.argv[2])))' \
            "$1" "$folder/summary"
}
for columns in 80 100 120; do
    check "the summary fits $columns columns" summary $columns
done
for text in 'Do FLOPs predict speed?' 'G1 widths 1:12 .* 1.39, 2.08' 'How far to trust this' 'What next'; do
    check "the summary says '$text'" grep -q "$text" "$folder/summary"
done
check "no colours in a file" absent $'\033' "$folder/summary"
for colours in 1 0; do
    check "colours on a terminal: $colours" bash -c "TERM=xterm NO_COLOR=${colours#1} python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \\
        '$program' report --summary '$a' | grep -c \$'\\033\\[1mHOLDS' | awk '{ exit (\$1 > 0) != $colours }'"
done
"$program" report --summary "$folder/evil/device-0000.json" >"$folder/summary"
check "the summary of a hostile file is tame" bash -c "grep -q 'How far to trust' '$folder/summary' && ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' '$folder/summary'"
check "--summary prints words only" bash -c "'$program' report --summary '$a' --csv 2>&1 | grep -q 'leave out -o'"

check "tables on the terminal" bash -c "'$program' report '$a' | grep -q '^G1: equal channel width'"
check "tables as JSON" bash -c "'$program' report '$a' --json | ${python:-python3} -m json.tool"
check "for dashboards" env PYTHONDONTWRITEBYTECODE=1 python3 "$here/dashboards.py" "$program" "$a" "$folder/settings/device-0000.json" \
    "$(dirname "$schema")/amd-epyc-zen-4/full.json"
check "hostile names for dashboards" bash -c "for form in google-benchmark github-action-benchmark bencher; do
    '$program' report '$folder/evil/device-0000.json' --as \$form | ${python:-python3} -m json.tool || exit 1; done"
check "an unknown dashboard, one sentence" bash -c "'$program' report '$a' --as x 2>&1 | grep -q 'google-benchmark, github-action-benchmark and bencher'"
check "a dashboard in a folder, one sentence" bash -c "'$program' report '$a' --as bencher -o x 2>&1 | grep -q 'JSON of its own'"
check "of the paper, one sentence" bash -c "! '$program' report paper:snapdragon810 2>&1 | grep -v 'no tables of its own'"
# What others measured: a log of benchncnn (rows missing, int8 ones), devices of ncnn's page.
logs=$(dirname "$0")/data/benchncnn
check "a log of benchncnn has its place" bash -c "'$program' report '$logs/phone.txt' | grep -qE 'Over the 9 networks .* this is place [0-9]+ of [0-9]+'"
check "as it is counted from the tables" "$here/place.py" "$program" "$here/.." "$logs/phone.txt"
check "a broken line is refused by number" bash -c "! '$program' report '$logs/broken.txt' 2>&1 | grep -vE 'broken.txt:19: .* is no row'"
check "a log beside a published device" bash -c "'$program' compare '$logs/phone.txt' ncnn:rk3588/1 | grep -q 'published: no verdicts'"
check "every published device beside a log" bash -c "'$program' compare '$logs/phone.txt' ncnn:all --json | ${python:-python3} -m json.tool"
check "a page with the atlas" "$program" report "$logs/phone.txt" "$a" ncnn:rk3588/1 -o "$folder/atlas"
check "its findings and its figure" bash -c "grep -q 'The atlas' '$folder/atlas/index.html' && grep -q 'multiply-adds order' '$folder/atlas/report.md' &&
    [ \$(grep -c . '$folder/atlas/figures/atlas.dat') -gt 3000 ]"
# gnuplot counts blocks: an empty one would put names to the data of others
check "a block of data for each series" python3 -c '
import glob, re, sys
for script in [s for folder in sys.argv[1:] for s in glob.glob(folder + "/figures/*.gp")]:
    series = re.search(r"^series = (\d+)$", open(script).read(), re.M)
    if series:
        data = re.sub(r"^#.*\n", "", open(script[:-2] + "dat").read(), flags=re.M)
        blocks = re.split(r"\n\n\n+", data.strip("\n"))
        assert len(blocks) == int(series[1]), (script, len(blocks), series[1])
' "$folder"/{r0,r1,r7,r10,atlas}
check "report with SVG only" "$program" report "$a" -o "$folder/svg" --formats svg
check "no other picture, and no link to one" bash -c "! ls '$folder/svg/figures' | grep -E 'png|pdf' && ! grep -E 'png|pdf' '$folder/svg/index.html'"
check "a wrong form of pictures, one sentence" bash -c "'$program' report '$a' -o '$folder/svg' --formats gif 2>&1 | grep -q 'svg, png and pdf'"
check "no folder, one sentence" bash -c "! '$program' report '$a' -o '$folder/none/x' 2>&1 | grep -v 'cannot make the folder'"

check "hostile names" "$program" report "$folder/evil/device-0000.json" -o "$folder/r3"
check "no script in the page but its own" bash -c "[ \$(cat '$folder'/r3/*.html | grep -c '<script') -eq 2 ] && ! grep -l '<script' '$folder/r3/report.md'"
check "no markup in pictures" bash -c "! grep -li '<script' '$folder'/r3/figures/*.svg 2>/dev/null | grep ."
check "no command was run" no_file "$folder" 'pwned*'
check "nor here" no_file . 'pwned*'
for command in "compare '$folder/evil/device-0000.json' '$a'" "report '$folder/evil/device-0000.json'"; do
    check "hostile names on a terminal: ${command%% *}" \
        bash -c "'$program' $command >'$folder/told' && ! grep -q \$'\\x1b' '$folder/told' && grep -q 'set output' '$folder/told'"
done

# what stands in the folder already must not lead out of it
mkdir -p "$folder/r4/figures" "$folder/r4/tables"
echo keep >"$folder/outside"
for name in index.html details.html report.md figures/guideline-g1.svg figures/guideline-g1.gp figures/all.gp tables/01-answers.csv; do
    ln -s "$folder/outside" "$folder/r4/$name"
done
check "report over links" "$program" report "$a" -o "$folder/r4"
check "links are not written through" grep -qx keep "$folder/outside"
mkdir "$folder/r5"
ln -s "$folder/one" "$folder/r5/figures"
check "a linked folder is refused" bash -c "! '$program' report '$a' -o '$folder/r5'"

# A file that cannot be written is named with its folder and ending.
check "no more room" bash -c "ulimit -f 1; ! '$program' report '$a' -o '$folder/full' 2>'$folder/said'"
check "names the file" grep -q "cannot write '$folder/full/[a-z]*/[a-z0-9-]*\\.[a-z]*': File too large" "$folder/said"
check "and leaves no part of it" bash -c "[ -z \"\$(find '$folder/full' -type f -size +1)\" ]"

check "without gnuplot" env PATH=/nonexistent "$(realpath "$program")" report "$a" -o "$folder/r6"
cat "$folder/out" "$folder/err" >"$folder/said"
check "says so" grep -q 'gnuplot is not installed' "$folder/said"
check "and has its tables" grep -q '<table' "$folder/r6/index.html"

check "compare finds itself the same" bash -c "'$program' compare '$a' '$a' --fail-on slower"
check "compare the files of a folder" bash -c "'$program' compare '$folder/one' | grep -q '^B  device-0001.json'"
check "one file is not compared, 2" bash -c "'$program' compare '$a'; [ \$? -eq 2 ]"
check "compare fails with 3" bash -c "'$program' compare '$b' '$a' --fail-on slower >/dev/null; [ \$? -eq 3 ]"
check "compare names a processor quota in JSON" bash -c "'$program' compare '$a' '$b' --json | grep -q '\"cpu_limit\"'"
check "details of those that are picked" bash -c "'$program' compare '$folder/one' '$folder/settings' --detail '/settings/' | grep -q 'device-0000.json' &&
    '$program' report '$folder/one' '$folder/settings' --detail '/settings/' -o '$folder/r11' && grep -q 'The first 2 of 3 files' '$folder/r11/report.md'"
check "caveats that repeat are merged" bash -c "grep -q '^- 1: Model CPU 9000; 2: .*: ' '$folder/r11/report.md'"
sed 's/Model CPU 9001/Other CPU/g' "$b" >"$folder/other.json"
check "and what differs alike is said once" bash -c "'$program' compare '$a' '$folder/other.json' '$b' '$folder/other.json' | grep -q 'A and B, D differ in cpu: Model CPU 9000, Other CPU'"
check "details in JSON, one sentence" bash -c "! '$program' compare '$a' '$b' --json --detail x 2>&1 | grep -v 'leave --detail out'"
check "details without a page, one sentence" bash -c "! '$program' report '$a' --detail x 2>&1 | grep -v 'which -o DIR asks for'"
check "details of none, one sentence" bash -c "! '$program' compare '$a' '$b' --detail nowhere 2>&1 | grep -v 'matches no file'"
check "compare as JSON" bash -c "'$program' compare '$a' '$b' --json | grep -q '\"ci_low\"'"
sed 's/"ns":\[/&/; s/"samples":{"process"/"samplez":{"process"/' "$a" >"$folder/bad.json"
check "a bad file is refused with 2" bash -c "'$program' compare '$a' '$folder/bad.json'; [ \$? -eq 2 ]"
head -c 70000 "$a" >"$folder/cut.json"
check "a cut file is refused with 2" bash -c "'$program' report '$folder/cut.json' -o '$folder/r7'; [ \$? -eq 2 ]"

if [ "$files" -gt 0 ]; then
    "$make_results" "$folder/many" "$files" || exit 1
    mkdir "$folder/fourth"
    ls "$folder/many" | head -n $((files / 4)) | while read -r name; do ln -s "$folder/many/$name" "$folder/fourth/"; done
    # Processor time, so that other work on the machine does not count. meson's MALLOC_PERTURB_ writes to all memory that is
    # asked for, used or not.
    report_time() { # report_time FOLDER DIR: milliseconds into $spent
        local before after
        before=$(awk '{print $16 + $17}' /proc/$$/stat)
        check "report of $1" env -u MALLOC_PERTURB_ python3 -c 'import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
subprocess.run(sys.argv[2:], check=True)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))' \
            "$folder/peak" "$program" report "$folder/$1" -o "$folder/$2"
        after=$(awk '{print $16 + $17}' /proc/$$/stat)
        spent=$(((after - before) * 1000 / $(getconf CLK_TCK)))
    }
    # Four times the files take 4 times as long, or 16 times where each is compared with each: 8 stands between. Work beside
    # this disturbs by less than that, and not every time.
    for _ in 1 2 3; do
        report_time fourth r9
        few=$spent
        report_time many r8
        [ $spent -ge $((few * 8)) ] || break
    done
    echo "$files files: $spent ms of processor time, $(cat "$folder/peak") MB, a fourth of them $few ms, page $(stat -c %s "$folder/r8/index.html") bytes"
    check "time grows no faster than the files" test $spent -lt $((few * 8))
    check "many files do not fill the memory" test "$(cat "$folder/peak")" -le 400
    check "a page that stays usable" test "$(stat -c %s "$folder/r8/index.html")" -lt 20000000
fi

if command -v chromium >/dev/null; then
    check "the page of two devices beside the paper's" "$here/page_in_browser.sh" "$folder/r1"
    for report in r0 atlas; do # engines, threads, networks of others
        check "the page of $report on a phone" "$here/page_in_browser.sh" "$folder/$report" 400
    done
    for report in r0 r1 r10 atlas $([ "$files" -gt 0 ] && echo r9); do
        check "texts in the figures of $report" "$here/figures_in_browser.sh" "$folder/$report"
    done
    check "texts in the documents' figures" "$here/figures_in_browser.sh" "$here/../docs"
else
    echo "not checked: chromium is not installed"
fi

counted report
