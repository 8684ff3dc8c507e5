-- MobileNet V2: Sandler et al., CVPR 2018, arXiv 1801.04381, Table 2.

-- t: expansion, c: output channels, n: repeats, s: stride of the first.
local bottlenecks = {
  { t = 1, c = 16, n = 1, s = 1 },
  { t = 6, c = 24, n = 2, s = 2 },
  { t = 6, c = 32, n = 3, s = 2 },
  { t = 6, c = 64, n = 4, s = 2 },
  { t = 6, c = 96, n = 3, s = 1 },
  { t = 6, c = 160, n = 3, s = 2 },
  { t = 6, c = 320, n = 1, s = 1 },
}

-- To the nearest multiple of 8, at least 8, never more than a tenth below.
local function round8(width)
  local rounded = math.max(8, (width + 4) // 8 * 8)
  return rounded < 0.9 * width and rounded + 8 or rounded
end

-- Inverted residual with a linear bottleneck.
local function bottleneck(x, t, c, s, act)
  local y = x
  if t > 1 then y = y:conv{t * x.c, act = act or "relu6"} end
  y = y:dwconv{3, stride = s, act = act or "relu6"}:conv{c}
  return s == 1 and x.c == c and x + y or y
end

local unknown_rounding = "UNVERIFIED: the width of ShuffleNet V2's \"our impl.\" rows; the rounding to multiples of 8 is "
  .. "MobileNet V2's own"

network {
  name = "mobilenet_v2",
  title = "MobileNet V2",
  source = "arXiv 1801.04381, Table 2; rounding of widths as in TensorFlow slim",
  default = "1.0",
  variants = {
    { "0.15", 0.15, inferred = unknown_rounding },
    { "0.35", 0.35 },
    { "0.4", 0.4, inputs = { 160 }, inferred = unknown_rounding },
    { "0.5", 0.5 },
    { "0.6", 0.6, inferred = unknown_rounding },
    { "0.75", 0.75, inputs = { 224, 192 } },
    { "1.0", 1.0 },
    { "1.3", 1.3 },
    { "1.4", 1.4 },
    { "ncnn", 1.0, act = "relu" }, -- of ncnn's benchmark: ReLU; its first block expands 32 to 32 channels
  },
  build = function(image, v)
    local a, act = v[2], v.act or "relu6"
    block "stem"
    local x = image:conv{round8(32 * a), 3, stride = 2, act = act}
    if v.act then x = x:conv{x.c, act = act} end
    for stage, row in ipairs(bottlenecks) do
      for i = 1, row.n do
        block("stage%d.%d", stage, i)
        x = bottleneck(x, row.t, round8(row.c * a), i == 1 and row.s or 1, act)
      end
    end
    block "head"
    return x:conv{round8(1280 * math.max(1, a)), act = act}:global_pool():fc{1000}
  end,
}

return { bottleneck = bottleneck, round8 = round8 }
