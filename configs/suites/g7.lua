-- G7, activations: MobileNet V3, arXiv 1905.02244, Table 5. Inverted residual units with one activation or another in the same
-- places, with and without fusion of operations.
local printed = import "printed"

local activations = {
  ReLU = { act = "relu" }, ReLU6 = { act = "relu6" }, ["h-swish"] = { act = "hard_swish" }, sigmoid = { act = "sigmoid" },
  SiLU = { after = function(x) return x:swish() end }, GELU = { after = function(x) return x:gelu() end },
}

local function stack(name, units)
  local a = activations[name]
  local after = a.after or function(x) return x end
  return function(x)
    for i = 1, units do
      block("unit%d", i)
      local y = after(x:conv{4 * x.c, act = a.act})
      x = after(y:dwconv{3, act = a.act}):conv{x.c}
    end
    return x
  end
end

local function case(name, map, series)
  return { name, series = series, step = name == "ReLU" and 0 or 1, widths = "c=32", map = map, channels = 32,
    build = stack(name, map > 56 and 2 or 6) }
end

local function pair(map) return { case("ReLU", map), case("h-swish", map) } end

local groups = {
  { name = "aligned/28x28", set = "aligned", quick = true, title = "aligned widths, 28x28", baseline = "ReLU", cases = pair(28) },
  { name = "aligned/14x14", set = "aligned", title = "aligned widths, 14x14", baseline = "ReLU", cases = pair(14) },
}
for _, map in ipairs{ 7, 112 } do
  groups[#groups + 1] = { name = ("memory/%dx%d"):format(map, map), set = "memory", baseline = "ReLU",
    title = ("aligned widths, %dx%d"):format(map, map), cases = pair(map) }
end
local others = { case("ReLU", 28) }
for _, name in ipairs{ "ReLU6", "sigmoid", "SiLU", "GELU" } do others[#others + 1] = case(name, 28, name) end
groups[#groups + 1] = { name = "others/28x28", set = "beside", quick = true, title = "other activations, 28x28", baseline = "ReLU",
  cases = others }

suite {
  name = "g7",
  title = "G7: hard swish and other activations beside ReLU",
  claim = "Hard swish takes more time than ReLU in the same places.",
  source = "MobileNet V3, arXiv 1905.02244, Table 5",
  kind = "slope",
  axis = "ReLU 0, other 1",
  fusions = { "full", "none" },
  note = "Multiply-adds are exactly equal. " .. printed "g7",
  groups = groups,
}
