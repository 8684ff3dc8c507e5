# Values with intervals as dots: panels below each other, a row a thing, a mark a series; long names stand above their rows. One
# panel of very many rows is cut into parts beside each other.
# Columns: 1 row, 2 value, 3 and 4 its interval, 5 name of the row. Of its own: axis, what values are; ratio (1: around 1).
load 'draw_names.gp'
array row_count[99]
array named[9999] # rows whose names stand above them already
set encoding utf8
longest = 1
widest = 1
marks = 1
all = 0
do for [p=1:panels] {
    stats data index first[p]-1:last[p]-1 using (longest = strlen(strcol(5)) > longest ? strlen(strcol(5)) : longest, $1) nooutput
    row_count[p] = int(STATS_max)
    all = all + row_count[p]
    marks = last[p] - first[p] + 1 > marks ? last[p] - first[p] + 1 : marks
}
do for [s=1:series] { widest = strlen(name[s]) > widest ? strlen(name[s]) : widest }
many = all > 60 && marks == 1
stats data using 3 nooutput
xlow = STATS_min
stats data using 4 nooutput
xhigh = STATS_max
part_px = many ? 360 : 440
parts = many && panels == 1 ? (all + 74)/75 : 1
abreast = parts < 4 ? parts : 4
width = part_px*abreast
part_rows = (all + parts - 1)/parts
row_font = many ? ',8' : ',10'
names_px = (many ? 6.5 : 7.8)*longest
beside = names_px < (many ? 0.55 : 0.42)*part_px
left = beside ? 16 + names_px : 16
marks_px = many ? 13 : 12 + 6*marks
row_px = marks_px + (beside ? 0 : 16)
across_n = int((width - 40)/(60 + 7.6*widest)) + (60 + 7.6*widest > width - 40)
legend = names > 1 ? 20*((names + across_n - 1)/across_n) + 6 : 0
long = title
most_letters = width/10.5
load 'draw_wrap.gp'
height = 138 + 22*wrapped_lines + legend + (row_px*part_rows + 84)*((parts + abreast - 1)/abreast) + 84*(panels - 2)
load 'draw_style.gp'
set multiplot title wrapped noenhanced font ',14'
joined = 0
high = height - 14 - 22*wrapped_lines
low = high - legend
if (parts == 1) { eval piece(0, width, 0, low) }
if (legend > 0) { load 'draw_legend.gp' }
unset key
set ytics scale 0 noenhanced font row_font
if (!beside) { unset ytics }
set xtics font row_font
base = ratio ? 1 : 0
if (ratio && xhigh > 2*xlow) { eval log_axis('x', min(xlow, 1)/1.1, max(xhigh, 1)*1.1) } else {
    space = 0.04*(max(xhigh, base) - min(xlow, base)) + 1e-3
    set autoscale x
    set xtics autofreq
    set xrange [min(xlow, base) - space:(ratio ? max(xhigh, 1) + space : max(xhigh, 1))]
}
set arrow from base,graph 0 to base,graph 1 nohead back lc rgb '#777777'
top = low - 36
middle = beside ? 0 : 8.0/row_px
once(k) = named[k] ? 1e9 : (named[k] = 1, k + 8.0/row_px - 0.5)
set x2range [0:1]
at(s) = middle + 0.7*marks_px/row_px*((s - first[p] + 0.5)/(last[p] - first[p] + 1) - 0.5)
do for [p=1:panels] { do for [k=1:parts] {
    from_row = part_rows*(k - 1)
    rows = parts == 1 ? row_count[p] : min(part_rows, all - from_row)
    corner = part_px*((k - 1)%abreast)
    head_at = top - (row_px*part_rows + 84)*((k - 1)/abreast)
    bottom = head_at - row_px*rows
    if (parts > 1) { eval piece(corner, corner + part_px, bottom - 72, head_at + 12) }
    eval area(corner + left, corner + part_px - 16, bottom, head_at)
    set title head[p] noenhanced font ',12'
    set xlabel (p == panels ? axis : '') font ',10'
    set yrange [from_row + rows + 0.6:from_row + 0.4]
    do for [i=1:row_count[p]] { named[i] = beside }
    plot for [s=first[p]:last[p]] data index s-1 using 2:($1 + at(s)):3:4 with xerrorbars ls look[s] pt 0 dt 1 lw 1.3, \
        for [s=first[p]:last[p]] data index s-1 using 2:($1 + at(s)) with points ls look[s], \
        for [s=first[p]:last[p]] data index s-1 using (-1e9):1:ytic(5) with points, \
        for [s=first[p]:last[p]] data index s-1 using (0):(once(int($1))):5 axes x2y1 with labels left noenhanced font row_font
    if (parts == 1) { top = bottom - 84 }
} }
unset multiplot
