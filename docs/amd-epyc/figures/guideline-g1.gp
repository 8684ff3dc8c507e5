# Drawn by `gnuplot guideline-g1.gp` in this folder; -e "form='png'" or 'pdf' before the name chooses another form.
reset
if (!exists('form')) form = 'svg'
dot = form eq 'svg' ? 0.75 : 1.1 # size of points
if (form eq 'svg') set terminal svg noenhanced size 1200,668 font 'DejaVu Sans,13' fontscale 1.2 background rgb 'white'
if (form eq 'png') set terminal pngcairo noenhanced size 1200,668 font 'DejaVu Sans,13' background rgb 'white'
if (form eq 'pdf') set terminal pdfcairo noenhanced size 10.91,6.07 font 'DejaVu Sans,9'
set output 'guideline-g1.'.form
set encoding utf8
set border 3 lc rgb '#444444'
set tics nomirror out
set grid lc rgb '#dddddd' lt 1
set key noenhanced
set errorbars 0.6
set multiplot title 'G1: equal channel width minimises memory access cost' noenhanced font ',16'
set ylabel 'speed per madd (1:1 = 1)' noenhanced font ',11' offset 1.5,0
set yrange [0:1.15]
set tics font ',11'
set key inside bottom center horizontal samplen 2 font ',11'
set lmargin at screen 0.07000
set rmargin at screen 0.32000
set bmargin at screen 0.54192
set tmargin at screen 0.85629
set xtics ('1:1' 0, '1:2' 1, '1:6' 2, '1:12' 3) norotate noenhanced font ',10'
set xrange [-0.4:3.4]
set title 'AMD EPYC (Zen 4)'."\n".'native, 1 thread, ARM set' noenhanced font ',12'
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
  'guideline-g1.dat' index 0 using ($1+-0.08):2:3:4 with yerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 0 using ($1+-0.08):2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'x1', \
  'guideline-g1.dat' index 1 using ($1+0):2:3:4 with yerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 1 using ($1+0):2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'x2', \
  'guideline-g1.dat' index 2 using ($1+0.08):2:3:4 with yerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 2 using ($1+0.08):2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'x4'
set lmargin at screen 0.40333
set rmargin at screen 0.65333
set bmargin at screen 0.54192
set tmargin at screen 0.85629
set xtics ('1:1' 0, '1:2' 1, '1:6' 2, '1:12' 3) norotate noenhanced font ',10'
set xrange [-0.4:3.4]
set title 'AMD EPYC (Zen 4)'."\n".'native, 1 thread, GPU set' noenhanced font ',12'
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
  'guideline-g1.dat' index 3 using ($1+-0.08):2:3:4 with yerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 3 using ($1+-0.08):2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'x1', \
  'guideline-g1.dat' index 4 using ($1+0):2:3:4 with yerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 4 using ($1+0):2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'x2', \
  'guideline-g1.dat' index 5 using ($1+0.08):2:3:4 with yerrorbars lc rgb '#009E73' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 5 using ($1+0.08):2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'x4'
set lmargin at screen 0.73667
set rmargin at screen 0.98667
set bmargin at screen 0.54192
set tmargin at screen 0.85629
set xtics ('1:1' 0, '1:4' 1, '1:9' 2, '1:16' 3) norotate noenhanced font ',10'
set xrange [-0.4:3.4]
set title 'AMD EPYC (Zen 4)'."\n".'native, 1 thread, equal multiply-adds' noenhanced font ',12'
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
  'guideline-g1.dat' index 6 using ($1+-0.04):2:3:4 with yerrorbars lc rgb '#0072B2' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 6 using ($1+-0.04):2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'n = 96', \
  'guideline-g1.dat' index 7 using ($1+0.04):2:3:4 with yerrorbars lc rgb '#D55E00' pt 0 dt 1 lw 1.1 notitle, \
  'guideline-g1.dat' index 7 using ($1+0.04):2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'n = 192'
set lmargin at screen 0.07000
set rmargin at screen 0.32000
set bmargin at screen 0.07784
set tmargin at screen 0.39222
set xtics ('1:1' 0, '1:2' 1, '1:6' 2, '1:12' 3) norotate noenhanced font ',10'
set xrange [-0.4:3.4]
set title 'Qualcomm Snapdragon 810 (paper)'."\n".'as published, ARM set' noenhanced font ',12'
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
  'guideline-g1.dat' index 8 using ($1+-0.08):2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'x1', \
  'guideline-g1.dat' index 9 using ($1+0):2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'x2', \
  'guideline-g1.dat' index 10 using ($1+0.08):2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'x4'
set lmargin at screen 0.40333
set rmargin at screen 0.65333
set bmargin at screen 0.07784
set tmargin at screen 0.39222
set xtics ('1:1' 0, '1:2' 1, '1:6' 2, '1:12' 3) norotate noenhanced font ',10'
set xrange [-0.4:3.4]
set title 'NVIDIA GTX 1080 Ti (paper)'."\n".'as published, GPU set' noenhanced font ',12'
plot 1 with lines lc rgb '#777777' dt 1 lw 1 notitle, \
  'guideline-g1.dat' index 11 using ($1+-0.08):2 with linespoints lc rgb '#0072B2' pt 7 dt 1 ps dot lw 1.6 title 'x1', \
  'guideline-g1.dat' index 12 using ($1+0):2 with linespoints lc rgb '#D55E00' pt 5 dt 2 ps dot lw 1.6 title 'x2', \
  'guideline-g1.dat' index 13 using ($1+0.08):2 with linespoints lc rgb '#009E73' pt 9 dt 3 ps dot lw 1.6 title 'x4'
unset multiplot
unset output
