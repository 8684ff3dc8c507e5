# What the last step of a guideline costs over working sets, with the ends of the levels of memory.
# Columns: 1 KiB of the largest layer, 2 time per multiply-add, 3 and 4 its interval, 5 'straddles' where cases of the group are on
# both sides of an end. Of its own: end_L1, end_L2, ... (KiB).
width = 440
long = title
most_letters = 40
load 'draw_wrap.gp'
height = 420 + 22*wrapped_lines
stats data using 1 nooutput
low = 0.5*STATS_min
high = 2*STATS_max
straddles = "strcol(5) eq 'straddles'"
stats data using (@straddles) nooutput
rings = STATS_max
stats data using 2 nooutput
bottom = STATS_min < 1 ? 0.95*STATS_min : 0.95
top = 1.15*STATS_max
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
eval piece(0, width, 0, 410)
eval area(76, width - 16, 66, 400)
set xlabel 'working set of a layer, KiB' font ',12'
set ylabel 'time per multiply-add, baseline = 1' font ',12' offset 1.5,0
set xtics font ',11'
set ytics font ',11'
eval log_axis('x', low, high)
if (high > 100*low) { set xtics (1, 10, 100, 1000, 10000, 100000) }
set yrange [bottom:top]
set key top left font ',11'
do for [level in 'L1 L2 L3'] {
    end = value('end_'.level)
    if (end > low && end < high) {
        set arrow from end,graph 0 to end,graph 1 nohead dt 3 lc rgb '#888888'
        set label level.' ' at end,graph 0.04 right noenhanced font ',11' textcolor rgb '#666666'
    }
}
ring = "pt 6 ps 2*size lw 1.4 lc rgb '#444444'"
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
    for [s=first[1]:last[1]] data index s-1 using 1:2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 1.1 notitle, \
    for [s=first[1]:last[1]] data index s-1 using 1:2 with linespoints ls look[s] title name[s], \
    for [s=first[1]:last[1]] data index s-1 using 1:(@straddles ? $2 : NaN) with points @ring notitle, \
    NaN with points @ring title (rings > 0 ? 'straddles levels of memory' : '')
unset multiplot
