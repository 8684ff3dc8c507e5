# What all figures share. Before it: width and height (pixels), and what the figure's own script sets.
set encoding utf8
if (form eq 'svg') { eval sprintf("set terminal svg noenhanced size %d,%d font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'", width, height) }
if (form eq 'png') { eval sprintf("set terminal pngcairo noenhanced size %d,%d font 'DejaVu Sans,13' background rgb 'white'", width, height) }
if (form eq 'pdf') { eval sprintf("set terminal pdfcairo noenhanced size %.2f,%.2f font 'DejaVu Sans,9'", width/110.0, height/110.0) }
set output slug.'.'.form
set border 3 lc rgb '#444444'
set xtics nomirror out
set ytics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set samples 40

# Okabe and Ito's colours first; told apart without colour as well: each has its own point and dash.
array colour[12] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#8C510A', '#666666', '#5E3C99', '#A6761D', '#1B7837']
array point[12] = [7, 5, 9, 11, 13, 6, 4, 8, 10, 12, 14, 15]
size = form eq 'svg' ? 0.75 : 1.1
# From 13 on the colours again, with other points.
do for [i=1:24] { dash = (i-1)%5 + 1; turn = i > 12 ? (i+4)%12 + 1 : i; set style line i lc rgb colour[(i-1)%12 + 1] pt point[turn] dt dash ps size lw 1.6 }

min(a, b) = b < a ? b : a
max(a, b) = b > a ? b : a

# For eval: a plot's area in pixels from the left and from the bottom.
area(left, right, bottom, top) = sprintf('set lmargin at screen %.5f; set rmargin at screen %.5f; set bmargin at screen %.5f; set tmargin at screen %.5f', left*1.0/width, right*1.0/width, bottom*1.0/height, top*1.0/height)

# For eval: a piece of the figure that stands by itself in a page. At most 440 pixels wide with texts of 10 points, 400 with 9,
# 360 with 8: then they are large enough on a phone.
piece(left, right, bottom, top) = sprintf('pieces = pieces."%d %d %d %d; "', left, height - top, right - left, top - bottom)

# For eval: a logarithmic axis; 1, 2 and 5 of each decade where that makes few tics (between them where it makes next to none),
# else 1 and 3, else the decades.
steps(decades) = decades <= 0.8 ? '1 1.2 1.5 2 2.5 3 4 5 7' : decades <= 2.2 ? '1 2 5' : decades <= 3.5 ? '1 3' : '1'
log_axis(a, low, high) = sprintf("set logscale %s; set %srange [%g:%g]; set %stics (); set for [d=-9:12] for [m in '%s'] %stics add (sprintf('%%g', m*10.0**d) m*10.0**d)", a, a, low, high, a, steps(log10(high/low)), a)
