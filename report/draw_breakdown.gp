# Shares of time by kind of layer, the bars of a network together, each under its name. A row a bar: 1 number of the network, 2
# name of the bar, then the shares in per cent in the order of the head line.
n = 0
networks = 1
stats data using (n = n + 1, networks = $1 > networks ? $1 : networks, 1) nooutput
last_bar = n - 2 + 0.6*(networks - 1)
width = 440
long = title
most_letters = 40
load 'draw_wrap.gp'
row_px = 42
height = 22*wrapped_lines + 152 + row_px*(last_bar + 1.4)
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
top = height - 22*wrapped_lines - 82
eval piece(0, width, 0, top + 6)
eval area(16, width - 16, 70, top)
set xlabel 'share of the time of all layers, %' font ',12'
set xrange [0:100]
set yrange [last_bar + 0.55:-0.85]
set key at screen 0.5,(top + 40.0)/height center center vertical maxrows 3 Left reverse samplen 2 font ',11' autotitle columnhead
set xtics font ',11'
unset ytics
unset grid
set grid x
until(k) = sum [c=3:k] column(c)
at(c) = column(0) + 0.6*(column(1) - 1)
part(k, colour, fill) = sprintf("data using (until(%d)):(at(0)):(until(%d)):(until(%d)):(at(0)-0.12):(at(0)+0.28) with boxxyerror fillstyle %s border lc rgb '#333333' fillcolor rgb '%s' title columnhead(%d)", k, k - 1, k, fill, colour, k)
# Told apart in black and white as well: by pattern and grey.
eval 'plot '.part(3, '#0072B2', 'solid 1').', '.part(4, '#0072B2', 'pattern 4').', '.part(5, '#CC79A7', 'pattern 2').', '.part(6, '#E69F00', 'solid 0.75').', '.part(7, '#009E73', 'pattern 5').', '.part(8, '#BBBBBB', 'solid 0.4').", data using (0):(at(0)-0.32):2 with labels left noenhanced font ',10' notitle"
unset multiplot
