# Drawn by `gnuplot 1-networks-roofline-native-1t-avx512-hot-full-b1.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1020,560 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1020,560 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 9.27,5.09 font 'DejaVu Sans,9'
set output '1-networks-roofline-native-1t-avx512-hot-full-b1.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set title 'Measured time over the roofline''s prediction' noenhanced font ',15'
set xlabel 'predicted by the measured roofline, ms'
set ylabel 'measured, ms'
set key at screen 0.70,0.91 left top vertical Left reverse samplen 3 font ',11'
set lmargin at screen 0.08824
set rmargin at screen 0.68627
set bmargin at screen 0.12500
set tmargin at screen 0.91071
set logscale x
set xrange [0.411947:14.786]
set format x '%g'
set xtics (0.5, 1, 2, 5, 10)
set logscale y
set yrange [0.411947:18.9698]
set format y '%g'
set ytics (0.5, 1, 2, 5, 10)
unset label
set label '0.15' at 0.55612799,0.71905182 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5x_g3' at 0.73743482,0.89104662 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5x' at 0.710909,0.77363149 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.02411
set label '0.5x' at 0.75619585,1.1545875 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.5x' at 0.77222551,0.84716774 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.25' at 0.93140411,1.3690564 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '1x_g3' at 2.546297,2.8475412 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.0x' at 2.6644452,2.9319389 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,-0.02411
set label '0.5' at 2.5594746,2.7783965 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.02411
set label '0.5' at 2.9210144,3.479253 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.75' at 2.6576262,3.0387776 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.7' at 3.3227982,4.1675196 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label 'g8' at 6.604077,10.98976 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.5x_g3' at 5.2887371,5.8335116 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,0.02411
set label '1.5x' at 5.2223758,5.562578 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,-0.02411
set label '1.0' at 5.1684677,5.7179128 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.0' at 5.8122303,6.3728875 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2x' at 8.943425,10.078365 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label 'g4' at 10.952583,14.051687 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2x_g3' at 9.3512327,9.8372445 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,-0.02411
set label '2x' at 9.1167545,9.685452 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.02411
set label '1.0' at 9.7202571,10.325368 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,0.02411
set label '1.4' at 10.741317,12.212975 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2.0x' at 10.455432,11.051086 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,-0.02411
plot x with lines lc rgb '#222222' lw 2.2 dt 1 title 'as predicted', 2*x with lines lc rgb '#888888' dt 3 title 'twice as long', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 0 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 0 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'ShuffleNet v2', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 3 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 3 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'ShuffleNet v1', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 2 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 2 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'MobileNet v2', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 1 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 1 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 title 'MobileNet v1', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 5 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 5 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 title 'Xception, light †', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 4 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 4 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 title 'DenseNet, light †', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 7 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 7 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 title 'IGCV3-D', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 6 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 6 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 title 'IGCV2 †', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 8 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#666666' pt 0 dt 1 lw 1.1 notitle, \
  '' index 8 using 1:2 with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 title 'CondenseNet-74', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 10 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 10 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 title 'NASNet-A mobile', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 11 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 11 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 title 'PNASNet-5 mobile', \
  '1-networks-roofline-native-1t-avx512-hot-full-b1.dat' index 9 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#1B7837' pt 0 dt 1 lw 1.1 notitle, \
  '' index 9 using 1:2 with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 title 'ShuffleNet V2 with SE'
unset output
