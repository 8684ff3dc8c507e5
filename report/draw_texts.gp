# Texts beside the points of panel p: on no point and no other text, and as little as can be on lines and bars. Where no
# place is free: `far` heights of a text away at most, with a line to the point, else none. Before it: what draw_scatter.gp
# needs. Places are in pixels from the area's corner.
across(v) = (right - left)*log(v/xlow)/log(xhigh/xlow)
up(v) = (top - bottom)*(log_y ? log(v/ylow)/log(yhigh/ylow) : (v - ylow)/(yhigh - ylow))
array X[300]
array Y[300]
array XF[300]
array XT[300]
array YF[300]
array YT[300]
array S[300]
array T[300]
# Where all are to be named, those without a width by their own name, if it is short, else the family's.
text(c) = strcol(11) ne '' || far == 0 ? strcol(11) : strlen(strcol(12)) < 13 ? strcol(12) : name[column(-2) + 1]
set autoscale xy
unset logscale
n = 0
stats data index first[p]-1:last[p]-1 using (drawn(0) ? (n = n + 1, X[n] = across(column(xcol)), Y[n] = up(yval(0)), XF[n] = across(from(xcol)), XT[n] = across(to(xcol)), YF[n] = up(from(ycol)*weight(0)), YT[n] = up(to(ycol)*weight(0)), S[n] = column(-2), T[n] = text(0), 1) : 1) nooutput

# The lines, from (AX, AY) to (BX, BY): from point to point of a family, and the bars.
array AX[1500]
array AY[1500]
array BX[1500]
array BY[1500]
lines = 0
add_line(ax, ay, bx, by) = (lines = lines + 1, AX[lines] = ax, AY[lines] = ay, BX[lines] = bx, BY[lines] = by)
do for [i=1:n] {
    if (joined && i > 1 && S[i] == S[max(i - 1, 1)]) { t = add_line(X[i-1], Y[i-1], X[i], Y[i]) }
    if (XF[i] < XT[i]) { t = add_line(XF[i], Y[i], XT[i], Y[i]) }
    if (YF[i] < YT[i]) { t = add_line(X[i], YF[i], X[i], YT[i]) }
}

# The share of a line inside a box; the lines inside a box; points and texts that it covers; texts that a line crosses.
array L[300]
array R[300]
array B[300]
array U[300]
enter(a, z, l, u) = min((l - a)/(z - a + 1e-6), (u - a)/(z - a + 1e-6))
leave(a, z, l, u) = max((l - a)/(z - a + 1e-6), (u - a)/(z - a + 1e-6))
share(ax, ay, bx, by, l, r, b, u) = max(0, min(1, min(leave(ax, bx, l, r), leave(ay, by, b, u))) - max(0, max(enter(ax, bx, l, r), enter(ay, by, b, u))))
crossed(l, r, b, u) = sum [k=1:lines] share(AX[k], AY[k], BX[k], BY[k], l, r, b, u)
covered(l, r, b, u) = (sum [k=1:n] (X[k] + 6 > l && X[k] - 6 < r && Y[k] + 6 > b && Y[k] - 6 < u)) + (sum [k=1:placed] (R[k] > l && L[k] < r && U[k] > b && B[k] < u))
met(ax, ay, bx, by) = sum [k=1:placed] share(ax, ay, bx, by, L[k], R[k], B[k], U[k])
is_free(l, v) = l >= 0 && l + w <= right - left && v >= half && v + half <= top - bottom && covered(l, l + w, v - half, v + half) == 0

# First right, left, above, below and the corners of a point; a character takes 0.72 of the font's size (PNG draws wider
# than SVG).
array side[8] = [1, -1, 0, 0, 1, -1, 1, -1]
array dx[8] = [9, -9, 0, 0, 5, -5, 5, -5]
array dy[8] = [0, 0, 1, -1, 1, 1, -1, -1]
half = 0.65*texts
placed = 0
do for [i=1:n] {
    w = texts*(0.72*strlen(T[i]) + 0.6*(strstrt(T[i], 'm') == 1)) # "medium" is wide
    least = w > 0 ? 1e9 : -1
    away = 0
    do for [k=1:(w > 0 ? 8 : 0)] {
        l = X[i] + dx[k] - (side[k] > 0 ? 0 : side[k] < 0 ? w : w/2)
        v = Y[i] + dy[k]*(7 + half)
        if (is_free(l, v)) {
            c = crossed(l, l + w, v - half, v + half)
            if (c < least) { least = c; turn = side[k]; anchor = X[i] + dx[k]; bl = l; bv = v }
        }
    }
    while (least == 1e9 && away < far) {
        away = away + 1
        do for [k=0:11] {
            t = k%2 ? -1 : 1
            a = X[i] + t*(14 + 22*(k/4))
            l = t > 0 ? a : a - w
            v = Y[i] + (k%4 < 2 ? -away : away)*(2*half + 1)
            if (is_free(l, v)) {
                c = crossed(l, l + w, v - half, v + half) + 9*met(X[i], Y[i], a, v) + 0.1*(k/4)
                if (c < least) { least = c; turn = t; anchor = a; bl = l; bv = v }
            }
        }
    }
    if (least >= 0 && least < 1e9) {
        placed = placed + 1
        L[placed] = bl
        R[placed] = bl + w
        B[placed] = bv - half
        U[placed] = bv + half
        eval sprintf("set label T[i] at graph %.5f,%.5f %s noenhanced font ',%g' textcolor rgb '#333333'", anchor*1.0/(right - left), bv*1.0/(top - bottom), word('right center left', turn + 2), texts)
        if (away > 0) {
            t = add_line(X[i], Y[i], anchor, bv)
            set arrow from graph X[i]*1.0/(right - left),Y[i]*1.0/(top - bottom) to graph (anchor - 2*turn)*1.0/(right - left),bv*1.0/(top - bottom) nohead back lc rgb '#aaaaaa' lw 0.7
        }
    }
}
