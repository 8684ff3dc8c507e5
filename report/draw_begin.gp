# The beginning of every figure: what it sets next. Arrays are longer than any figure needs.
reset
if (!exists('form')) form = 'svg'
data = slug.'.dat'
array head[99]
array under[99]
array first[99]
array last[99]
array name[999]
array look[999]
array row[99]
array paper[9]
array roof[9]
array level[9]
array step[9]

# What draw_scatter.gp and draw_legend.gp may be told besides: a factor of ycol's values, whether a family's points are
# joined, how far from its point a text may stand (draw_texts.gp), what a legend names besides; where the pieces of the figure are
# (draw_style.gp).
weight(c) = 1
joined = 1
far = 0
more = ''
pieces = ''
