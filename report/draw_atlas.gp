# Multiply-adds a second of networks beside MobileNet V1's: a point a published setting, squares their medians, lines the files.
# Networks in panels of about twenty.
# Columns: 1 place of the network, 2 speed, 3 network. Series 1 and 2: CPUs and GPUs; 3 and 4: their medians; then the files.
longest = 1
widest = 1
set encoding utf8
stats data index 2 using (longest = strlen(strcol(3)) > longest ? strlen(strcol(3)) : longest, $1) nooutput
places = int(STATS_max)
do for [s=1:series] { widest = strlen(name[s]) > widest ? strlen(name[s]) : widest }
parts = (places + 21)/22
width = 440*parts > 90 + 8.5*widest ? 440*parts : int(90 + 8.5*widest)
across_px = int((width - 40)/(50 + 8*widest)) + (50 + 8*widest > width - 40)
legend = 8 + 18*((series + across_px - 1)/across_px)
names_px = 30 + 5*longest
height = 50 + 400 + names_px + legend
load 'draw_style.gp'
set multiplot title title noenhanced font ',14'
eval area(20, width - 20, 0, legend)
set key inside center center horizontal Left reverse samplen 2 font ',11'
unset border
unset tics
set xrange [0:1]
set yrange [0:1]
plot for [s=1:2] NaN with points pt 7 ps 0.45*size lc rgb (s == 1 ? '#7FB2D8' : '#EBB27F') title name[s], \
    for [s=3:4] NaN with points pt 5 ps 1.5*size lc rgb (s == 3 ? '#0B3C5D' : '#7A2E12') title name[s], \
    for [s=5:series] NaN with linespoints ls look[s] ps 1.2*size title name[s]
unset key
set border 3 lc rgb '#444444'
set xtics nomirror rotate by 40 right scale 0 noenhanced font ',10'
set ylabel 'multiply-adds a second, MobileNet V1 = 1' font ',12' offset 1.5,0
set autoscale xy
stats data using 2 nooutput
set logscale y 2
set yrange [max(STATS_min, 1.0/32)/1.1:STATS_max*1.15]
set ytics nomirror out font ',11' ('1/32' 1.0/32, '1/16' 1.0/16, '1/8' 0.125, '1/4' 0.25, '1/2' 0.5, '1' 1, '2' 2, '4' 4, '8' 8)
unset grid
set grid y lc rgb '#dddddd' lt 1
set arrow from graph 0,first 1 to graph 1,first 1 nohead back lc rgb '#444444'
spread(i) = 0.26*(i*0.618034 - floor(i*0.618034) - 0.5)
side(s) = s % 2 ? -0.18 : 0.18
do for [k=1:parts] {
    from_place = places*(k - 1)/parts + 1
    to_place = places*k/parts
    inside(i) = i >= from_place && i <= to_place
    set xrange [from_place - 0.6:to_place + 0.6]
    eval piece(440*(k - 1), 440*k, legend, legend + names_px + 412)
    eval area(440*(k - 1) + 74, 440*k - 12, legend + names_px, legend + names_px + 400)
    plot for [s=1:2] data index s-1 using (inside($1) ? $1 + side(s) + spread($0) : NaN):2 with points pt 7 ps 0.45*size lc rgb (s == 1 ? '#7FB2D8' : '#EBB27F'), \
        for [s=3:4] data index s-1 using (inside($1) ? $1 + side(s) + spread($0) : NaN):2 with points pt 5 ps 1.5*size lc rgb (s == 3 ? '#0B3C5D' : '#7A2E12'), \
        for [s=5:series] data index s-1 using (inside($1) ? $1 : NaN):2 with linespoints ls look[s] ps 1.2*size, \
        data index 2 using (inside($1) ? $1 : NaN):(NaN):xtic(3) with points
}
unset multiplot
