# Speed over multiply-adds, a panel a device, all on the same axes.
columns = panels < 4 ? panels : 4
rows = (panels + columns - 1)/columns
width = columns < 3 ? 760 : 1200
load 'draw_names.gp'
across = (width - 40)/265
legend = 17*((names + across - 1)/across + 1)
height = 60 + legend + 275*rows
load 'draw_style.gp'
stats data using 1:2 nooutput
xlow = STATS_min_x/1.35
xhigh = STATS_max_x*1.35
ylow = STATS_min_y/1.35
yhigh = STATS_max_y*1.35
set multiplot title title noenhanced font ',16'
high = height - 40
low = high - legend
load 'draw_legend.gp'
set xtics font ',9'
set ytics font ',9'
set ylabel 'images / s' font ',10' offset 1.5,0
xcol = 1; ycol = 2; log_y = 1; texts = 0; curves = ''
do for [p=1:panels] {
    left = 76 + width/columns*((p - 1)%columns)
    right = left + width/columns - 88
    top = low - 40 - 275*((p - 1)/columns)
    bottom = top - 180
    set title head[p] noenhanced font ',10'
    set xlabel (p + columns > panels ? 'M multiply-adds' : '') font ',10'
    load 'draw_scatter.gp'
}
unset multiplot
