#!/bin/bash
# The figures of a report in a headless Chromium: no text on top of another, none outside its picture.
# usage: figures_in_browser.sh DIR
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    echo '<!DOCTYPE html><meta charset="utf-8"><body>'
    for svg in "$1"/figures/*.svg; do
        echo "<div data-name=\"$(basename "$svg")\">"
        sed -e '/<?xml/d' -e '/<!DOCTYPE/,/>/d' "$svg"
        echo '</div>'
    done
    echo '<pre id="out">waiting</pre><script>'
    cat "$here/labels.js"
    cat <<'END'
window.onload = () => {
  const say = []
  let texts = 0
  for (const d of document.querySelectorAll('div')) texts += look(d.querySelector('svg'), d.dataset.name, say)
  document.getElementById('out').textContent = say.length ? say.length + ' faults\n' + say.slice(0, 40).join('\n') : 'FINE ' + texts + ' texts'
}
</script>
END
} >"$work/all.html"
timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --virtual-time-budget=8000 \
    --dump-dom "file://$work/all.html" >"$work/dom" 2>/dev/null
sed -n '/<pre id="out">/,$p' "$work/dom" | sed -e '1s/.*<pre id="out">//' -e '/<\/pre>/{s/<\/pre>.*//;q}' | tee "$work/out"
grep -q '^FINE' "$work/out"
