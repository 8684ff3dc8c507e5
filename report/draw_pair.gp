# One plot of networks with its legend on the right. Before it: xcol, ycol and curves as draw_scatter.gp takes them; log_x
# and log_y axes; reach(v): what the y axis shows at its left end v beside the points.
width = 730
long = title
most_letters = 68
load 'draw_wrap.gp'
height = 530 + 22*wrapped_lines
load 'draw_style.gp'
drawn(c) = column(xcol) > 0 && column(ycol) > 0
stats data using (drawn(0) ? column(xcol) : NaN):(drawn(0) ? column(ycol) : NaN) nooutput
xlow = STATS_min_x/1.35
xhigh = STATS_max_x*1.35
ylow = min(STATS_min_y, reach(STATS_min_x))/1.35
yhigh = max(STATS_max_y, reach(STATS_min_x))*1.35
set multiplot title wrapped noenhanced font ',14'
set key at screen 445.0/width,515.0/height left top vertical Left reverse samplen 3 font ',11'
set xtics font ',11'
set ytics font ',11'
p = 1; left = 76; right = 428; bottom = 70; top = 510; log_y = 1; texts = 10
eval piece(0, 440, 0, 520)
load 'draw_scatter.gp'
unset multiplot
