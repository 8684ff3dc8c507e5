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
width = 1000
height = 110 + 22*n
load 'draw_style.gp'
set title title noenhanced font (strlen(title) > 90 ? ',12' : ',15')
unset border
unset grid
unset xtics
unset ytics
unset key
set x2tics ('M multiply-adds' 0, 'ms, measured' 1) scale 0
set xrange [-1:2]
set x2range [-1:2]
set yrange [n + 0.5:0.5]
plot for [s=1:series] data index s-1 using (0):(by_madds(row(0))):(1):($13 > 0 ? NaN : climb(row(0))) with vectors nohead ls look[s] lw 1 dt 3, \
    for [s=1:series] data index s-1 using (0):(by_madds(row(0))):(1):($13 > 0 ? climb(row(0)) : NaN) with vectors nohead ls look[s] lw 2.4 dt 1, \
    for [s=1:series] data index s-1 using (0):(by_madds(row(0))) with points ls look[s], \
    for [s=1:series] data index s-1 using (1):(by_time(row(0))) with points ls look[s], \
    data using (-0.03):(by_madds(row(0))):(sprintf($1 < 1000 ? '%.4g' : '%.0f', $1)) with labels right font ',11', \
    data using (-0.17):(by_madds(row(0))):12 with labels right font ',11', \
    data using (1.03):(by_time(row(0))):(sprintf('%.4g', $8)) with labels left font ',11', \
    data using (1.2):(by_time(row(0))):12 with labels left font ',11'
