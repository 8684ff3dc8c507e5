// Of the tests of figures: labels that stand on each other, or outside of their picture.
// Corners of a text's box, a little smaller than it: letters do not fill their line.
function corners(t) {
  const b = t.getBBox(), m = t.getScreenCTM(), s = t.ownerSVGElement, dy = b.height * 0.22, dx = 2
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
// Faults of a picture into `say`; returns how many texts it has.
function look(svg, name, say) {
  const frame = svg.getBoundingClientRect()
  const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(t => ({ what: t.textContent.trim(), at: corners(t) }))
  if (!boxes.length) say.push(name + ': no text')
  boxes.forEach((b, i) => {
    if (b.at.some(([x, y]) => x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1)) say.push(`${name}: cut off: ${b.what}`)
    for (let k = 0; k < i; k++) if (!apart(b.at, boxes[k].at)) say.push(`${name}: ${boxes[k].what} / ${b.what}`)
  })
  return boxes.length
}
