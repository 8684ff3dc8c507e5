# Drawn by `gnuplot 1-networks-speed-native-1t-avx512-hot-full-b1.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1020,560 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1020,560 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 9.27,5.09 font 'DejaVu Sans,9'
set output '1-networks-speed-native-1t-avx512-hot-full-b1.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set title 'Speed over multiply-adds' noenhanced font ',15'
set xlabel 'MFLOPs (M multiply-adds an image)'
set ylabel 'images / s'
set key at screen 0.70,0.91 left top vertical Left reverse samplen 3 font ',11'
set lmargin at screen 0.08824
set rmargin at screen 0.68627
set bmargin at screen 0.12500
set tmargin at screen 0.91071
set logscale x
set xrange [22.6429:798.584]
set format x '%g'
set xtics (50, 100, 200, 500)
set logscale y
set yrange [52.7154:2589.36]
set format y '%g'
set ytics (100, 200, 500, 1000, 2000)
unset label
set label '0.15' at 30.567888,1390.7204 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5x_g3' at 37.589856,1122.2757 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5x' at 39.506176,1292.6051 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '0.5x' at 40.203616,866.11018 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.4' at 41.798,1175.2788 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '0.25' at 45.890496,730.4301 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1x_g3' at 137.46067,351.18017 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '0.5' at 149.49709,359.91983 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '0.5' at 153.79853,287.41802 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.75' at 153.94189,329.07969 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '0.7' at 174.57418,239.95088 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label 'g8' at 261.54579,90.993796 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00882,0.00000
set label '1.5x_g3' at 292.44355,171.42333 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,-0.02411
set label '1.5x' at 298.20547,179.77276 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '0.75' at 325.40045,166.71407 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '2x' at 513.46218,99.22244 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00490,-0.02411
set label 'g4' at 516.64058,71.165833 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.02411
set label '2x' at 525.35693,103.24763 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.02411
set label '1.0' at 568.74035,96.848844 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00490,0.02411
set label '1.4' at 582.19582,92.435081 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
set label '1.4' at 590.01642,81.880131 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00882,0.00000
plot 55081.8/x with lines lc rgb '#888888' dt 2 title '55.1 Gmadds/s (the best here)', 27540.9/x with lines lc rgb '#888888' dt 3 title '27.5 Gmadds/s (half)', 58630.6/x with lines lc rgb '#222222' lw 2.2 dt 1 title 'measured peak, 58.6 Gmadds/s', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 0 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 0 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'ShuffleNet v2', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 3 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 3 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'ShuffleNet v1', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 2 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 2 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'MobileNet v2', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 1 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 1 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 title 'MobileNet v1', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 5 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 5 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 title 'Xception, light †', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 4 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 4 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 title 'DenseNet, light †', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 7 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 7 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 title 'IGCV3-D', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 6 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 6 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 title 'IGCV2 †', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 8 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#666666' pt 0 dt 1 lw 1.1 notitle, \
  '' index 8 using 1:2 with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 title 'CondenseNet-74', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 10 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 10 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 title 'NASNet-A mobile', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 11 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 11 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 title 'PNASNet-5 mobile', \
  '1-networks-speed-native-1t-avx512-hot-full-b1.dat' index 9 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#1B7837' pt 0 dt 1 lw 1.1 notitle, \
  '' index 9 using 1:2 with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 title 'ShuffleNet V2 with SE'
unset output
