# The families over the panels of a figure, between low and high (pixels). Before it: draw_names.gp. `more`: what else it
# names, a part of a plot command with its comma.
eval area(20, width - 20, low, high)
set key inside center center horizontal Left reverse samplen 3 font ',11'
unset border
unset tics
set xrange [0:1]
set yrange [0:1]
eval "plot ".more."for [s=1:series] NaN with ".(joined ? 'linespoints' : 'points')." ls look[s] title (fresh(s) ? name[s] : '')"
set border 3 lc rgb '#444444'
set xtics nomirror out
set ytics nomirror out
unset key
