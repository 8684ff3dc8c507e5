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
