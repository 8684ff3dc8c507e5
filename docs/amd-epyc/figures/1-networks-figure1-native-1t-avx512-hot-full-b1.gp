# Drawn by `gnuplot 1-networks-figure1-native-1t-avx512-hot-full-b1.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1100,1048 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1100,1048 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 10.00,9.53 font 'DejaVu Sans,9'
set output '1-networks-figure1-native-1t-avx512-hot-full-b1.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set multiplot title 'Top-1 error against complexity and against speed' noenhanced font ',16'
set lmargin at screen 0.01818
set rmargin at screen 0.98182
set bmargin at screen 0.89695
set tmargin at screen 0.96183
set key inside center center horizontal Left reverse samplen 3 font ',11'
unset border
unset tics
unset logscale
set xrange [0:1]
set yrange [0:1]
plot NaN with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'ShuffleNet v2', \
  NaN with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'ShuffleNet v1', \
  NaN with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'MobileNet v2', \
  NaN with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 title 'MobileNet v1', \
  NaN with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 title 'Xception, light †', \
  NaN with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 title 'DenseNet, light †', \
  NaN with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 title 'IGCV3-D', \
  NaN with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 title 'IGCV2 †', \
  NaN with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 title 'CondenseNet-74', \
  NaN with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 title 'NASNet-A mobile', \
  NaN with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 title 'PNASNet-5 mobile', \
  NaN with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 title 'ShuffleNet V2 with SE'
set border 3 lc rgb '#444444'
set xtics nomirror out
set ytics nomirror out
set grid lc rgb '#dddddd' lt 1
unset key
set ylabel 'published top-1 error, %'
set title 'Complexity' noenhanced font ',12'
set xlabel 'MFLOPs (M multiply-adds an image)'
set lmargin at screen 0.07273
set rmargin at screen 0.48182
set bmargin at screen 0.51050
set tmargin at screen 0.83492
set logscale x
set xrange [22.6429:798.584]
set format x '%g'
set xtics (50, 100, 200, 500)
unset logscale y
set yrange [22.56:60.64]
set format y '%g'
set ytics 5
unset label
set label '0.15' at 30.567888,55.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x_g3' at 37.589856,43.2 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.5x' at 39.506176,44.9 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.5x' at 40.203616,58.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 40.476448,39.7 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.25' at 41.030272,49.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.4' at 41.798,43.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.25' at 45.890496,45.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1x_g3' at 137.46067,32.6 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
set label '1x' at 141.69712,45.2 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1x' at 144.79936,34.1 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.0x' at 145.8143,30.6 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '0.5' at 149.49709,36.3 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '0.6' at 150.95893,33.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5' at 153.79853,34.5 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,0.01288
set label '0.7' at 174.57418,31.5 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label 'g8' at 261.54579,29 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
set label '1.5x' at 298.20547,39.9 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.5x' at 298.97066,27.4 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.5x' at 304.57114,29.4 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1.0' at 312.97018,27.8 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,0.01288
set label '0.75' at 325.40045,31.6 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '2x' at 513.46218,34.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label 'g4' at 516.64058,26.2 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
set label '2x_g3' at 524.04518,26.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '2x' at 525.35693,27.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0' at 568.74035,29.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0' at 571.32211,29.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1.4' at 582.19582,25.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
plot \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 0 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 0 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 3 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 3 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 2 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 2 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 1 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 1 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 5 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 5 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 4 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 4 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 7 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 7 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 6 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 6 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 8 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#666666' pt 0 dt 1 lw 1.1 notitle, \
  '' index 8 using 1:2 with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 10 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 10 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 11 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 11 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 9 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#1B7837' pt 0 dt 1 lw 1.1 notitle, \
  '' index 9 using 1:2 with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 notitle
set title 'AMD EPYC (Zen 4), native, 1 thread' noenhanced font ',12'
set xlabel 'images / s'
set lmargin at screen 0.56364
set rmargin at screen 0.97273
set bmargin at screen 0.51050
set tmargin at screen 0.83492
set logscale x
set xrange [52.7154:1877.47]
set format x '%g'
set xtics (100, 200, 500, 1000)
unset logscale y
set yrange [22.56:60.64]
set format y '%g'
set ytics 5
unset label
set label '0.15' at 1390.7204,55.1 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.5x_g3' at 1122.2757,43.2 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,-0.01288
set label '0.5x' at 1292.6051,44.9 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 866.11018,58.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 1180.4038,39.7 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.25' at 1272.0012,49.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.4' at 1175.2788,43.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.25' at 730.4301,45.1 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1x_g3' at 351.18017,32.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,-0.01288
set label '1x' at 324.18579,45.2 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1x' at 354.66924,34.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0x' at 341.07123,30.6 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '0.5' at 359.91983,36.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '0.5' at 287.41802,34.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '0.7' at 239.95088,31.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label 'g8' at 90.993796,29 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.5x' at 179.77276,39.9 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1.5x' at 178.87025,27.4 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.5x' at 173.68564,29.4 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.0' at 156.91474,27.8 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
set label '0.75' at 166.71407,31.6 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '2x' at 99.22244,34.6 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label 'g4' at 71.165833,26.2 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '2x_g3' at 101.65448,26.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,-0.01288
set label '2x' at 103.24763,27.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,0.01288
set label '1.0' at 96.848844,29.4 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '1.0' at 89.195241,29.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.4' at 81.880131,25.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
plot \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 12 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 12 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 15 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 15 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 14 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 14 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 13 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 13 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 17 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 17 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 16 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 16 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 19 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 19 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 18 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 18 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 20 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#666666' pt 0 dt 1 lw 1.1 notitle, \
  '' index 20 using 1:2 with linespoints lc rgb '#666666' pt 10 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 22 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 22 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 23 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 23 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 21 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#1B7837' pt 0 dt 1 lw 1.1 notitle, \
  '' index 21 using 1:2 with linespoints lc rgb '#1B7837' pt 15 dt 2 ps dot lw 1.6 notitle
set title 'Qualcomm Snapdragon 810 (paper)' noenhanced font ',12'
set xlabel 'images / s'
set lmargin at screen 0.07273
set rmargin at screen 0.48182
set bmargin at screen 0.06679
set tmargin at screen 0.39122
set logscale x
set xrange [3.03704:76.95]
set format x '%g'
set xtics (5, 10, 20, 50)
unset logscale y
set yrange [22.56:60.64]
set format y '%g'
set ytics 5
unset label
set label '0.5x_g3' at 56.8,43.2 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.15' at 33.6,55.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 52.9,44.9 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.25' at 36.4,49.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 57,39.7 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 39.7,58.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.4@160' at 33.2,43.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,0.01288
set label '1x_g3' at 21.8,32.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.6' at 14.9,33.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1x' at 15.8,45.2 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.75@192' at 15.9,32.1 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1x' at 19.5,34.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0x' at 24.4,30.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5' at 16.5,36.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.7' at 11.7,31.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1.5x_g3' at 10.3,28.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '1.5x' at 9.7,39.9 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.5x' at 11.8,27.4 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.0' at 8.9,28.3 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.0' at 6.3,27.8 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '2x' at 6.1,34.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0' at 6.5,29.4 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,0.01288
set label '2.0x' at 6.7,25.1 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.4' at 4.5,25.5 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
plot \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 24 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 24 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 27 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 27 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 26 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 26 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 25 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 25 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 29 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 29 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 28 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 28 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 31 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 31 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 30 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 30 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 32 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 32 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 33 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 33 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 notitle
set title 'NVIDIA GTX 1080 Ti (paper)' noenhanced font ',12'
set xlabel 'images / s'
set lmargin at screen 0.56364
set rmargin at screen 0.97273
set bmargin at screen 0.06679
set tmargin at screen 0.39122
set logscale x
set xrange [480:5421.6]
set format x '%g'
set xtics (500, 1000, 2000, 5000)
unset logscale y
set yrange [22.56:60.64]
set format y '%g'
set ytics 5
unset label
set label '0.5x_g3' at 2776,43.2 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.15' at 2808,55.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 3072,44.9 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '0.25' at 4016,49.4 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 3336,39.7 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5x' at 2928,58.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.4@160' at 2664,43.4 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1x_g3' at 1704,32.6 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '0.6' at 1992,33.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,-0.01288
set label '1x' at 2232,45.2 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1x' at 2224,34.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.0x' at 2728,30.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.5' at 3056,36.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '0.7' at 1144,31.5 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '1.5x_g3' at 1312,28.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.5x' at 2192,39.9 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.5x' at 2040,27.4 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
set label '1.0' at 1440,28.3 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00455,0.01288
set label '1.0' at 816,27.8 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,0.01288
set label '0.75' at 2512,31.6 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00455,-0.01288
set label '2x' at 1576,34.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '2x' at 1392,27.6 center noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00000,-0.01288
set label '1.4' at 1096,26.7 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '2.0x' at 1736,25.1 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '2.0x' at 1288,24.6 left noenhanced font ',10' textcolor rgb '#333333' offset screen 0.00818,0.00000
set label '1.4' at 656,25.5 right noenhanced font ',10' textcolor rgb '#333333' offset screen -0.00818,0.00000
plot \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 34 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  '' index 34 using 1:2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 37 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 37 using 1:2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 36 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  '' index 36 using 1:2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 35 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#CC79A7' pt 0 dt 1 lw 1.1 notitle, \
  '' index 35 using 1:2 with linespoints lc rgb '#CC79A7' pt 11 dt 4 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 39 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#E69F00' pt 0 dt 1 lw 1.1 notitle, \
  '' index 39 using 1:2 with linespoints lc rgb '#E69F00' pt 13 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 38 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#56B4E9' pt 0 dt 1 lw 1.1 notitle, \
  '' index 38 using 1:2 with linespoints lc rgb '#56B4E9' pt 6 dt 1 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 41 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#000000' pt 0 dt 1 lw 1.1 notitle, \
  '' index 41 using 1:2 with linespoints lc rgb '#000000' pt 4 dt 2 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 40 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#8C510A' pt 0 dt 1 lw 1.1 notitle, \
  '' index 40 using 1:2 with linespoints lc rgb '#8C510A' pt 8 dt 3 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 42 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#5E3C99' pt 0 dt 1 lw 1.1 notitle, \
  '' index 42 using 1:2 with linespoints lc rgb '#5E3C99' pt 12 dt 5 ps dot lw 1.6 notitle, \
  '1-networks-figure1-native-1t-avx512-hot-full-b1.dat' index 43 using 1:2:4:5:6:7 with xyerrorbars lc rgb '#A6761D' pt 0 dt 1 lw 1.1 notitle, \
  '' index 43 using 1:2 with linespoints lc rgb '#A6761D' pt 14 dt 1 ps dot lw 1.6 notitle
unset multiplot
unset output
