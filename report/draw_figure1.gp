# The paper's Figure 1, and the same of what was measured: a column a device, error over speed above (its panels a and b),
# speed over multiply-adds below (c and d).
load 'draw_names.gp'
width = 400*panels
across_px = (width - 40)/265
legend = 17*((names + across_px - 1)/across_px + 1)
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
    left = 66 + 400*(p - 1)
    right = left + 322
    eval piece(left - 66, left + 334, 0, low)
    set title head[p] noenhanced font ',12'
    set autoscale
    unset logscale
    set ytics autofreq font ',11'
    set xtics font ',11'
    stats data index first[p]-1:last[p]-1 using ($5 > 0 ? $2 : NaN) nooutput
    xcol = 2; ycol = 5; log_y = 0; xlow = STATS_min/1.35; xhigh = STATS_max*1.35; ylow = ylow_error; yhigh = yhigh_error
    set xlabel 'images / s'
    set ylabel 'published top-1 error, %' font ',12' offset 1,0
    bottom = 484; top = 786
    load 'draw_scatter.gp'
    set title ''
    xcol = 1; ycol = 2; log_y = 1; xlow = xlow_madds; xhigh = xhigh_madds; ylow = ylow_speed; yhigh = yhigh_speed
    set xlabel 'MFLOPs (M multiply-adds an image)'
    set ylabel 'images / s' font ',12' offset 1.5,0
    bottom = 80; top = 404
    load 'draw_scatter.gp'
}
unset multiplot
