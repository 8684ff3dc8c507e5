# Layers of networks under the roofline, a panel a network; the three that lose most time to it by name.
# Columns: 1 multiply-adds per byte, 2 Gmadds/s, 3 what it would save on the roof, % of the layers' time (NaN unknown), 4
# layer. Of its own: peak (Gmadds/s, NaN unknown); roofs, how many bandwidths are known; roof[i] (GB/s), level[i].
columns = panels < 3 ? panels : 3
rows = (panels + columns - 1)/columns
load 'draw_names.gp'
width = 400*columns
across_px = (width - 40)/265
legend = 17*((names + roofs + across_px)/across_px + 1)
row_px = 400
height = 50 + legend + row_px*rows
load 'draw_style.gp'
if (roofs == 0) { roof[1] = NaN; level[1] = '' }
stats data using 1:2 nooutput
xlow = STATS_min_x/1.35
xhigh = STATS_max_x*1.35
ylow = STATS_min_y/6.0 # names stand there
yhigh = max(STATS_max_y, peak > 0 ? peak : 0)*1.35
set samples 400
set multiplot title title noenhanced font ',16'
high = height - 40
low = high - legend
joined = 0
more = "for [i=1:(peak > 0)] NaN with lines lc rgb '#222222' lw 2.2 title sprintf('measured peak, %.3g Gmadds/s', peak), for [i=1:roofs] NaN with lines lc rgb '#666666' lw 1.4 dt i+1 title sprintf('%s, %.3g GB/s', level[i], roof[i]), "
load 'draw_legend.gp'
eval log_axis('x', xlow, xhigh)
eval log_axis('y', ylow, yhigh)
set xtics font ',10'
set ytics font ',10'
array T[999]
array X[999]
array Y[999]
array loss[999]
array most[3]
do for [p=1:panels] {
    left = 78 + width/columns*((p - 1)%columns)
    right = left + 310
    top = low - 46 - row_px*((p - 1)/columns)
    bottom = top - 290
    eval piece(left - 78, left + 322, bottom - 64, top + 46)
    unset label
    unset arrow
    # The three that lose most.
    n = 0
    set autoscale
    unset logscale
    stats data index first[p]-1:last[p]-1 using (n = n < 999 ? n + 1 : n, X[n] = $1, Y[n] = $2, loss[n] = $3 > 0 ? $3 : 0, T[n] = strcol(4), 1) nooutput
    do for [m=1:3] { most[m] = 0 }
    do for [m=1:3] {
        do for [i=1:n] { if (loss[i] > 0 && i != most[1] && i != most[2] && (most[m] == 0 || loss[i] > loss[max(most[m], 1)])) { most[m] = i } }
    }
    eval log_axis('x', xlow, xhigh)
    eval log_axis('y', ylow, yhigh)
    # Their names in lines below the points, those further left higher, so that lines to points pass beside names.
    do for [m=1:3] {
        line = 0.05
        do for [k=1:3] { if (most[k] > 0 && most[m] > 0) { if (X[most[k]] > X[most[m]] || (X[most[k]] == X[most[m]] && k < m)) { line = line + 0.065 } } }
        if (most[m] > 0) {
            said = sprintf('%s, %.2g %%', strlen(T[most[m]]) > 14 ? substr(T[most[m]], 1, 12).'..' : T[most[m]], loss[most[m]])
            x_px = (right - left)*log(X[most[m]]/xlow)/log(xhigh/xlow)
            turn = x_px > 0.5*(right - left) ? -1 : 1
            eval 'set label said at graph (x_px + 4*turn)/(right - left),line '.(turn < 0 ? 'right' : 'left')." noenhanced font ',9' textcolor rgb '#333333'"
            set arrow from X[most[m]],Y[most[m]] to X[most[m]],graph line nohead back lc rgb '#aaaaaa' lw 0.7
        }
    }
    eval area(left, right, bottom, top)
    set title head[p] noenhanced font ',12'
    set xlabel 'multiply-adds per byte moved' font ',10'
    set ylabel 'Gmadds / s' font ',10' offset 1,0
    plot for [i=1:(peak > 0)] peak with lines lc rgb '#222222' lw 2.2, \
        for [i=1:roofs] (roof[i]*x > peak ? NaN : roof[i]*x) with lines lc rgb '#666666' lw 1.4 dt i+1, \
        for [s=first[p]:last[p]] data index s-1 using 1:2 with points ls look[s]
}
unset multiplot
