-- The building blocks of the families at equal multiply-adds, side by side: what arXiv 1807.11164 concludes from G1 to G4,
-- in one table. Ten units at stride 1; ShuffleNet V2's c sets the budget, the others' widths are fitted to it.
local v2 = import "networks/shufflenet_v2"
local v2_star = import "networks/shufflenet_v2_star"
local v1 = import "networks/shufflenet_v1"
local mobilenet_v1 = import "networks/mobilenet_v1"
local mobilenet_v2 = import "networks/mobilenet_v2"
local resnet = import "networks/resnet50"
local xception = import "networks/xception_light"
local densenet = import "networks/densenet121"
local igcv2 = import "networks/igcv2"
local igcv3 = import "networks/igcv3"
local condensenet = import "networks/condensenet"
local nasnet = import "networks/nasnet_a"

local N = 10

-- A family's stack: widths step by `step`; `build` makes N units of width c from a tensor of width `channels(c)`.
local function stacked(unit)
  return function(x, c)
    for i = 1, N do
      block("unit%d", i)
      x = unit(x, c)
    end
    return x
  end
end

local function same(c) return c end

local families = {
  ["ShuffleNet v2"] = { step = 2, channels = same, build = stacked(v2.basic) },
  ["ShuffleNet v2*"] = { step = 2, channels = same, build = stacked(v2_star.basic) },
  ["ShuffleNet v1"] = { step = 12, channels = same, build = stacked(function(x, c) return v1.basic(x, c, 3) end), note = "g = 3" },
  ["MobileNet v1"] = { step = 1, channels = same, build = stacked(function(x, c) return mobilenet_v1.separable(x, c, 1) end) },
  ["MobileNet v2"] = { step = 1, channels = same, build = stacked(function(x, c) return mobilenet_v2.bottleneck(x, 6, c, 1) end),
    note = "expansion 6" },
  ["Xception"] = { step = 4, channels = same, build = stacked(function(x, c) return xception.unit(x, c / 4, 1) end) },
  ["ResNet bottleneck"] = { step = 4, channels = same, build = stacked(function(x, c) return resnet.bottleneck(x, c / 4, 1, false) end) },
  ["DenseNet"] = { step = 1, channels = function(c) return 2 * c end, build = stacked(densenet.layer), note = "c: growth" },
  ["IGCV2"] = { step = 8, channels = same, build = stacked(function(x, c) return igcv2.interleaved(x, c, 1) end) },
  ["IGCV3-D"] = { step = 2, channels = same, build = stacked(function(x, c) return igcv3.bottleneck(x, 6, c, 1, true) end) },
  ["CondenseNet"] = { step = 4, channels = function(c) return 2 * c end,
    build = stacked(function(x, c) return condensenet.layer(x, c, 4) end), note = "c: growth, G = 4" },
  ["NASNet-A"] = { step = 1, channels = function(c) return 6 * c end, build = function(x, c)
    local relu, last, before = nasnet.rectifier(), x, x
    for i = 1, N do
      block("unit%d", i)
      last, before = nasnet.cell(relu, nasnet.normal, { 1, 2, 3, 4, 5, 6 }, last, before, c, 1), last
    end
    return last
  end },
}

local order = { "ShuffleNet v2", "ShuffleNet v2*", "ShuffleNet v1", "MobileNet v1", "MobileNet v2", "Xception", "ResNet bottleneck",
  "DenseNet", "IGCV2", "IGCV3-D", "CondenseNet", "NASNet-A" }

local function cost(family, map, c)
  return madds{ map = map, channels = family.channels(c), norm = true, build = function(x) return family.build(x, c) end }
end

-- Multiply-adds grow with the width: the nearest width by bisection.
local function fit(family, map, budget)
  local low, high = 1, 2
  while cost(family, map, high * family.step) < budget do low, high = high, 2 * high end
  while high - low > 1 do
    local middle = (low + high) // 2
    if cost(family, map, middle * family.step) < budget then low = middle else high = middle end
  end
  local below, above = cost(family, map, low * family.step), cost(family, map, high * family.step)
  return (budget - below < above - budget and low or high) * family.step
end

local budgets, widths = {}, {}

-- A case of `model` at the multiply-adds of ShuffleNet V2 with c channels. Widths do not depend on the map.
local function case(model, map, c)
  local family = families[model]
  budgets[c] = budgets[c] or cost(families["ShuffleNet v2"], 8, c)
  local key = model .. c
  widths[key] = widths[key] or (model == "ShuffleNet v2" and c or fit(family, 8, budgets[c]))
  local width = widths[key]
  return { model, map = map, channels = family.channels(width), norm = true, widths = "c=" .. width,
    note = family.note, inferred = model ~= "ShuffleNet v2",
    build = function(x) return family.build(x, width) end }
end

local groups = {}
for _, map in ipairs{28, 14} do
  for i, c in ipairs{64, 128, 256} do
    local cases = {}
    for k, model in ipairs(order) do cases[k] = case(model, map, c) end
    groups[#groups + 1] = { name = map .. "x" .. map .. "/c" .. c, title = "ten units, " .. map .. "x" .. map .. ", c = " .. c,
      scale = 2 ^ (i - 1), cases = cases }
  end
end

suite {
  name = "units",
  title = "Building blocks at equal multiply-adds",
  source = "after arXiv 1807.11164, section 2 and appendix Table 1 (b)",
  kind = "plain",
  note = "Widths are fitted to the multiply-adds of ten ShuffleNet V2 units of c channels, to the nearest that the unit allows.",
  groups = groups,
}

return { case = case }
