#!/bin/bash
# The report's page of a whole run, and of 3, 50 and 300 devices: its size, its order, in a browser, printed. Pictures of it for people
# to look at stay in FOLDER: NAME.png has the widths 400, 800 and 1400 side by side. usage: page.sh PROGRAM MAKE_RESULTS RESULTS FOLDER
make_results=$2 results=$3 shown=$4
here=$(cd "$(dirname "$0")" && pwd)
. "$here/expect.sh" "$1"
rm -rf "$shown"
mkdir -p "$shown/files"

browse() { timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --user-data-dir="$shown/profile" --virtual-time-budget=5000 "$@" 2>/dev/null; }
picture() { # picture NAME REPORT SELECTOR [OPTION of Chromium]: what stands at the selector, at three widths
    {
        echo '<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:#888;display:flex;gap:10px">'
        for width in 400 800 1400; do
            echo "<iframe style=\"border:0;flex:none;width:${width}px;height:1100px\" src=\"file://$shown/$2/index.html\"></iframe>"
        done
        echo "<script>onload = () => { for (const f of document.querySelectorAll('iframe')) f.contentDocument.querySelector('$3').scrollIntoView() }</script>"
    } >"$shown/frames.html"
    browse "${@:4}" --window-size=2620,1100 --screenshot="$shown/$1.png" "file://$shown/frames.html" >/dev/null
    [ -s "$shown/$1.png" ]
}

check "devices are made up" "$make_results" "$shown/files" 300
check "report of a whole run" "$program" report "$results" -o "$shown/run" --formats svg
for n in 3 50 300; do
    mapfile -t names < <(find "$shown/files" -name '*.json' | sort | head -n $n)
    check "report of $n devices" "$program" report "${names[@]}" -o "$shown/devices-$n" --formats svg
done
page=$shown/run/index.html
model=$(sed -n 's/.*"cpu_model": *"\([^"]*\)".*/\1/p' "$results" | head -n 1)
check "title and heading name the device" bash -c "grep -qF '<title>$model: ' '$page' && grep -qF '<h1>$model: ' '$page'"
first=$(command -v gnuplot >/dev/null && echo 'speed-against-flops ') # pictures only
check "answers, first figure, guidelines, then the device" bash -c \
    "grep -oE '<h2[^>]*>(In short|G1: |Device)|<figure id=\"f-[a-z-]*' '$page' | grep -oE 'In short|G1|Device|speed-against-flops' | tr '\n' ' ' | grep -q '^In short ${first}G1 Device'"
size=$(stat -c %s "$page")
echo "the page of a whole run: $size bytes, and details of $(stat -c %s "$shown/run/details.html")"
check "the page is smaller than 0.6 MB" test "$size" -lt 600000
if command -v chromium >/dev/null && command -v gnuplot >/dev/null; then
    check "the page of a whole run in a browser" "$here/page_in_browser.sh" "$shown/run"
    check "the page of 50 devices in a browser" "$here/page_in_browser.sh" "$shown/devices-50" 400 1400
    browse --no-pdf-header-footer --print-to-pdf="$shown/run.pdf" "file://$page" >/dev/null
    sheets=$(grep -aoE '/Type */Page\b' "$shown/run.pdf" | wc -l)
    echo "printed: $sheets pages"
    check "printed on few pages" test "$sheets" -ge 1 -a "$sheets" -le 20 # 12, but for other fonts
    check "picture of the page's top" picture top run h1
    check "picture of Figure 1" picture figure-1 run '#f-speed-against-flops'
    check "and on a dark screen" picture figure-1-dark run '#f-speed-against-flops' --blink-settings=preferredColorScheme=0
    check "picture of G1" picture g1 run '#f-guideline-g1'
    for n in 3 50 300; do
        check "picture of $n devices" picture devices-$n devices-$n '#f-devices'
    done
else
    echo "not checked: chromium or gnuplot is not installed"
fi
rm -rf "$shown/profile" "$shown/files"
echo "pictures are in $shown"
counted page
