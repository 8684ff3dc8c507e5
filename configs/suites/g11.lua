-- G11, concatenation and addition: RepGhost, arXiv 2211.06088, and VoVNet, arXiv 1904.09730. Blocks c to c of 3x3 convolutions that
-- add their input, concatenate all outputs once before a 1x1 convolution, or concatenate behind every layer.

local function adding(layers)
  return function(x)
    for _ = 1, layers do x = add(x:conv{x.c, 3}, x) end
    return x
  end
end

local function one_shot(layers, width)
  return function(x)
    local outputs, y = { x }, x
    for i = 1, layers do
      y = y:conv{width, 3}
      outputs[i + 1] = y
    end
    return concat(outputs):conv{x.c}
  end
end

local function dense(layers, growth)
  return function(x)
    local y = x
    for _ = 1, layers do y = concat(y, y:conv{growth, 3}) end
    return y:conv{x.c}
  end
end

local function case(label, concatenations, c, map, unit)
  return { label, step = concatenations, widths = "c=" .. c, map = map, channels = c, build = function(x)
    block "block1"
    x = unit(x)
    block "block2"
    return unit(x)
  end }
end

local function narrow(map)
  return { case("add", 0, 96, map, adding(5)), case("one-shot", 1, 96, map, one_shot(6, 80)),
    case("dense", 3, 96, map, dense(3, 80)) }
end

-- A 3x3 convolution of 288 channels to 32 beside one behind a 1x1 bottleneck of the same multiply-adds: 9 x 288 x 32 =
-- 288 x 144 + 9 x 144 x 32. The newest 288 channels go on.
local function bottleneck(width)
  return function(x)
    for i = 1, 6 do
      block("layer%d", i)
      local y = width and x:conv{width} or x
      x = concat(x:channels(33, 288), y:conv{32, 3})
    end
    return x
  end
end

local groups = {
  { name = "aligned/c96", set = "aligned", quick = true, title = "aligned widths, c = 96, 28x28", baseline = "add",
    cases = narrow(28) },
  { name = "aligned/c240", set = "aligned", quick = true, title = "aligned widths, c = 240, 14x14", baseline = "add", cases = {
    case("add", 0, 240, 14, adding(4)), case("one-shot", 1, 240, 14, one_shot(6, 176)), case("dense", 6, 240, 14, dense(6, 80)) } },
  { name = "beside/bottleneck", set = "beside", quick = true, title = "1x1 bottlenecks before 3x3, 28x28", baseline = "3x3",
    cases = { { "3x3", step = 0, widths = "c=288", map = 28, channels = 288, build = bottleneck() },
    { "1x1 + 3x3", step = 1, widths = "c=288", map = 28, channels = 288, build = bottleneck(144) } } },
}
for _, map in ipairs{ 7, 56 } do
  groups[#groups + 1] = { name = ("memory/%dx%d"):format(map, map), set = "memory", baseline = "add",
    title = ("aligned widths, c = 96, %dx%d"):format(map, map), cases = narrow(map) }
end

suite {
  name = "g11",
  title = "G11: concatenation, once or behind every layer, beside addition",
  claim = "At equal multiply-adds, a block takes more time the more often it concatenates.",
  source = "RepGhost, arXiv 2211.06088; VoVNet, arXiv 1904.09730 (second-hand)",
  kind = "slope",
  axis = "concatenations",
  note = "Multiply-adds are equal to within 0.6 %, those of the bottleneck exactly. Neither source prints a value for this.",
  groups = groups,
}
