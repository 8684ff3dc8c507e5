# Speed over multiply-adds, with equal rates. Of its own: peak (Gmadds/s, NaN unknown).
xcol = 1
ycol = 2
set xlabel 'MFLOPs (M multiply-adds an image)' font ',12'
set ylabel 'images / s' font ',12' offset 1.5,0
stats data using ($1*$2/1e3) nooutput
best = STATS_max
reach(v) = 1e3*peak/v
curves = "1e3*best/x with lines lc rgb '#888888' dt 2 title sprintf('%.3g Gmadds/s (the best here)', best), 5e2*best/x with lines lc rgb '#888888' dt 3 title sprintf('%.3g Gmadds/s (half)', best/2), "
if (peak > 0) { curves = curves."1e3*peak/x with lines lc rgb '#222222' lw 2.2 dt 1 title sprintf('measured peak, %.3g Gmadds/s', peak), " }
load 'draw_pair.gp'
