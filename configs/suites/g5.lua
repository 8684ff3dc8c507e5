-- G5, partial convolution: FasterNet, arXiv 2303.03667, Table 1. Ten 3x3 layers on a quarter of the channels, the others
-- passed on, beside ten group convolutions with 16 groups (the same multiply-adds) and ten depthwise ones.
local printed = import "printed"

local function partial(x)
  local own, others = x:split(x.c / 4, x.c * 3 / 4)
  return concat(own:conv{own.c, 3}, others)
end

local function grouped(x) return x:conv{x.c, 3, groups = 16} end
local function depthwise(x) return x:dwconv{3} end

local function stack(layers, ...)
  local steps = { ... }
  return function(x)
    for i = 1, layers do
      block("layer%d", i)
      for _, step in ipairs(steps) do x = step(x) end
    end
    return x
  end
end

local function to(c)
  return function(x) return x:conv{c} end
end

local function case(label, series, c, map, build)
  return { label, series = series, step = series and 1 or 0, widths = "c=" .. c, map = map, channels = c, build = build }
end

local groups = {}

-- The paper's layers. Where a group's channels are no multiple of 16, the group convolution has a twin that has them so,
-- and the partial one a twin of its multiply-adds.
for _, at in ipairs{ { 192, 28 }, { 96, 56 }, { 384, 14 }, { 768, 7 } } do
  local c, map = at[1], at[2]
  local cases = { case("partial", nil, c, map, stack(10, partial)), case("groups=16", "grouped", c, map, stack(10, grouped)),
    case("depthwise", "depthwise", c, map, stack(10, depthwise)) }
  local up = (c // 16 + 15) // 16 * 256
  if up ~= c and c % 64 == 0 then
    cases[4] = case("groups=16 in 16s", "grouped", up, map, stack(10, grouped))
    cases[4].twin = "groups=16"
    cases[5] = case("partial, c = " .. up, nil, up, map, stack(10, partial))
    cases[5].twin = "partial"
  end
  groups[#groups + 1] = { name = ("paper/%dx%dx%d"):format(c, map, map), set = "paper", quick = c == 192,
    title = ("%dx%dx%d"):format(c, map, map), baseline = "partial", cases = cases }
end

-- With the 1x1 convolutions of a network: multiply-adds a pixel within 0.5 %.
local function in_network(map, layers)
  return { case("partial", nil, 192, map, stack(2 * layers, partial, to(192))),
    case("depthwise", "depthwise", 192, map, stack(layers, depthwise, to(288), depthwise, to(192))) }
end

groups[#groups + 1] = { name = "aligned/1x1-c192", set = "aligned", quick = true, title = "aligned widths, with 1x1, c = 192",
  baseline = "partial", cases = in_network(28, 4) }
groups[#groups + 1] = { name = "aligned/1x1-c128", set = "aligned", quick = true, title = "aligned widths, with 1x1, c = 128",
  baseline = "partial", cases = { case("partial", nil, 128, 56, stack(1, partial, to(128))),
    case("depthwise", "depthwise", 128, 56, stack(1, depthwise, to(192))) } }
for _, map in ipairs{ 7, 56, 112 } do
  groups[#groups + 1] = { name = ("memory/%dx%d"):format(map, map), set = "memory", baseline = "partial",
    title = ("aligned widths, with 1x1, c = 192, %dx%d"):format(map, map), cases = in_network(map, map < 56 and 4 or 1) }
end

-- Multiply-adds exactly equal, every width a multiple of 16.
for _, at in ipairs{ { 256, 28 }, { 512, 14 } } do
  local c, map = at[1], at[2]
  groups[#groups + 1] = { name = "aligned/c" .. c, set = "aligned", quick = c == 256, title = "aligned widths, c = " .. c,
    baseline = "partial", cases = { case("partial", nil, c, map, stack(10, partial)),
      case("groups=16", "grouped", c, map, stack(10, grouped)) } }
end

suite {
  name = "g5",
  title = "G5: a 3x3 convolution on a quarter of the channels beside depthwise and group convolutions",
  claim = "A 3x3 convolution on a quarter of the channels takes less time a multiply-add than depthwise or grouped ones.",
  source = "FasterNet, arXiv 2303.03667, Table 1",
  kind = "slope",
  axis = "partial 0, other 1",
  note = "Multiply-adds are equal beside group convolutions, to within 0.5 % with 1x1 ones, and differ beside depthwise ones "
    .. "alone. " .. printed "g5",
  groups = groups,
}
