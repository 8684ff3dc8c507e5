# Speed-up of networks by threads, a panel an engine, a row a network, a mark a number of threads; broken: as many times as
# fast as there are more threads. Long names stand above their rows.
# Columns: 1 threads, 2 speed-up, 3 and 4 its interval. Of its own: fewest, most (threads).
array T[99]
n = 0
stats data using ((sum [k=1:n] (T[k] == $1)) == 0 && $1 > fewest && n < 99 ? (n = n + 1, T[n] = $1) : 0, 1) nooutput
place(k) = 1 + (sum [j=1:n] (T[j] < T[k]))
set encoding utf8
longest = 1
do for [s=1:series] { longest = strlen(name[s]) > longest ? strlen(name[s]) : longest }
width = 590
beside = 7.8*longest < 180
left = beside ? 16 + 7.8*longest : 16
row_px = beside ? 20 : 36
long = title
most_letters = 54
load 'draw_wrap.gp'
height = 66 + 22*wrapped_lines + 95*panels + row_px*series
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
unset key
set xtics font ',11'
set xrange [0.9:1.06*most/fewest]
top = height - 54 - 22*wrapped_lines
eval piece(0, 440, 0, top + 36)
do for [p=1:panels] {
    bottom = top - row_px*(last[p] - first[p] + 1)
    eval area(left, 428, bottom, top)
    if (beside) { set ytics () scale 0 noenhanced font ',10' } else { unset ytics }
    unset label
    do for [s=first[p]:last[p]] {
        if (beside) { set ytics add (name[s] s) } else { set label name[s] at graph 0,first s - 0.28 left noenhanced font ',10' }
    }
    set yrange [last[p] + 0.6:first[p] - 0.6]
    unset arrow
    do for [k=1:n] { set arrow from 1.0*T[k]/fewest,graph 0 to 1.0*T[k]/fewest,graph 1 nohead back dt 3 lc rgb '#888888' }
    set title head[p] noenhanced font ',12'
    set xlabel (p == panels ? sprintf('speed-up over %d thread%s', fewest, fewest > 1 ? 's' : '') : '') font ',12'
    if (p == 1) { set key at screen 450.0/width,1.0*top/height left top vertical Left reverse samplen 1 font ',11' } else { unset key }
    at(s) = beside ? s : s + 0.2
    plot for [k=1:n] for [s=first[p]:last[p]] data index s-1 using ($1 == T[k] ? $2 : NaN):(at(s)):3:4 with xerrorbars ls place(k) pt 0 dt 1 lw 1.1 notitle, \
        for [k=1:n] for [s=first[p]:last[p]] data index s-1 using ($1 == T[k] ? $2 : NaN):(at(s)) with points ls place(k) title (s == first[p] ? sprintf('%d threads', T[k]) : '')
    top = bottom - 95
}
unset multiplot
