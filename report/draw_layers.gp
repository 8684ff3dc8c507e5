# Layers under the roofline. Columns: 1 multiply-adds per byte, 2 Gmadds/s, 3 layer. Of its own: peak (Gmadds/s, NaN
# unknown); roofs, how many bandwidths are known; roof[i] (GB/s), level[i].
width = 1020
height = 560
load 'draw_style.gp'
set title title noenhanced font ',15'
set xlabel 'multiply-adds per byte moved'
set ylabel 'Gmadds / s'
set samples 400
stats data using 1:2 nooutput
eval area(90, 700, 70, 510)
eval log_axis('x', STATS_min_x/1.35, STATS_max_x*1.35)
eval log_axis('y', min(STATS_min_y, peak)/1.35, max(STATS_max_y, peak)*1.35)
set key at screen 0.704,0.91 left top vertical Left reverse samplen 3 font ',11'
if (roofs == 0) { roof[1] = NaN; level[1] = '' }
plot for [i=1:(peak > 0)] peak with lines lc rgb '#222222' lw 2.2 title sprintf('measured peak, %.3g Gmadds/s', peak), \
    for [i=1:roofs] (roof[i]*x > peak ? NaN : roof[i]*x) with lines lc rgb '#666666' lw 1.4 dt i+1 title sprintf('%s, %.3g GB/s', level[i], roof[i]), \
    for [s=1:series] data index s-1 using 1:2 with points ls look[s] title name[s]
