# Drawn by `gnuplot 1-breakdown.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1000,1010 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1000,1010 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 9.09,9.18 font 'DejaVu Sans,9'
set output '1-breakdown.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set title 'Run time by kind of layer' noenhanced font ',15'
set xlabel 'share of the time of all layers, %'
set xrange [0:100]
set yrange [39.7:-0.7]
set key tmargin center horizontal Left reverse samplen 2 font ',11'
set lmargin at screen 0.3300
set rmargin at screen 0.97
set ytics ('shufflenet_v2:0.5x, native, 1 thread' 0, 'mobilenet_v1:0.25, native, 1 thread' 1, 'mobilenet_v2:0.4@160, native, 1 thread' 2, 'mobilenet_v2:0.15, native, 1 thread' 3, 'shufflenet_v1:0.5x_g3, native, 1 thread' 4, 'densenet_light:0.5x, native, 1 thread' 5, 'xception_light:0.5x, native, 1 thread' 6, 'igcv2:0.25, native, 1 thread' 7, 'shufflenet_v2:1.0x, native, 1 thread' 8, 'mobilenet_v1:0.5, native, 1 thread' 9, 'mobilenet_v2:0.75@192, native, 1 thread' 10, 'mobilenet_v2:0.6, native, 1 thread' 11, 'shufflenet_v1:1x_g3, native, 1 thread' 12, 'shufflenet_v1:1x_g3, paper, ARM' 13, 'shufflenet_v1:1x_g3, paper, GPU' 14, 'densenet_light:1x, native, 1 thread' 15, 'xception_light:1x, native, 1 thread' 16, 'igcv2:0.5, native, 1 thread' 17, 'igcv3:0.7, native, 1 thread' 18, 'shufflenet_v2:1.5x, native, 1 thread' 19, 'mobilenet_v1:0.75, native, 1 thread' 20, 'mobilenet_v2:1.0, native, 1 thread' 21, 'mobilenet_v2:1.0, paper, ARM' 22, 'mobilenet_v2:1.0, paper, GPU' 23, 'shufflenet_v1:1.5x_g3, native, 1 thread' 24, 'densenet_light:1.5x, native, 1 thread' 25, 'condensenet:g8, native, 1 thread' 26, 'xception_light:1.5x, native, 1 thread' 27, 'igcv3:1.0, native, 1 thread' 28, 'shufflenet_v2:2.0x, native, 1 thread' 29, 'mobilenet_v1:1.0, native, 1 thread' 30, 'mobilenet_v2:1.4, native, 1 thread' 31, 'shufflenet_v1:2x_g3, native, 1 thread' 32, 'densenet_light:2x, native, 1 thread' 33, 'condensenet:g4, native, 1 thread' 34, 'xception_light:2x, native, 1 thread' 35, 'igcv2:1.0, native, 1 thread' 36, 'igcv3:1.4, native, 1 thread' 37, 'shufflenet_v2_se:2.0x, native, 1 thread' 38, 'nasnet_a, native, 1 thread' 39) scale 0 noenhanced font ',10'
unset grid
set grid x
plot '1-breakdown.dat' index 0 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle solid 1 border lc rgb '#333333' fillcolor rgb '#0072B2' title 'conv', \
  '1-breakdown.dat' index 1 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle pattern 4 border lc rgb '#333333' fillcolor rgb '#0072B2' title 'depthwise', \
  '1-breakdown.dat' index 2 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle pattern 2 border lc rgb '#333333' fillcolor rgb '#CC79A7' title 'shuffle', \
  '1-breakdown.dat' index 3 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle solid 0.75 border lc rgb '#333333' fillcolor rgb '#E69F00' title 'elementwise', \
  '1-breakdown.dat' index 4 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle pattern 5 border lc rgb '#333333' fillcolor rgb '#009E73' title 'data', \
  '1-breakdown.dat' index 5 using 1:3:1:2:($3-0.36):($3+0.36) with boxxyerror fillstyle solid 0.4 border lc rgb '#333333' fillcolor rgb '#BBBBBB' title 'other'
unset output
