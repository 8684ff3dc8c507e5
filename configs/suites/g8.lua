-- G8, squeeze-and-excite by its position: PP-LCNet, arXiv 2109.15099, and MobileOne, arXiv 2206.04040. Thirteen depthwise
-- separable blocks in three stages, with squeeze-and-excite in some of them. The multiply-adds and weights that it adds stand in
-- the classifier of the others, whose width makes up for them exactly.
local printed = import "printed"

local blocks = {}
for i = 1, 13 do
  local c = i <= 4 and 64 or i <= 8 and 128 or 256
  blocks[i] = { c = c, out = i < 4 and 64 or i < 8 and 128 or 256, stride = (i == 4 or i == 8) and 2 or 1 }
end

local function squeeze(x)
  return x:scale(x:global_pool():fc{x.c / 4, act = "relu"}:fc{x.c, act = "hard_sigmoid"})
end

-- What squeeze-and-excite adds: c to c/4 and back.
local function added(first, last)
  local sum = 0
  for i = first, last do sum = sum + blocks[i].c ^ 2 // 2 end
  return sum
end

local function build(first, last)
  local head = 16 + (added(1, 13) - added(first, last)) // 256
  return function(x)
    for i, b in ipairs(blocks) do
      block("block%d", i)
      x = x:dwconv{3, stride = b.stride, act = "relu"}
      if i >= first and i <= last then x = squeeze(x) end
      x = x:conv{b.out, act = "relu"}
    end
    block "head"
    return x:global_pool():fc{head}
  end
end

local function cases(map)
  local list = {}
  for i, row in ipairs{ { "none", 1, 0 }, { "first two", 1, 2 }, { "middle two", 6, 7 }, { "last two", 12, 13 },
    { "all 13", 1, 13 } } do
    list[i] = { row[1], series = i > 1 and row[1] or nil, step = i > 1 and 1 or 0, widths = "64 to 256", map = map, channels = 64,
      build = build(row[2], row[3]) }
  end
  return list
end

local groups = { { name = "aligned/56x56", set = "aligned", quick = true, title = "aligned widths, 56x56", baseline = "none",
  cases = cases(56) } }
for _, map in ipairs{ 28, 112 } do
  groups[#groups + 1] = { name = ("memory/%dx%d"):format(map, map), set = "memory", baseline = "none",
    title = ("aligned widths, %dx%d"):format(map, map), cases = cases(map) }
end

suite {
  name = "g8",
  title = "G8: squeeze-and-excite, by its position",
  claim = "Squeeze-and-excite takes time beyond its multiply-adds, wherever it stands.",
  source = "PP-LCNet, arXiv 2109.15099; MobileOne, arXiv 2206.04040 (its numbers UNVERIFIED)",
  kind = "slope",
  axis = "without 0, with 1",
  note = "Multiply-adds and weights are exactly equal: the classifier makes up for them. " .. printed "g8",
  groups = groups,
}
