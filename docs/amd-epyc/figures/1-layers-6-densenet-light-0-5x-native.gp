# Drawn by `gnuplot 1-layers-6-densenet-light-0-5x-native.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1020,560 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1020,560 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 9.27,5.09 font 'DejaVu Sans,9'
set output '1-layers-6-densenet-light-0-5x-native.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set title 'Layers of densenet_light:0.5x under the roofline' noenhanced font ',15'
set xlabel 'multiply-adds per byte moved'
set ylabel 'Gmadds / s'
set samples 400
set key at screen 0.7039,0.9107 left top vertical Left reverse samplen 3 font ',11'
set lmargin at screen 0.08824
set rmargin at screen 0.68627
set bmargin at screen 0.12500
set tmargin at screen 0.91071
set logscale x
set xrange [0.18464:20.2004]
set format x '%g'
set xtics (0.2, 0.5, 1, 2, 5, 10, 20)
set logscale y
set yrange [12.0025:79.1513]
set format y '%g'
set ytics (20, 50)
plot 58.6306 with lines lc rgb '#222222' lw 2.2 title 'measured peak, 58.6 Gmadds/s', \
  (236.445*x < 58.6306 ? 236.445*x : NaN) with lines lc rgb '#666666' lw 1.4 dt 2 title 'L1, 236 GB/s', \
  (113.597*x < 58.6306 ? 113.597*x : NaN) with lines lc rgb '#666666' lw 1.4 dt 3 title 'L2, 114 GB/s', \
  (100.998*x < 58.6306 ? 100.998*x : NaN) with lines lc rgb '#666666' lw 1.4 dt 4 title 'L3, 101 GB/s', \
  (42.2438*x < 58.6306 ? 42.2438*x : NaN) with lines lc rgb '#666666' lw 1.4 dt 5 title 'DRAM, 42.2 GB/s', \
  '1-layers-6-densenet-light-0-5x-native.dat' index 0 using 1:2 with points lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'conv', \
  '1-layers-6-densenet-light-0-5x-native.dat' index 5 using 1:2 with points lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 title 'other'
unset output
