# Raw samples over time, a strip a case: a mark a sample, above its line slower than the case's median; those of rounds in
# which something else happened on the machine in colour. Of very many samples inside the strips every step[s]-th is drawn.
# Series 1, columns: 1 strip, 2 case. Then a series a state of rounds: 1 strip, 2 minutes, 3 time, the case's median = 1,
# 4 the how manyth inside a strip (0: it lies at the edge).
set encoding utf8
stats data index 0 using 1 nooutput
strips = int(STATS_max)
array latest[999] # of a strip, minutes
do for [k=1:strips] { latest[k] = 1e-9 }
stats data index 1:series-1 using (latest[$1] = $2 > latest[$1] ? $2 : latest[$1], 1) nooutput
strip_px = 30
width = 400
long = title
most_letters = 36
load 'draw_wrap.gp'
height = 176 + 22*wrapped_lines + strip_px*strips
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
top = height - 82 - 22*wrapped_lines
eval piece(0, width, 0, top + 4)
eval area(12, width - 66, 84, top)
set key at screen 0.5,(top + 40.0)/height center center vertical maxrows 3 Left reverse samplen 1.5 font ',11'
set xlabel "time since the first round of the\ncase's group, % (100 %: on the right)" font ',10'
set xrange [-0.5:100.5]
set yrange [strips + 0.5:0.5]
set xtics font ',11'
set ytics () scale 0
base = 0.2 # of a strip, below its name
set for [k=1:strips] ytics add ('' k + base)
do for [k=1:strips] { set label sprintf('%.2g min', latest[k]) at graph 1.01,first k + base left noenhanced font ',9' textcolor rgb '#666666' }
unset grid
set grid y lc rgb '#dddddd' lt 1
reach = 0.1 # at the edge of a strip
shift(t) = 0.26*max(-1, min(1, (t - 1)/reach))
mark = 2.6/strip_px
drawn(s, nth) = int(nth) % step[s] == 0
plot for [s=2:series] data index s-1 using (100*$2/latest[$1]):(drawn(s, $4) ? $1 + base - shift($3) - mark/2 : NaN):(0):(mark) with vectors nohead lc rgb colour[look[s]] lw 1.6 dt 1 notitle, \
    for [s=2:series] NaN with lines lc rgb colour[look[s]] lw 5 dt 1 title name[s], \
    data index 0 using (0):($1 - 0.27):2 with labels left noenhanced font ',9' notitle
unset multiplot
