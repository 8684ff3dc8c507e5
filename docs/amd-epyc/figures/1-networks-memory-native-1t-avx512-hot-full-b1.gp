# Drawn by `gnuplot 1-networks-memory-native-1t-avx512-hot-full-b1.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1020,560 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1020,560 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 9.27,5.09 font 'DejaVu Sans,9'
set output '1-networks-memory-native-1t-avx512-hot-full-b1.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set title 'Speed over memory access cost' noenhanced font ',15'
set xlabel 'memory access cost, MB an image (f32)'
set ylabel 'images / s'
set key at screen 0.70,0.91 left top vertical Left reverse samplen 3 font ',11'
set lmargin at screen 0.08824
set rmargin at screen 0.68627
set bmargin at screen 0.12500
set tmargin at screen 0.91071
set logscale x
set xrange [7.65353:210.832]
set format x '%g'
set xtics (10, 20, 50, 100, 200)
set logscale y
set yrange [52.7154:1877.47]
set format y '%g'
set ytics (100, 200, 500, 1000)
unset label
set label '0.15' at 23.516832,1390.7204 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.5x_g3' at 15.056656,1122.2757 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '0.5x' at 14.330912,1292.6051 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '0.5x' at 10.332268,866.11018 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.5x' at 13.655776,1180.4038 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,-0.02411
set label '0.25' at 12.496736,1272.0012 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.4' at 21.376928,1175.2788 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.25' at 26.95712,730.4301 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1x_g3' at 31.22752,351.18017 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1x' at 15.382972,324.18579 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1x' at 30.80016,354.66924 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.0x' at 25.004976,341.07123 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5' at 25.957152,359.91983 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '0.6' at 49.759392,331.10143 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.5' at 53.222176,287.41802 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.7' at 77.984136,239.95088 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label 'g8' at 78.125696,90.993796 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1.5x_g3' at 48.39952,171.42333 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '1.5x' at 20.96204,179.77276 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1.5x' at 36.708576,178.87025 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.0' at 67.664288,174.88899 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1.5x' at 48.038176,173.68564 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,0.02411
set label '1.0' at 107.71843,156.91474 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.75' at 40.98736,166.71407 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,-0.02411
set label '2x' at 32.695504,99.22244 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label 'g4' at 85.479808,71.165833 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2x_g3' at 68.730208,101.65448 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '2x' at 67.35696,103.24763 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '1.0' at 57.58736,96.848844 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.0' at 111.92195,89.195241 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1.4' at 101.0888,92.435081 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '1.4' at 156.1716,81.880131 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2.0x' at 60.186032,90.488844 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,-0.02411
set label '2.0x' at 63.273288,86.734192 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,-0.02411
plot \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 0 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 0 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'ShuffleNet v2', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 3 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 3 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'ShuffleNet v1', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 2 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 2 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'MobileNet v2', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 1 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 1 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 title 'MobileNet v1', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 5 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 5 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 title 'Xception, light †', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 4 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 4 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 title 'DenseNet, light †', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 7 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 7 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 title 'IGCV3-D', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 6 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 6 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 title 'IGCV2 †', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 8 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#666666' pt 0 dt 1 lw 1.1 notitle, \
  '' index 8 using 1:2 with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 title 'CondenseNet-74', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 10 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 10 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 title 'NASNet-A mobile', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 11 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 11 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 title 'PNASNet-5 mobile', \
  '1-networks-memory-native-1t-avx512-hot-full-b1.dat' index 9 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#1B7837' pt 0 dt 1 lw 1.1 notitle, \
  '' index 9 using 1:2 with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 title 'ShuffleNet V2 with SE'
unset output
