# Top-1 error over multiply-adds and over time. Panel 1 has the networks, up to `year` and since; panel 2 the fronts: of the
# first and of all by multiply-adds, then of the first and of all by time.
width = 880
height = 640
load 'draw_style.gp'
joined = 0
stats data index 0:1 using 5 nooutput
ylow = STATS_min - 0.06*(STATS_max - STATS_min)
yhigh = STATS_max + 0.06*(STATS_max - STATS_min)
set multiplot title title noenhanced font ',14'
set xtics font ',11'
set ytics font ',11'
set key inside top right vertical Right noreverse samplen 2 font ',11'
set ylabel 'published top-1 error, %' font ',12' offset 1,0
p = 1; ycol = 5; log_y = 0; texts = 10
do for [k=1:2] {
    xcol = k == 1 ? 1 : 8
    set xlabel (k == 1 ? 'MFLOPs (M multiply-adds an image)' : 'ms an image')
    set autoscale
    unset logscale
    stats data index 0:1 using xcol nooutput
    xlow = STATS_min/1.35
    xhigh = STATS_max*1.35
    at = first[2] + 2*k - 3
    curves = sprintf("data index %d using %d:5 with steps lc rgb '#888888' dt 2 lw 1.6 title 'front up to %d', data index %d using %d:5 with steps lc rgb '#222222' dt 1 lw 1.8 title 'front of all', ", at, xcol, year, at + 1, xcol)
    left = 440*(k - 1) + 70; right = left + 358; bottom = 70; top = 580
    eval piece(left - 70, left + 370, 0, 600)
    load 'draw_scatter.gp'
}
unset multiplot
