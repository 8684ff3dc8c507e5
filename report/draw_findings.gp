# What the tables of others say: rows with a mark a series, each with its interval.
# Columns: 1 row, 2 value, 3 and 4 its interval, 5 name of the row. Of its own: axis; ratio (1: a logarithmic axis around 1).
longest = 1
set encoding utf8
stats data using (longest = strlen(strcol(5)) > longest ? strlen(strcol(5)) : longest, $1) nooutput
rows = STATS_max
stats data using 3 nooutput
xlow = STATS_min
stats data using 4 nooutput
xhigh = STATS_max
width = 900
height = 130 + rows*(14 + 6*series) + 16*(series > 1)*ceil(series/4.0)
load 'draw_style.gp'
set title title noenhanced font ',15'
set xlabel axis
set yrange [rows + 0.6:0.4]
set ytics scale 0 noenhanced font ',11'
set lmargin at screen min(0.45, 0.04 + 0.0085*longest)
set rmargin at screen 0.96
if (ratio) { eval log_axis('x', min(xlow, 1)/1.1, max(xhigh, 1)*1.1) } else { set xrange [min(xlow, 0) - 0.03:1] }
base = ratio ? 1 : 0
set arrow from base,graph 0 to base,graph 1 nohead back lc rgb '#777777'
if (series > 1) { set key outside top center horizontal Left reverse samplen 1 font ',11' } else { unset key }
at(s) = series > 1 ? 0.7*((s - 0.5)/series - 0.5) : 0
plot for [s=1:series] data index s-1 using 2:($1 + at(s)):3:4 with xerrorbars ls look[s] pt 0 dt 1 lw 1.3 notitle, \
    for [s=1:series] data index s-1 using 2:($1 + at(s)) with points ls look[s] title name[s], \
    data using (-1e9):1:ytic(5) with points notitle
