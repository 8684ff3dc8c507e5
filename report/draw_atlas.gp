# Multiply-adds a second of networks beside MobileNet V1's: a point a published setting, squares their medians, lines the files.
# Columns: 1 place of the network, 2 speed, 3 network. Series 1 and 2: CPUs and GPUs; 3 and 4: their medians; then the files.
width = 1100
height = 640
load 'draw_style.gp'
set title title noenhanced font ',15'
stats data index 2 using 1:2 nooutput
places = STATS_max_x
set xrange [0.4:places + 0.6]
set xtics rotate by 30 right scale 0 noenhanced font ',11'
set ylabel 'multiply-adds a second, MobileNet V1 = 1' font ',12'
stats data using 2 nooutput
set logscale y 2
set yrange [max(STATS_min, 1.0/32)/1.1:STATS_max*1.15]
set ytics ('1/32' 1.0/32, '1/16' 1.0/16, '1/8' 0.125, '1/4' 0.25, '1/2' 0.5, '1' 1, '2' 2, '4' 4, '8' 8)
unset grid
set grid y lc rgb '#dddddd' lt 1
set key outside bottom center vertical maxrows 5 Left reverse samplen 2 font ',11'
set lmargin 10
set arrow from graph 0,first 1 to graph 1,first 1 nohead back lc rgb '#444444'
spread(i) = 0.26*(i*0.618034 - floor(i*0.618034) - 0.5)
side(s) = s % 2 ? -0.18 : 0.18
plot for [s=1:2] data index s-1 using ($1 + side(s) + spread($0)):2 with points pt 7 ps 0.45*size lc rgb (s == 1 ? '#7FB2D8' : '#EBB27F') title name[s], \
    for [s=3:4] data index s-1 using ($1 + side(s)):2 with points pt 5 ps 1.5*size lc rgb (s == 3 ? '#0B3C5D' : '#7A2E12') title name[s], \
    for [s=5:series] data index s-1 using 1:2 with linespoints ls look[s] ps 1.2*size title name[s], \
    data index 2 using 1:(NaN):xtic(3) with points notitle
