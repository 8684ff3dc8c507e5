# Raw samples over time, a strip a case: a mark a sample, above its line slower than the case's median; those of rounds in
# which something else happened on the machine in colour. Of very many samples inside the strips every step[s]-th is drawn.
# Series 1, columns: 1 strip, 2 case. Then a series a state of rounds: 1 strip, 2 minutes, 3 time, the case's median = 1,
# 4 the how manyth inside a strip (0: it lies at the edge).
longest = 1
set encoding utf8
stats data index 0 using (longest = strlen(strcol(2)) > longest ? strlen(strcol(2)) : longest, $1) nooutput
strips = STATS_max
array latest[999] # of a strip, minutes
do for [k=1:strips] { latest[k] = 1e-9 }
stats data index 1:series-1 using (latest[$1] = $2 > latest[$1] ? $2 : latest[$1], 1) nooutput
strip_px = strips > 40 ? 16 : 24
width = 1000
height = 176 + strip_px*strips
load 'draw_style.gp'
set label title at screen 0.5,1 - 20.0/height center noenhanced font ',15'
set key at screen 0.5,1 - 64.0/height center center vertical maxrows 3 Left reverse samplen 1.5 font ',11'
set xlabel "time since the first round of the case's group, % (100 %: on the right)" font ',12'
set xrange [-0.5:100.5]
set yrange [strips + 0.5:0.5]
row_font = strips > 40 ? ',8' : ',10'
set ytics scale 0 noenhanced font row_font
left = min(360, 24 + (strips > 40 ? 6.3 : 7)*longest)
eval area(left, width - 84, 74, height - 102)
do for [k=1:strips] { set label sprintf('%.2g min', latest[k]) at graph 1.01,first k left noenhanced font row_font textcolor rgb '#666666' }
unset grid
set grid y lc rgb '#dddddd' lt 1
reach = 0.1 # at the edge of a strip
shift(t) = 0.47*max(-1, min(1, (t - 1)/reach))
mark = 3.2/strip_px
drawn(s, nth) = int(nth) % step[s] == 0
plot for [s=2:series] data index s-1 using (100*$2/latest[$1]):(drawn(s, $4) ? $1 - shift($3) - mark/2 : NaN):(0):(mark) with vectors nohead lc rgb colour[look[s]] lw 1.6 dt 1 notitle, \
    for [s=2:series] NaN with lines lc rgb colour[look[s]] lw 5 dt 1 title name[s], \
    data index 0 using (-1e9):1:ytic(2) with points notitle
