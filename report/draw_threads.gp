# Speed-up of networks by threads, a panel an engine, a row a network, a mark a number of threads; broken: as many times as
# fast as there are more threads.
# Columns: 1 threads, 2 speed-up, 3 and 4 its interval. Of its own: fewest, most (threads).
array T[99]
n = 0
stats data using ((sum [k=1:n] (T[k] == $1)) == 0 && $1 > fewest && n < 99 ? (n = n + 1, T[n] = $1) : 0, 1) nooutput
place(k) = 1 + (sum [j=1:n] (T[j] < T[k]))
set encoding utf8
longest = 1
do for [s=1:series] { longest = strlen(name[s]) > longest ? strlen(name[s]) : longest }
width = 900
margin = 30 + 8.2*(longest < 45 ? longest : 45)
height = 80 + 95*panels + 20*series
load 'draw_style.gp'
set multiplot title title noenhanced font ',16'
unset key
set ytics scale 0 noenhanced font ',10'
set xrange [0.9:1.06*most/fewest]
top = height - 96
do for [p=1:panels] {
    bottom = top - 20*(last[p] - first[p] + 1)
    eval area(margin, width - 160, bottom, top)
    set ytics ()
    do for [s=first[p]:last[p]] { set ytics add (name[s] s) }
    set yrange [last[p] + 0.6:first[p] - 0.6]
    unset arrow
    do for [k=1:n] { set arrow from 1.0*T[k]/fewest,graph 0 to 1.0*T[k]/fewest,graph 1 nohead back dt 3 lc rgb '#888888' }
    set title head[p] noenhanced font ',12'
    set xlabel (p == panels ? sprintf('speed-up over %d thread%s', fewest, fewest > 1 ? 's' : '') : '')
    if (p == 1) { set key at screen 1 - 140.0/width,1.0*top/height left top vertical Left reverse samplen 1 font ',11' } else { unset key }
    plot for [k=1:n] for [s=first[p]:last[p]] data index s-1 using ($1 == T[k] ? $2 : NaN):(s):3:4 with xerrorbars ls place(k) pt 0 dt 1 lw 1.1 notitle, \
        for [k=1:n] for [s=first[p]:last[p]] data index s-1 using ($1 == T[k] ? $2 : NaN):(s) with points ls place(k) title (s == first[p] ? sprintf('%d threads', T[k]) : '')
    top = bottom - 95
}
unset multiplot
