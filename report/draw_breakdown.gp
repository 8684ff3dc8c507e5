# Shares of time by kind of layer. A row a bar: 1 its name, then the shares in per cent in the order of the head line.
n = 0
longest = 0
set encoding utf8
stats data using (n = n + 1, longest = strlen(strcol(1)) > longest ? strlen(strcol(1)) : longest, 1) nooutput
width = 1000
height = 190 + 22*(n - 1)
load 'draw_style.gp'
set title title noenhanced font ',15'
set xlabel 'share of the time of all layers, %'
set xrange [0:100]
set yrange [n - 1.3:-0.7]
set key tmargin center horizontal Left reverse samplen 2 font ',11' autotitle columnhead
set lmargin at screen min(0.5, 0.015 + 0.0072*longest)
set rmargin at screen 0.97
set ytics scale 0 noenhanced font ',10'
unset grid
set grid x
until(k) = sum [c=2:k] column(c)
part(k, colour, fill) = sprintf("data using (until(%d)):0:(until(%d)):(until(%d)):($0-0.36):($0+0.36):ytic(1) with boxxyerror fillstyle %s border lc rgb '#333333' fillcolor rgb '%s' title columnhead(%d)", k, k - 1, k, fill, colour, k)
# Told apart in black and white as well: by pattern and grey.
eval 'plot '.part(2, '#0072B2', 'solid 1').', '.part(3, '#0072B2', 'pattern 4').', '.part(4, '#CC79A7', 'pattern 2').', '.part(5, '#E69F00', 'solid 0.75').', '.part(6, '#009E73', 'pattern 5').', '.part(7, '#BBBBBB', 'solid 0.4')
