# What a width costs beyond its multiply-adds, a panel a kind of layer.
# Columns: 1 channels, 2 time per multiply-add, 3 and 4 its interval.
columns = panels < 3 ? panels : 3
width = 440*columns
height = 44 + 340*((panels + columns - 1)/columns)
stats data using 1 nooutput
most = STATS_max
load 'draw_style.gp'
set multiplot title title noenhanced font ',14'
set xlabel 'channels'
set ylabel 'time per multiply-add, 64 = 1'
set xrange [0:min(most, 160) + 2]
set xtics 16
set logscale y
set yrange [0.9:4]
set ytics (1, 1.25, 1.5, 2, 3, 4)
set key top right font ',11'
do for [p=1:panels] {
    left = 440*((p - 1)%columns)
    top = height - 76 - 340*((p - 1)/columns)
    eval piece(left, left + 440, top - 300, top + 40)
    eval area(left + 70, left + 428, top - 220, top)
    set title head[p] noenhanced font ',12'
    plot for [s=first[p]:last[p]] data index s-1 using 1:2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 0.8 notitle, \
        for [s=first[p]:last[p]] data index s-1 using 1:2 with linespoints ls look[s] ps 0.5 title name[s]
}
unset multiplot
