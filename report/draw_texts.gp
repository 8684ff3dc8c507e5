# Texts beside the points of panel p: on no point and no other text, and as little as can be on lines and bars; where no
# place is free, none. Before it: what draw_scatter.gp needs. Places are in pixels from the area's corner.
across(v) = (right - left)*log(v/xlow)/log(xhigh/xlow)
up(v) = (top - bottom)*(log_y ? log(v/ylow)/log(yhigh/ylow) : (v - ylow)/(yhigh - ylow))
array X[500]; array Y[500]; array T[500]; array S[500]; array XF[500]; array XT[500]; array YF[500]; array YT[500]
set autoscale
unset logscale
n = 0
stats data index first[p]-1:last[p]-1 using (column(xcol) > 0 && column(ycol) > 0 ? (n = n + 1, X[n] = across(column(xcol)), Y[n] = up(column(ycol)), XF[n] = across(from(xcol)), XT[n] = across(to(xcol)), YF[n] = up(from(ycol)), YT[n] = up(to(ycol)), S[n] = column(-2), T[n] = strcol(11), 1) : 1) nooutput

# The lines: from point to point of a family, and the bars.
array AX[1500]; array AY[1500]; array BX[1500]; array BY[1500]
lines = 0
do for [i=1:n] {
    if (i > 1 && S[i] == S[max(i - 1, 1)]) { lines = lines + 1; AX[lines] = X[i-1]; AY[lines] = Y[i-1]; BX[lines] = X[i]; BY[lines] = Y[i] }
    if (XF[i] < XT[i]) { lines = lines + 1; AX[lines] = XF[i]; AY[lines] = Y[i]; BX[lines] = XT[i]; BY[lines] = Y[i] }
    if (YF[i] < YT[i]) { lines = lines + 1; AX[lines] = X[i]; AY[lines] = YF[i]; BX[lines] = X[i]; BY[lines] = YT[i] }
}

# Of a box: points and texts that it covers; the share of each line inside.
array L[500]; array R[500]; array B[500]; array U[500]
covered(l, r, b, u) = (sum [k=1:n] (X[k] + 6 > l && X[k] - 6 < r && Y[k] + 6 > b && Y[k] - 6 < u)) + (sum [k=1:placed] (R[k] > l && L[k] < r && U[k] > b && B[k] < u))
enter(a, z, l, u) = min((l - a)/(z - a + 1e-6), (u - a)/(z - a + 1e-6))
leave(a, z, l, u) = max((l - a)/(z - a + 1e-6), (u - a)/(z - a + 1e-6))
crossed(l, r, b, u) = sum [k=1:lines] max(0, min(1, min(leave(AX[k], BX[k], l, r), leave(AY[k], BY[k], b, u))) - max(0, max(enter(AX[k], BX[k], l, r), enter(AY[k], BY[k], b, u))))

# Right, left, above, below, and at the corners; a character takes 0.72 of the font's size (PNG draws wider than SVG).
array side[8] = [1, -1, 0, 0, 1, -1, 1, -1]
array dx[8] = [9, -9, 0, 0, 5, -5, 5, -5]
array dy[8] = [0, 0, 1, -1, 1, 1, -1, -1]
half = 0.65*texts
placed = 0
do for [i=1:n] {
    if (strlen(T[i]) > 0) {
        w = 0.72*texts*strlen(T[i])
        least = 1e9
        do for [k=1:8] {
            l = X[i] + dx[k] - (side[k] > 0 ? 0 : side[k] < 0 ? w : w/2)
            v = Y[i] + dy[k]*(7 + half)
            if (l >= 0 && l + w <= right - left && v >= half && v + half <= top - bottom && covered(l, l + w, v - half, v + half) == 0) {
                c = crossed(l, l + w, v - half, v + half)
                if (c < least) { least = c; place = k; bl = l; bv = v }
            }
        }
        if (least < 1e9) {
            placed = placed + 1
            L[placed] = bl; R[placed] = bl + w; B[placed] = bv - half; U[placed] = bv + half
            eval sprintf("set label T[i] at graph %.5f,%.5f %s noenhanced font ',%g' textcolor rgb '#333333'", (X[i] + dx[place])*1.0/(right - left), bv*1.0/(top - bottom), word('right center left', side[place] + 2), texts)
        }
    }
}
