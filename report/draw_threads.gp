# Speed-up of networks over threads, a panel an engine.
# Columns: 1 threads, 2 speed-up, 3 and 4 its interval. Of its own: fewest, most (threads).
width = 900
height = 44 + 350*panels
load 'draw_style.gp'
set multiplot title title noenhanced font ',16'
set xlabel 'threads'
set ylabel 'speed-up'
set key vertical Left reverse samplen 3 font ',11'
set xrange [fewest - 0.06*(most - fewest):most + 0.06*(most - fewest)]
set yrange [0:1.25*most/fewest]
do for [p=1:panels] {
    top = height - 69 - 350*(p - 1)
    eval area(80, 610, top - 245, top)
    set key at screen 0.70,top*1.0/height left top
    set title head[p] noenhanced font ',12'
    middle = (first[p] + last[p])/2.0
    aside = 0.006*(most - fewest)
    plot x/fewest with lines lc rgb '#222222' dt 1 lw 1.6 title 'ideal', \
        for [s=first[p]:last[p]] data index s-1 using ($1 + aside*(s - middle)):2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 1.1 notitle, \
        for [s=first[p]:last[p]] data index s-1 using ($1 + aside*(s - middle)):2 with linespoints ls look[s] title name[s], \
        for [s=first[p]:last[p]] data index s-1 using 1:(-1):xtic(1) with points notitle
}
unset multiplot
