#!/bin/bash
# The figures of a report in a headless Chromium: no text on top of another, none outside its picture.
# usage: figures_in_browser.sh DIR
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    echo '<!DOCTYPE html><meta charset="utf-8"><body>'
    for svg in "$1"/figures/*.svg; do
        echo "<div data-name=\"$(basename "$svg")\">"
        sed -e '/<?xml/d' -e '/<!DOCTYPE/,/>/d' "$svg"
        echo '</div>'
    done
    cat <<'END'
<pre id="out">waiting</pre><script>
// Corners of a text's box, a little smaller than it: letters do not fill their line.
function corners(t) {
  const b = t.getBBox(), m = t.getScreenCTM(), s = t.ownerSVGElement, dy = b.height * 0.2, dx = 1
  return [[b.x + dx, b.y + dy], [b.x + b.width - dx, b.y + dy], [b.x + b.width - dx, b.y + b.height - dy], [b.x + dx, b.y + b.height - dy]]
    .map(([x, y]) => { const p = s.createSVGPoint(); p.x = x; p.y = y; const q = p.matrixTransform(m); return [q.x, q.y] })
}
function apart(a, b) {
  for (const p of [a, b]) for (let i = 0; i < 4; i++) {
    const n = [p[(i + 1) % 4][1] - p[i][1], p[i][0] - p[(i + 1) % 4][0]], on = q => q.map(c => c[0] * n[0] + c[1] * n[1]), u = on(a), v = on(b)
    if (Math.max(...u) <= Math.min(...v) || Math.max(...v) <= Math.min(...u)) return true
  }
  return false
}
window.onload = () => {
  const say = []
  let texts = 0
  for (const d of document.querySelectorAll('div')) {
    const svg = d.querySelector('svg'), frame = svg.getBoundingClientRect()
    const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => ({ what: t.textContent.trim(), at: corners(t) }))
    texts += boxes.length
    if (!boxes.length) say.push(d.dataset.name + ': no text')
    boxes.forEach((b, i) => {
      if (b.at.some(([x, y]) => x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1)) say.push(`${d.dataset.name}: cut off: ${b.what}`)
      for (let k = 0; k < i; k++) if (!apart(b.at, boxes[k].at)) say.push(`${d.dataset.name}: ${boxes[k].what} / ${b.what}`)
    })
  }
  document.getElementById('out').textContent = say.length ? say.length + ' faults\n' + say.slice(0, 40).join('\n') : 'FINE ' + texts + ' texts'
}
</script>
END
} >"$work/all.html"
timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --virtual-time-budget=8000 \
    --dump-dom "file://$work/all.html" >"$work/dom" 2>/dev/null
sed -n '/<pre id="out">/,$p' "$work/dom" | sed -e '1s/.*<pre id="out">//' -e '/<\/pre>/{s/<\/pre>.*//;q}' | tee "$work/out"
grep -q '^FINE' "$work/out"
