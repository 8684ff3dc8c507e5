local function stack(c1, c2) return function(x)
  for i = 1, 3 do block("block%d", i) x = x:conv{c2}:conv{c1} end
  return x
end end
local cases, twins = {}, {}
for i, r in ipairs{1, 2, 6} do
  cases[i] = { "1:" .. r, step = math.log(r), widths = "c2=" .. 8 * r, map = 14, channels = 8, build = stack(8, 8 * r),
    paper = { gtx1080ti = 100 // r, snapdragon810 = 5.5, batch = 8 }, series = i > 1 and "series" or nil, note = "n", inferred = true }
end
cases[4] = { "1:6 in 16s", twin = "1:6", step = math.log(6), map = { 14, 7 }, channels = 16, build = stack(16, 48) }
suite { name = "slope", title = "A slope", source = "s", kind = "slope", axis = "ln r", note = "n", batches = { 1, 4 },
  engines = { "native" }, fusions = { "full", "none" },
  groups = { { name = "g", set = "arm", scale = 1, quick = true, title = "G", baseline = "1:1", cases = cases } } }
