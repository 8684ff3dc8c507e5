# Speed over memory access cost.
xcol = 6
ycol = 2
set xlabel 'memory access cost, MB an image (f32)'
set ylabel 'images / s'
reach(v) = NaN
curves = ''
load 'draw_pair.gp'
