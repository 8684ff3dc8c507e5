# The paper's Figure 1, and the same of what was measured: a column a device, error over speed above (its panels a and b),
# speed over multiply-adds below (c and d).
load 'draw_names.gp'
legend = 17*((names + 3)/4 + 1)
width = 74 + 400*panels
height = 874 + legend
load 'draw_style.gp'
stats data using 5 nooutput
ylow_error = STATS_min - 0.06*(STATS_max - STATS_min)
yhigh_error = STATS_max + 0.06*(STATS_max - STATS_min)
stats data using ($1 > 0 && $2 > 0 ? $1 : NaN):($1 > 0 && $2 > 0 ? $2 : NaN) nooutput
xlow_madds = STATS_min_x/1.35
xhigh_madds = STATS_max_x*1.35
ylow_speed = STATS_min_y/1.35
yhigh_speed = STATS_max_y*1.35
set multiplot title title noenhanced font ',16'
low = 828
high = low + legend
load 'draw_legend.gp'
texts = 9; curves = ''
do for [p=1:panels] {
    left = 80 + 400*(p - 1)
    right = left + 340
    set title head[p] noenhanced font ',12'
    set autoscale
    unset logscale
    set ytics autofreq
    stats data index first[p]-1:last[p]-1 using ($5 > 0 ? $2 : NaN) nooutput
    xcol = 2; ycol = 5; log_y = 0; xlow = STATS_min/1.35; xhigh = STATS_max*1.35; ylow = ylow_error; yhigh = yhigh_error
    set xlabel 'images / s'
    set ylabel (p == 1 ? 'published top-1 error, %' : '')
    bottom = 484; top = 794
    load 'draw_scatter.gp'
    set title ''
    xcol = 1; ycol = 2; log_y = 1; xlow = xlow_madds; xhigh = xhigh_madds; ylow = ylow_speed; yhigh = yhigh_speed
    set xlabel 'MFLOPs (M multiply-adds an image)'
    set ylabel (p == 1 ? 'images / s' : '')
    bottom = 80; top = 404
    load 'draw_scatter.gp'
}
unset multiplot
