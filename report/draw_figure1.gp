# The paper's Figure 1: error over complexity, over speed here, over speed on the paper's devices, with one axis of errors.
load 'draw_names.gp'
legend = 17*((names + 3)/4 + 1)
width = 1100
height = 980 + legend
load 'draw_style.gp'
stats data using 5 nooutput
ylow = STATS_min - 0.06*(STATS_max - STATS_min)
yhigh = STATS_max + 0.06*(STATS_max - STATS_min)
set multiplot title title noenhanced font ',16'
low = 940
high = low + legend
load 'draw_legend.gp'
set ylabel 'published top-1 error, %'
ycol = 5; log_y = 0; texts = 10; curves = ''
do for [p=1:panels] {
    xcol = p == 1 ? 1 : 2
    set xlabel (p == 1 ? 'MFLOPs (M multiply-adds an image)' : 'images / s')
    set title head[p] noenhanced font ',12'
    set autoscale
    unset logscale
    stats data index first[p]-1:last[p]-1 using (column(5) > 0 ? column(xcol) : NaN) nooutput
    xlow = STATS_min/1.35
    xhigh = STATS_max*1.35
    left = p%2 ? 80 : 620; right = left + 450; bottom = p < 3 ? 535 : 70; top = bottom + 340
    load 'draw_scatter.gp'
}
unset multiplot
