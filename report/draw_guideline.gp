# Relative speed over the steps of a guideline, panels of a set, engine or device of the paper each.
# Columns: 1 step, 2 relative speed, 3 and 4 its interval, 5 case. Of its own: ylabel.
# Panels share the axis, so that devices can be compared by eye. It holds all points, at least a fifth of the baseline's
# speed, so that noise stays small, and the legend where no point lies; bars do not widen it.
stats data using 2 nooutput
span = STATS_max - STATS_min > 0.2 ? STATS_max - STATS_min : 0.2
below = STATS_min > 0.35*span # the legend, where the axis has room there
ylow = below ? STATS_min - 0.35*span : 0
ytop = STATS_max + (below ? 0.15 : 0.35)*span
set encoding utf8
longest = 1
stats data using (w = strlen(strcol(5)), longest = w > longest ? w : longest, $1) nooutput
steps_most = STATS_max + 1
longest = longest < 40 ? longest : 40
# Labels are written at an angle where they do not fit side by side.
columns = panels == 1 ? 1 : panels == 2 || panels == 4 ? 2 : 3
rows = (panels + columns - 1)/columns
column_px = columns == 3 ? 400 : 480
flat = longest*7.5 < (column_px - 100)/steps_most - 6
row_px = 258 + (flat ? 52 : 36 + 4.5*longest)
width = columns*column_px
height = 48 + rows*row_px
load 'draw_style.gp'
array steps[99]
do for [p=1:panels] {
    stats data index first[p]-1:last[p]-1 using 1 nooutput
    steps[p] = STATS_max
}
set datafile missing NaN
set multiplot title title noenhanced font ',16'
set ylabel ylabel noenhanced font ',11' offset 1.5,0
set yrange [ylow:ytop]
set ytics font ',11'
if (flat) { set xtics norotate } else { set xtics rotate by 40 right }
set xtics noenhanced font ',10'
eval 'set key inside '.(below ? 'bottom' : 'top')." center horizontal samplen 2 font ',11'"
do for [p=1:panels] {
    left = 84 + column_px*((p - 1)%columns)
    top = height - 96 - row_px*((p - 1)/columns)
    set xrange [-0.4:steps[p] + 0.4]
    eval area(left, left + column_px - 100, top - 210, top)
    set title head[p]."\n".under[p] noenhanced font ',12'
    middle = (first[p] + last[p])/2.0
    plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
        for [s=first[p]:last[p]] data index s-1 using ($1 + 0.08*(s - middle)):2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 1.1 notitle, \
        for [s=first[p]:last[p]] data index s-1 using ($1 + 0.08*(s - middle)):2 with linespoints ls look[s] title name[s], \
        for [s=first[p]:last[p]] data index s-1 using 1:(-1e9):xtic(5) with points notitle
}
unset multiplot
