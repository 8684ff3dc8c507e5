-- IGCV3-D: Sun, Li, Liu, Wang, BMVC 2018, arXiv 1806.00178, and the authors' code: MobileNet V2 with grouped pointwise
-- convolutions, and twice as many blocks in the middle stages.

local blocks = {
  { t = 1, c = 16, n = 1, s = 1 },
  { t = 6, c = 24, n = 4, s = 2 },
  { t = 6, c = 32, n = 6, s = 2 },
  { t = 6, c = 64, n = 8, s = 2 },
  { t = 6, c = 96, n = 6, s = 1 },
  { t = 6, c = 160, n = 6, s = 2 },
  { t = 6, c = 320, n = 1, s = 1 },
}

-- To a whole, then up to an even number.
local function even(width)
  return (math.floor(width + 0.5) + 1) // 2 * 2
end

local function bottleneck(x, t, c, s, add_input)
  local y = x:conv{t * x.c, groups = 2}:shuffle(2):dwconv{3, stride = s, act = "relu6"}:conv{c, groups = 2}
  return add_input and x + y or y
end

local no_match = "UNVERIFIED: the published multiply-adds are not reached by this width rule"

network {
  name = "igcv3",
  title = "IGCV3-D",
  source = "arXiv 1806.00178; rounding of widths as in the authors' code",
  default = "1.0",
  variants = {
    { "0.7", 0.7, inferred = no_match .. " (width 0.78 would give 211.02 M)" },
    { "1.0", 1.0 },
    { "1.4", 1.4, inferred = no_match .. " (the code's double scaling of inner widths would give 622.75 M)" },
  },
  build = function(image, v)
    local a = v[2]
    block "stem"
    local x = image:conv{even(32 * a), 3, stride = 2, act = "relu6"}
    for stage, row in ipairs(blocks) do
      for i = 1, row.n do
        block("stage%d.%d", stage, i)
        x = bottleneck(x, row.t, even(row.c * a), i == 1 and row.s or 1, i > 1)
      end
    end
    block "head"
    return x:conv{even(1280 * math.max(1, a)), act = "relu6"}:global_pool():fc{1000}
  end,
}

return { bottleneck = bottleneck }
