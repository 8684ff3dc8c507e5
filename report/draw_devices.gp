# Devices by speed: time relative to the first file's, the fastest on top.
# Columns: 1 ratio, 2 and 3 its interval, 4 file. The first row is the first file itself.
array R[999]
n = 0
longest = 1
set encoding utf8
stats data using (n = n + 1, R[n] = $1, longest = strlen(strcol(4)) > longest ? strlen(strcol(4)) : longest, $1) nooutput
xlow = STATS_min
xhigh = STATS_max
place(i) = 1 + (sum [k=1:n] (R[k] < R[i] || (R[k] == R[i] && k < i)))
width = 1000
height = 120 + 20*n
load 'draw_style.gp'
set title title noenhanced font ',15'
set xlabel 'time relative to the first file'
set yrange [n + 0.7:0.3]
set ytics scale 0 noenhanced font ',10'
unset key
set lmargin at screen min(0.5, 0.03 + 0.0085*longest)
set rmargin at screen 0.96
if (xhigh > 2*xlow) { eval log_axis('x', xlow/1.2, xhigh*1.2) } else { set xrange [xlow - 0.1*(xhigh - xlow) - 0.01:xhigh + 0.1*(xhigh - xlow) + 0.01] }
set arrow from 1,graph 0 to 1,graph 1 nohead back lc rgb '#777777'
plot data using 1:(place($0 + 1)):2:3 with xerrorbars ls 1 pt 0 dt 1 lw 1.1, \
    data using 1:(place($0 + 1)) with points ls 1, \
    data every ::0::0 using 1:(place($0 + 1)) with points ls 2, \
    data using (-1e9):(place($0 + 1)):ytic(4) with points
