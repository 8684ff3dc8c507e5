# Guidelines: what their steps cost, or (G4) what their operations add. A row of panels a device and setting, a column a
# set; what was not measured is left empty. A line a scale; grey beside it, with open points, the paper's device.
# Columns: 1 step, 2 its time per multiply-add (or what it adds, %), 3 and 4 its interval, 5 and 6 in the paper on ARM and on
# GPU, 7 what step. Of its own: row[p], the panel's row; head[p] names its column, under[p] the row; effects: 1 of G4;
# ylabel; paper[d].
array column_of[99]
array column_head[99]
columns = 0
rows = row[panels]
do for [p=1:panels] {
    column_of[p] = 0
    do for [k=1:p-1] { if (head[k] eq head[p]) { column_of[p] = column_of[k] } }
    if (column_of[p] == 0) { columns = columns + 1; column_of[p] = columns; column_head[columns] = head[p] }
}
array column_at[999]
do for [p=1:panels] { do for [s=first[p]:last[p]] { column_at[s] = column_of[p] } }

# Each column has an axis of its own, cropped to what is drawn in it; it spans so much that noise stays small.
array lowest[99]
array highest[99]
array steps[99]
array papers[198] # how many of the paper's points a column has, by device
base = effects ? 0 : 1
lower(a, b) = b < a ? b : a
higher(a, b) = b > a ? b : a
counts(v) = v > -1e9
do for [c=1:columns] { lowest[c] = base; highest[c] = base; papers[2*c - 1] = 0; papers[2*c] = 0 }
set encoding utf8
longest = 1
most = 1
do for [p=1:panels] {
    c = column_of[p]
    l = lowest[c]; h = highest[c]; a = 0; g = 0; m = 0
    stats data index first[p]-1:last[p]-1 using (l = lower(lower(lower(l, $2), $5), $6), h = higher(higher(higher(h, $2), $5), $6), \
        a = a + counts($5), g = g + counts($6), m = higher(m, $1), longest = higher(longest, strlen(strcol(7))), 1) nooutput
    lowest[c] = l; highest[c] = h; steps[p] = m
    papers[2*c - 1] = papers[2*c - 1] + a
    papers[2*c] = papers[2*c] + g
    most = higher(most, m + 1)
}
least_span = effects ? 10 : 0.1
# Intervals are seen whole, unless they would leave their points less than a third of the axis.
array points_low[99]
array points_high[99]
do for [c=1:columns] { points_low[c] = lowest[c]; points_high[c] = highest[c] }
do for [p=1:panels] {
    c = column_of[p]
    span = higher(points_high[c] - points_low[c], least_span)
    l = lowest[c]; h = highest[c]
    stats data index first[p]-1:last[p]-1 using (l = lower(l, higher($3, points_low[c] - span)), h = higher(h, lower($4, points_high[c] + span)), 1) nooutput
    lowest[c] = l; highest[c] = h
}
do for [c=1:columns] {
    if (highest[c] - lowest[c] < least_span) { highest[c] = highest[c] + 0.5*(least_span - highest[c] + lowest[c]); lowest[c] = highest[c] - least_span }
    space = 0.08*(highest[c] - lowest[c])
    lowest[c] = lowest[c] - space
    highest[c] = highest[c] + space
}

# The legend stands over its column.
named(s, c) = column_at[s] == c && (sum [k=1:s-1] (column_at[k] == c && name[k] eq name[s])) == 0
entries(c) = (sum [s=1:series] named(s, c)) + (papers[2*c - 1] > 0) + (papers[2*c] > 0)
legend = 0
do for [c=1:columns] { legend = higher(legend, 10 + 19*entries(c)) }

# Labels are written at an angle where they do not fit side by side.
longest = lower(longest, 40)
column_px = columns < 3 ? 440 : columns == 3 ? 390 : 330
at = strlen(ylabel) > 24 ? strstrt(ylabel, ' (') : 0
if (at > 0) { ylabel = substr(ylabel, 1, at - 1)."\n".substr(ylabel, at + 1, strlen(ylabel)) }
margin = at > 0 ? 96 : 78
flat = longest*7.5 < (column_px - margin - 20)/most - 6
width = columns*column_px
# What a row is of stands over each of its panels: these may stand by themselves.
array above[99]
most_letters = column_px/7.2
head_lines = 1
do for [p=1:panels] { long = rows > 1 || column_of[p] == 1 ? under[p] : ''; load 'draw_wrap.gp'; above[p] = wrapped; head_lines = higher(head_lines, wrapped_lines) }
row_px = 236 + 16*head_lines + (flat ? 36 : 26 + 4.5*longest)
long = title
most_letters = width/11.5
load 'draw_wrap.gp'
height = 24*wrapped_lines + 40 + legend + rows*row_px
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
top_of_rows = height - 24*wrapped_lines - 40 - legend
left_of(c) = column_px*(c - 1) + margin
right_of(c) = column_px*c - 20
array grey[2] = ['#aaaaaa', '#555555']
mark(s) = point[look[s]] - point[look[s]]%2 # open
do for [c=1:columns] {
    eval piece(column_px*(c - 1), column_px*c, 0, top_of_rows + legend + 30)
    set label 1 column_head[c] at screen column_px*(c - 0.5)/width,(top_of_rows + legend + 14.0)/height center noenhanced font ',13'
    eval area(column_px*(c - 1), column_px*c, top_of_rows, top_of_rows + legend)
    set key inside center center vertical maxcols 1 Left reverse samplen 3 font ',11'
    unset border
    unset tics
    set xrange [0:1]
    set yrange [0:1]
    plot for [s=1:series] NaN with linespoints ls look[s] title (named(s, c) ? name[s] : ''), \
        for [d=1:2] NaN with linespoints lc rgb grey[d] lw 1 dt 4-d pt 6 ps size title (papers[2*c - 2 + d] > 0 ? paper[d] : '')
}
unset label 1
unset key
set border 3 lc rgb '#444444'
set datafile missing NaN
set ytics nomirror out font ',11'
set xtics nomirror out noenhanced font ',10'
if (flat) { set xtics norotate } else { set xtics rotate by 40 right }
drawn = effects ? 'points' : 'linespoints'
aside = effects ? 0.14 : 0.07
do for [p=1:panels] {
    c = column_of[p]
    top = top_of_rows - row_px*(row[p] - 1) - 20 - 16*head_lines
    set label 1 above[p] at screen (column_px*(c - 1) + 12.0)/width,(top + 2.0 + 16*head_lines)/height left noenhanced font ',10'
    set ylabel ylabel noenhanced font ',11' offset 1.5,0
    set xrange [-0.4:steps[p] + 0.4]
    set yrange [lowest[c]:highest[c]]
    eval area(left_of(c), right_of(c), top - 200, top)
    middle = (first[p] + last[p])/2.0
    beside(s) = column(1) + aside*(s - middle)
    published = "for [d=1:2] for [s=first[p]:last[p]] data index s-1 using (beside(s)):(column(4 + d)) with ".drawn." lc rgb grey[d] lw 1 dt 4-d pt mark(s) ps size, "
    measured = "for [s=first[p]:last[p]] data index s-1 using (beside(s)):2:3:4 with yerrorbars ls look[s] pt 0 dt 1 lw 1.1, for [s=first[p]:last[p]] data index s-1 using (beside(s)):2 with ".drawn." ls look[s], "
    steps_named = "for [s=first[p]:last[p]] data index s-1 using 1:(-1e9):xtic(7) with points"
    eval 'plot base with lines lc rgb "#777777" dt 1 lw 1, '.published.measured.steps_named
}
unset multiplot
