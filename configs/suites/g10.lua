-- G10, activations and FLOPs: RegNet, arXiv 2003.13678, Fig. 12. Ten convolutions c to c: with half the channels on a map of four
-- times the pixels multiply-adds stay the same, and what convolutions write (`cost` counts it as activations) doubles.
local printed = import "printed"

local function stack(c, kernel, groups)
  return function(x)
    for i = 1, 10 do
      block("layer%d", i)
      x = x:conv{c, kernel, groups = groups}
    end
    return x
  end
end

-- Activations x1, x2, x4, x8.
local function wider(c, map, kernel)
  local cases = {}
  for k = 0, 3 do
    cases[k + 1] = { "x" .. (1 << k), step = k, widths = "c=" .. (c >> k), map = map << k, channels = c >> k,
      build = stack(c >> k, kernel, 1) }
  end
  return cases
end

-- The same by groups, as from ResNet to ResNeXt.
local function grouped(c, map)
  local cases = {}
  for k = 0, 2 do
    cases[k + 1] = { "x" .. (1 << k), step = k, widths = ("c=%d g=%d"):format(c << k, 4 ^ k // 1), map = map, channels = c << k,
      build = stack(c << k, 3, 4 ^ k // 1) }
  end
  return cases
end

local groups = {
  { name = "aligned/1x1", set = "aligned", quick = true, title = "aligned widths, 1x1", baseline = "x1",
    cases = wider(256, 14, 1) },
  { name = "aligned/3x3", set = "aligned", quick = true, title = "aligned widths, 3x3", baseline = "x1",
    cases = wider(128, 14, 3) },
  { name = "aligned/groups", set = "aligned", quick = true, title = "aligned widths, 3x3 in groups", baseline = "x1",
    cases = grouped(64, 28) },
  -- The two networks of which RegNet prints times, of nearly equal multiply-adds.
  { name = "networks", set = "beside", title = "whole networks", baseline = "ResNet-50", cases = {
    { "ResNet-50", step = 0, network = "resnet50:v1.5" },
    { "ResNeXt-50", step = math.log(14.4 / 11.1, 2), network = "resnext:50_32x4d" } } },
  { name = "memory/1x1", set = "memory", title = "aligned widths, 1x1, maps x2", baseline = "x1", cases = wider(256, 28, 1) },
}

suite {
  name = "g10",
  title = "G10: time and activations at equal multiply-adds",
  claim = "At equal multiply-adds, what writes more activations takes more time.",
  source = "RegNet, arXiv 2003.13678, Fig. 12",
  kind = "slope",
  axis = "log2 activations",
  note = "Multiply-adds are exactly equal, those of the whole networks to within 4 %. " .. printed "g10",
  groups = groups,
}
