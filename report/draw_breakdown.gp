# Shares of time by kind of layer, the bars of a network together. A row a bar: 1 number of the network, 2 name of the bar,
# then the shares in per cent in the order of the head line.
n = 0
networks = 1
longest = 0
set encoding utf8
stats data using (n = n + 1, longest = strlen(strcol(2)) > longest ? strlen(strcol(2)) : longest, networks = $1 > networks ? $1 : networks, 1) nooutput
last_bar = n - 2 + 0.6*(networks - 1)
width = 1000
height = 190 + 22*(last_bar + 1)
load 'draw_style.gp'
set title title noenhanced font ',15'
set xlabel 'share of the time of all layers, %'
set xrange [0:100]
set yrange [last_bar + 0.7:-0.7]
set key bmargin center horizontal Left reverse samplen 2 font ',11' autotitle columnhead
set lmargin at screen min(0.5, 0.015 + 0.0072*longest)
set rmargin at screen 0.97
set ytics scale 0 noenhanced font ',10'
unset grid
set grid x
until(k) = sum [c=3:k] column(c)
at(c) = column(0) + 0.6*(column(1) - 1)
part(k, colour, fill) = sprintf("data using (until(%d)):(at(0)):(until(%d)):(until(%d)):(at(0)-0.36):(at(0)+0.36):ytic(2) with boxxyerror fillstyle %s border lc rgb '#333333' fillcolor rgb '%s' title columnhead(%d)", k, k - 1, k, fill, colour, k)
# Told apart in black and white as well: by pattern and grey.
eval 'plot '.part(3, '#0072B2', 'solid 1').', '.part(4, '#0072B2', 'pattern 4').', '.part(5, '#CC79A7', 'pattern 2').', '.part(6, '#E69F00', 'solid 0.75').', '.part(7, '#009E73', 'pattern 5').', '.part(8, '#BBBBBB', 'solid 0.4')
