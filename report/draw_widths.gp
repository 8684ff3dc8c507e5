# What a width costs beyond its multiply-adds: a column a kind of layer, a row what the settings differ by besides their engine.
# Columns: 1 channels, 2 time per multiply-add, 3 and 4 its interval. Of its own: kinds, of layers.
load 'draw_names.gp'
width = 440*kinds
most_letters = width/10.5
long = title
load 'draw_wrap.gp'
widest = 1
do for [s=1:series] { widest = strlen(name[s]) > widest ? strlen(name[s]) : widest }
across_n = int((width - 40)/(60 + 7.6*widest)) + (60 + 7.6*widest > width - 40)
legend = names > 1 ? 20*((names + across_n - 1)/across_n) + 6 : 0
row_px = 350
height = 20 + 22*wrapped_lines + legend + row_px*panels/kinds
stats data using 1 nooutput
most = STATS_max
# Narrow layers are all overhead: those of 16 channels or more set the axis.
stats data using ($1 < 16 ? NaN : $2) nooutput
highest = STATS_max < 4 ? 4 : STATS_max < 8 ? 1.05*STATS_max : 8
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
joined = 1
high = height - 14 - 22*wrapped_lines
low = high - legend
if (legend > 0) { load 'draw_legend.gp' }
set tics font ',11'
set xrange [0:min(most, 160) + 2]
set xtics 16
set logscale y
set yrange [0.9:highest]
set ytics (1, 1.25, 1.5, 2, 3, 4, 6, 8)
do for [p=1:panels] {
    left = 440*((p - 1)%kinds)
    top = low - 46 - row_px*((p - 1)/kinds)
    eval piece(left, left + 440, top - 292, top + 44)
    eval area(left + 82, left + 428, top - 236, top)
    set title head[p]."\n".under[p] noenhanced font ',11'
    set ylabel (p%kinds == 1 || kinds == 1 ? 'time per multiply-add, 64 = 1' : '') font ',11' offset 2,0
    set xlabel (p > panels - kinds ? 'channels' : '') font ',11'
    plot for [s=first[p]:last[p]] data index s-1 using 1:2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 0.7 notitle, \
        for [s=first[p]:last[p]] data index s-1 using 1:2 with linespoints ls look[s] ps 0.5 notitle
}
unset multiplot
