# Measured time over the roofline's prediction.
xcol = 7
ycol = 8
set xlabel 'predicted by the measured roofline, ms' font ',12'
set ylabel 'measured, ms' font ',12' offset 1.5,0
reach(v) = v
curves = "x with lines lc rgb '#222222' lw 2.2 dt 1 title 'as predicted', 2*x with lines lc rgb '#888888' dt 3 title 'twice as long', "
load 'draw_pair.gp'
