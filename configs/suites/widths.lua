-- The guideline before the guidelines: what a width costs beyond its multiply-adds. Engines work on whole vectors of
-- channels, so time goes up in steps: the sawtooth of time per multiply-add shows an engine's quantum and its price.

local LAYERS = 8

local function convolutions(x)
  for i = 1, LAYERS do
    block("layer%d", i)
    x = x:conv{x.c}
  end
  return x
end

local function depthwise(x)
  for i = 1, LAYERS do
    block("layer%d", i)
    x = x:dwconv{3}
  end
  return x
end

-- Around the multiples of 4, 8, 16 and 32; 58 is half of ShuffleNet V2's 116.
local quick = { 8, 12, 16, 17, 20, 22, 24, 25, 28, 30, 32, 33, 36, 40, 41, 44, 48, 49, 56, 58, 60, 64, 65, 80 }

local every = {}
for c = 1, 96 do every[c] = c end
for c = 104, 512, 8 do every[#every + 1] = c end

local function cases(widths, build)
  local list = {}
  for i, c in ipairs(widths) do
    list[i] = { tostring(c), step = c, map = 28, channels = c, build = build }
  end
  return list
end

-- The whole sweep, and in quick runs a part of it.
local function group(name, title, widths, build, in_quick)
  return { name = name, title = title, quick = in_quick, full = not in_quick, baseline = "64", cases = cases(widths, build) }
end

suite {
  name = "widths",
  title = "Widths: what a number of channels costs beyond its multiply-adds",
  source = "beside arXiv 1807.11164, which reports no widths by themselves",
  kind = "widths",
  axis = "channels",
  groups = {
    group("1x1", "1x1 convolutions, 28x28", every, convolutions, false),
    group("depthwise", "depthwise 3x3 convolutions, 28x28", every, depthwise, false),
    group("1x1 quick", "1x1 convolutions, 28x28", quick, convolutions, true),
    group("depthwise quick", "depthwise 3x3 convolutions, 28x28", quick, depthwise, true),
  },
}
