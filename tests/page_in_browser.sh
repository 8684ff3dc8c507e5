#!/bin/bash
# A report's page in a headless Chromium: no console error, no horizontal scroll, every picture there, contrast of text AA in
# light and dark. usage: page_in_browser.sh DIR WIDTH
set -u
folder=$(realpath "$1") width=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.html" <<END
<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="border:0;width:${width}px;height:900px" src="file://$folder/index.html"></iframe>
<pre id="out">waiting</pre><script>
function luminance(c) { const v = c.match(/[\d.]+/g).slice(0, 3).map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4 }); return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2] }
document.getElementById('f').onload = () => setTimeout(() => {
  const d = document.getElementById('f').contentDocument, w = document.getElementById('f').contentWindow, say = []
  const root = d.documentElement
  if (root.scrollWidth > root.clientWidth) say.push('scrolls sideways: ' + root.scrollWidth + ' > ' + root.clientWidth)
  if (root.clientWidth > ${width}) say.push('not as wide as asked')
  const pictures = [...d.images]
  if (!pictures.length) say.push('no pictures')
  for (const p of pictures) if (!p.complete || !p.naturalWidth || !p.alt) say.push('picture missing or unnamed: ' + p.alt)
  let worst = 99
  for (const e of d.querySelectorAll('h1,h2,h3,p,li,td,th,caption,figcaption,a,summary')) {
    let b = e; while (b && /, 0\)$|transparent/.test(w.getComputedStyle(b).backgroundColor)) b = b.parentElement
    const x = luminance(w.getComputedStyle(e).color), y = b ? luminance(w.getComputedStyle(b).backgroundColor) : 1
    worst = Math.min(worst, (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05))
  }
  if (worst < 4.5) say.push('contrast ' + worst.toFixed(2))
  document.getElementById('out').textContent = say.length ? say.join('; ') : 'FINE ' + pictures.length + ' pictures, contrast ' + worst.toFixed(1) + ', page ' + w.getComputedStyle(d.body).backgroundColor
}, 500)
</script>
END
status=0
for scheme in light dark; do
    flags=()
    [ $scheme = dark ] && flags=(--blink-settings=preferredColorScheme=0)
    timeout 120 chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --user-data-dir="$work/$scheme" \
        --enable-logging=stderr --v=0 --window-size=1600,1000 "${flags[@]}" --virtual-time-budget=8000 --dump-dom \
        "file://$work/probe.html" >"$work/dom" 2>"$work/err"
    verdict=$(sed -n 's/.*<pre id="out">\(.*\)<\/pre>.*/\1/p' "$work/dom")
    echo "$scheme, $width px: $verdict"
    case $verdict in FINE*) ;; *) status=1 ;; esac
    # the scheme asked for is the one that was looked at
    case $scheme,$verdict in light,*255,\ 255,\ 255* | dark,*22,\ 22,\ 26*) ;; *) status=1 ;; esac
    if grep 'CONSOLE' "$work/err"; then
        status=1
    fi
done
exit $status
