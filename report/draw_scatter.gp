# A panel of networks: a line of points a family, bars of intervals, widths beside the points.
# Before it: p, the panel; xcol, ycol, columns of the data; left, right, bottom, top, its area; xlow, xhigh, ylow, yhigh;
# log_y; texts, the size of their font (0: none); curves, drawn beneath: "" or a part of a plot command, with its comma.
# Columns: 1 M madds, 2 images/s, 3 and 4 its interval, 5 top-1 error, 6 MB, 7 ms predicted, 8 ms, 9 and 10 its interval,
# 11 width, 12 network.
from(c) = column(c == 2 || c == 8 ? c + 1 : c)
to(c) = column(c == 2 || c == 8 ? c + 2 : c)
wide(c) = from(c) < to(c) ? column(c) : NaN
yval(c) = column(ycol)*weight(0)
drawn(c) = column(xcol) > 0 && column(ycol) > 0
unset label
unset arrow
if (texts > 0) { load 'draw_texts.gp' }
eval area(left, right, bottom, top)
eval log_axis('x', xlow, xhigh)
if (log_y) { eval log_axis('y', ylow, yhigh) } else { set yrange [ylow:yhigh] }
bars_x = "for [s=first[p]:last[p]] data index s-1 using (wide(xcol)):(yval(0)):(from(xcol)):(to(xcol)) with xerrorbars ls look[s] pt 0 dt 1 lw 1.1 notitle, "
bars_y = "for [s=first[p]:last[p]] data index s-1 using xcol:(wide(ycol)*weight(0)):(from(ycol)*weight(0)):(to(ycol)*weight(0)) with yerrorbars ls look[s] pt 0 dt 1 lw 1.1 notitle, "
points = "for [s=first[p]:last[p]] data index s-1 using xcol:(yval(0)) with ".(joined ? 'linespoints' : 'points')." ls look[s] title name[s]"
eval 'plot '.curves.bars_x.bars_y.points
