# One plot of networks with its legend on the right. Before it: xcol, ycol and curves as draw_scatter.gp takes them; log_x
# and log_y axes; reach(v): what the y axis shows at its left end v beside the points.
width = 1020
height = 560
load 'draw_style.gp'
drawn(c) = column(xcol) > 0 && column(ycol) > 0
stats data using (drawn(0) ? column(xcol) : NaN):(drawn(0) ? column(ycol) : NaN) nooutput
xlow = STATS_min_x/1.35
xhigh = STATS_max_x*1.35
ylow = min(STATS_min_y, reach(STATS_min_x))/1.35
yhigh = max(STATS_max_y, reach(STATS_min_x))*1.35
set title title noenhanced font ',15'
set key at screen 0.70,0.91 left top vertical Left reverse samplen 3 font ',11'
p = 1; left = 90; right = 700; bottom = 70; top = 510; log_y = 1; texts = 10
load 'draw_scatter.gp'
