# Speed over memory access cost.
xcol = 6
ycol = 2
set xlabel 'memory access cost, MB an image (f32)' font ',12'
set ylabel 'images / s' font ',12' offset 1.5,0
reach(v) = NaN
curves = ''
load 'draw_pair.gp'
