#!/bin/bash
# A report's page in a headless Chromium, at several widths, light and dark: no console error, no sideways scroll, no id twice, every
# figure there without scrolling in its box, its labels apart and, on a phone, large enough, its legend on the screen; heads of tables
# have a scope and sort; contrast of text AA. usage: page_in_browser.sh DIR [WIDTH...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath "$1")
widths=${*:2}
widths=${widths:-400 800 1400}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    echo '<!DOCTYPE html><meta charset="utf-8">'
    for width in $widths; do
        for page in index details; do
            echo "<iframe style=\"border:0;width:${width}px;height:900px\" src=\"file://$folder/$page.html\"></iframe>"
        done
    done
    echo '<pre id="out">waiting</pre><script>'
    cat "$here/labels.js"
    cat <<'END'
function luminance(c) { const v = c.match(/[\d.]+/g).slice(0, 3).map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4 }); return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2] }
function contrast(d, w) {
  let worst = 99
  for (const e of d.querySelectorAll('h1,h2,h3,p,li,td,th,caption,figcaption,a,b,summary')) {
    let b = e; while (b && /, 0\)$|transparent/.test(w.getComputedStyle(b).backgroundColor)) b = b.parentElement
    const x = luminance(w.getComputedStyle(e).color), y = b ? luminance(w.getComputedStyle(b).backgroundColor) : 1
    worst = Math.min(worst, (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05))
  }
  return worst
}
function figures(d, w, width, say) {
  const outside = e => { const at = e.getBoundingClientRect(); return at.left < 0 || at.right > width }
  for (const figure of d.querySelectorAll('figure')) {
    const pic = figure.querySelector('.pic')
    if (!pic || !pic.children.length) { say.push(figure.id + ': no picture'); continue }
    if (pic.scrollWidth > pic.clientWidth) say.push(`${figure.id}: scrolls sideways: ${pic.scrollWidth} > ${pic.clientWidth}`)
    for (const line of figure.querySelectorAll('.key li')) if (outside(line)) say.push(figure.id + ': a line of its legend is off the screen')
    for (const svg of pic.children) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
      const least = Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(w.getComputedStyle(t).fontSize) * scale))
      if (width <= 400 && least < 10) say.push(`${figure.id}: labels of ${least.toFixed(1)} px`)
      if (outside(svg)) say.push(figure.id + ': a piece is off the screen')
      if (w.getComputedStyle(svg).color != 'rgb(0, 0, 0)') say.push(figure.id + ': its style is missing')
      look(svg, figure.id, say)
    }
  }
}
function sorting(d, say) {
  for (const table of d.querySelectorAll('table')) {
    const head = [...table.tHead.rows[0].cells].find(h => h.className == 'n')
    if (!head || table.tBodies.length > 1 || table.tBodies[0].rows.length < 3) continue
    head.click()
    const values = [...table.tBodies[0].rows].filter(r => !r.className).map(r => parseFloat(r.cells[head.cellIndex].textContent)).filter(v => !isNaN(v))
    if (head.ariaSort != 'ascending' || values.some((v, i) => i && v < values[i - 1])) say.push(`${table.id} is not sorted by ${head.textContent}`)
  }
}
function visit(frame) {
  const d = frame.contentDocument, w = frame.contentWindow, say = [], root = d.documentElement, width = frame.clientWidth
  if (root.scrollWidth > root.clientWidth) say.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`)
  const ids = [...d.querySelectorAll('[id]')].map(e => e.id), twice = ids.filter((id, i) => ids.indexOf(id) < i)
  if (twice.length) say.push('ids twice: ' + twice.slice(0, 5))
  for (const a of d.querySelectorAll('use')) if (!d.querySelector(a.href.baseVal)) { say.push('no symbol ' + a.href.baseVal); break }
  if (d.querySelector('th:not([scope])')) say.push('a head without scope')
  const index = d.URL.endsWith('index.html')
  if (index && !d.querySelector('figure')) say.push('no figures')
  for (const a of d.querySelectorAll('a[href^="details.html#"]')) {
    const other = frame.nextElementSibling.contentDocument.getElementById(a.hash.slice(1))
    if (!other) say.push('not in the details: ' + a.hash)
  }
  if (!d.title.endsWith(': convgauge') || !d.querySelector('h1').textContent.startsWith(d.title.replace(/convgauge$/, ''))) say.push('title and heading differ')
  const worst = contrast(d, w)
  if (worst < 4.5) say.push('contrast ' + worst.toFixed(2))
  w.dispatchEvent(new Event('resize'))
  figures(d, w, width, say)
  sorting(d, say)
  return `${width} px, ${index ? 'index' : 'details'}: ` + (say.length ? say.slice(0, 30).join('\n  ') : 'FINE') + ` (${d.querySelectorAll('figure').length} figures, contrast ${worst.toFixed(1)}, page ${w.getComputedStyle(d.body).backgroundColor})`
}
window.onload = () => setTimeout(() => { document.getElementById('out').textContent = [...document.querySelectorAll('iframe')].map(visit).join('\n') }, 500)
</script>
END
} >"$work/probe.html"
status=0
for scheme in light dark; do
    flags=()
    [ $scheme = dark ] && flags=(--blink-settings=preferredColorScheme=0)
    timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files --user-data-dir="$work/$scheme" \
        --enable-logging=stderr --v=0 --window-size=1600,1000 "${flags[@]}" --virtual-time-budget=8000 --dump-dom \
        "file://$work/probe.html" >"$work/dom" 2>"$work/err"
    sed -n '/<pre id="out">/,/<\/pre>/p' "$work/dom" | sed -e '1s/.*<pre id="out">//' -e 's/<\/pre>.*//' -e "s/^[0-9]/$scheme, &/" | tee "$work/said"
    # each width was looked at, in the scheme that was asked for
    [ $scheme = light ] && ground='255, 255, 255' || ground='22, 22, 26'
    for width in $widths; do
        [ "$(grep -cE "^$scheme, $width px, [a-z]*: FINE .*page rgb\\($ground\\)" "$work/said")" -eq 2 ] || status=1
    done
    if grep 'CONSOLE' "$work/err"; then
        status=1
    fi
done
exit $status
