# Speed against FLOPs with the diagonal taken out: multiply-adds a second, in per cent of the device's best, over
# multiply-adds; grey: equal times. A panel a device.
columns = panels < 3 ? panels : 3
rows = (panels + columns - 1)/columns
load 'draw_names.gp'
width = 400*columns
across_px = (width - 40)/265
legend = 17*((names + across_px - 1)/across_px + 1)
row_px = 530
height = 40 + legend + row_px*rows
joined = 0
load 'draw_style.gp'
stats data using 1 nooutput
xlow = STATS_min/1.25
xhigh = STATS_max*1.25
ylow = 0
yhigh = 108
array best[99] # M madds/s
do for [p=1:panels] {
    stats data index first[p]-1:last[p]-1 using ($1*$2) nooutput
    best[p] = STATS_max
}
set multiplot title title noenhanced font ',16'
high = height - 40
low = high - legend
load 'draw_legend.gp'
set ytics 20 font ',11'
set xtics font ',11'
set ylabel "multiply-adds a second, % of the device's best network" font ',10' offset 2.2,0
set x2range [0:1]
set y2range [ylow:yhigh]
weight(c) = 100*column(1)/best[p]
xcol = 1
ycol = 2
log_y = 0
texts = 9
far = 14
duration(t) = t < 1000 ? sprintf('%g ms', t) : sprintf('%g s', t/1000)
array iso[99]
curves = "for [i=1:isos] 1e5*x/(iso[i]*best[p]) with lines lc rgb '#d8d8d8' lw 1 dt 1 notitle, "
do for [p=1:panels] {
    left = 58 + 400*((p - 1)%columns)
    right = left + 294
    top = low - 72 - row_px*((p - 1)/columns)
    bottom = top - 385
    eval piece(left - 58, left + 342, bottom - 73, top + 72)
    # The lines of equal times end above or on the right, and are named there.
    set x2tics () scale 0 offset 0,-0.5 font ',9' textcolor rgb '#888888'
    set y2tics () scale 0 offset -0.7,0 font ',9' textcolor rgb '#888888'
    isos = 0
    do for [d=-6:6] {
        do for [m in '1 2 5'] {
            t = m*10.0**d
            ends_above = t*best[p]*yhigh/1e5
            ends_right = 1e5*xhigh/(t*best[p])
            if (ends_above > 1.2*xlow && ends_right > 8) {
                isos = isos + 1
                iso[isos] = t
                if (ends_above < 0.9*xhigh) { set x2tics add (duration(t) log(ends_above/xlow)/log(xhigh/xlow)) }
                if (ends_right < 0.95*yhigh) { set y2tics add (duration(t) ends_right) }
            }
        }
    }
    set title sprintf("%s\n100 %% = ".(best[p] < 1e5 ? '%.1f' : '%.0f').' Gmadds/s', head[p], best[p]/1e3) noenhanced font ',12'
    set xlabel 'M multiply-adds an image'
    load 'draw_scatter.gp'
}
unset multiplot
