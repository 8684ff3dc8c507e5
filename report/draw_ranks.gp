# Networks by multiply-adds and by measured time, each with a line between its places: solid where it stands in a pair that
# significantly runs against its multiply-adds. Columns as in draw_scatter.gp; 13: 1 for such a network.
array M[999]
array T[999]
array start[999]
n = 0
stats data using (n = n + 1, M[n] = $1, T[n] = $8, start[column(-2)+1] = n - $0, 1) nooutput
row(c) = start[column(-2)+1] + column(0)
# Equal ones: the next free place.
by_madds(i) = 1 + (sum [k=1:n] (M[k] < M[i] || (M[k] == M[i] && k < i)))
by_time(i) = 1 + (sum [k=1:n] (T[k] < T[i] || (T[k] == T[i] && k < i)))
climb(i) = by_time(i) - by_madds(i)
width = 440
long = title
most_letters = 40
load 'draw_wrap.gp'
height = 70 + 22*wrapped_lines + 22*n
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
top = 10 + 22*n
eval piece(0, width, 0, top + 40)
eval area(16, width - 16, 10, top)
unset border
unset grid
unset xtics
unset ytics
unset key
# The numbers' columns 94 pixels apart, names on the right.
set x2tics ('M madds' 0, 'ms' 1) scale 0 font ',11'
set xrange [-0.383:3.957]
set x2range [-0.383:3.957]
set yrange [n + 0.5:0.5]
plot for [s=1:series] data index s-1 using (0):(by_madds(row(0))):(1):($13 > 0 ? NaN : climb(row(0))) with vectors nohead ls look[s] lw 1 dt 3, \
    for [s=1:series] data index s-1 using (0):(by_madds(row(0))):(1):($13 > 0 ? climb(row(0)) : NaN) with vectors nohead ls look[s] lw 2.4 dt 1, \
    for [s=1:series] data index s-1 using (0):(by_madds(row(0))) with points ls look[s], \
    for [s=1:series] data index s-1 using (1):(by_time(row(0))) with points ls look[s], \
    data using (-0.07):(by_madds(row(0))):(sprintf($1 < 1000 ? '%.4g' : '%.0f', $1)) with labels right font ',10', \
    data using (1.07):(by_time(row(0))):(sprintf('%.3g', $8)) with labels left font ',10', \
    data using (1.46):(by_time(row(0))):12 with labels left font ',10'
unset multiplot
