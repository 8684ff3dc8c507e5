# Values with intervals as dots: panels below each other, a row a thing, a mark a series.
# Columns: 1 row, 2 value, 3 and 4 its interval, 5 name of the row. Of its own: axis, what values are; ratio (1: around 1).
load 'draw_names.gp'
array row_count[99]
set encoding utf8
longest = 1
widest = 1
marks = 1
all = 0
do for [p=1:panels] {
    stats data index first[p]-1:last[p]-1 using (longest = strlen(strcol(5)) > longest ? strlen(strcol(5)) : longest, $1) nooutput
    row_count[p] = STATS_max
    all = all + row_count[p]
    marks = last[p] - first[p] + 1 > marks ? last[p] - first[p] + 1 : marks
}
do for [s=1:series] { widest = strlen(name[s]) > widest ? strlen(name[s]) : widest }
many = all > 60 && marks == 1
stats data using 3 nooutput
xlow = STATS_min
stats data using 4 nooutput
xhigh = STATS_max
width = 900
across_n = int(860/(60 + 7.6*widest)) + (60 + 7.6*widest > 860)
legend = names > 1 ? 20*((names + across_n - 1)/across_n) + 6 : 0
row_px = many ? 13 : 12 + 6*marks
height = 152 + legend + row_px*all + 84*(panels - 1)
load 'draw_style.gp'
set multiplot title title noenhanced font ',15'
joined = 0
high = height - 36
low = high - legend
if (legend > 0) { load 'draw_legend.gp' }
unset key
row_font = many ? ',8' : ',11'
set ytics scale 0 noenhanced font row_font
set xtics font ',11'
base = ratio ? 1 : 0
if (ratio && xhigh > 2*xlow) { eval log_axis('x', min(xlow, 1)/1.1, max(xhigh, 1)*1.1) } else {
    space = 0.04*(max(xhigh, base) - min(xlow, base)) + 1e-3
    set autoscale x
    set xtics autofreq
    set xrange [min(xlow, base) - space:(ratio ? max(xhigh, 1) + space : max(xhigh, 1))]
}
set arrow from base,graph 0 to base,graph 1 nohead back lc rgb '#777777'
left = min(405, 30 + (many ? 6.5 : 8.6)*longest)
top = low - 36
at(s) = last[p] > first[p] ? 0.7*((s - first[p] + 0.5)/(last[p] - first[p] + 1) - 0.5) : 0
do for [p=1:panels] {
    bottom = top - row_px*row_count[p]
    eval area(left, width - 36, bottom, top)
    set title head[p] noenhanced font ',12'
    set xlabel (p == panels ? axis : '') font ',12'
    set yrange [row_count[p] + 0.6:0.4]
    plot for [s=first[p]:last[p]] data index s-1 using 2:($1 + at(s)):3:4 with xerrorbars ls look[s] pt 0 dt 1 lw 1.3, \
        for [s=first[p]:last[p]] data index s-1 using 2:($1 + at(s)) with points ls look[s], \
        for [s=first[p]:last[p]] data index s-1 using (-1e9):1:ytic(5) with points
    top = bottom - 84
}
unset multiplot
