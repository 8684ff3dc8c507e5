-- G6, kernel size: RepLKNet, arXiv 2203.06717, Table 1, and InceptionNeXt, arXiv 2303.16900. Depthwise layers of one map with
-- kernels from 3x3 to 21x21; multiply-adds grow with the kernel's area, so it is the time of one that is compared.
local printed = import "printed"

local function stack(kernel, layers)
  return function(x)
    for i = 1, layers do
      block("layer%d", i)
      x = x:dwconv{kernel}
    end
    return x
  end
end

local function kernels(c, map, layers, sizes)
  local cases = {}
  sizes = sizes or { 21, 13, 9, 7, 5, 3 }
  for i, k in ipairs(sizes) do
    cases[i] = { "k=" .. k, step = math.log(sizes[1] / k), widths = "c=" .. c, map = map, channels = c, build = stack(k, layers) }
  end
  return cases
end

local groups = {
  { name = "aligned/c128", set = "aligned", quick = true, title = "aligned widths, c = 128, 28x28", baseline = "k=21",
    cases = kernels(128, 28, 4) },
  { name = "aligned/c384", set = "aligned", title = "aligned widths, c = 384, 32x32", baseline = "k=21",
    cases = kernels(384, 32, 2) },
  -- The layer that RepLKNet times.
  { name = "paper/384x32x32", set = "paper", title = "384x32x32", baseline = "k=31", cases = kernels(384, 32, 1, { 31, 3 }) },
}
for _, map in ipairs{ 14, 56, 112 } do
  groups[#groups + 1] = { name = ("memory/%dx%d"):format(map, map), set = "memory", baseline = "k=21",
    title = ("aligned widths, c = 128, %dx%d"):format(map, map), cases = kernels(128, map, map > 56 and 2 or 4) }
end

-- The same outputs from two factors, 1 x k and k x 1: fewer multiply-adds, so it is the time that tells.
local function factorised(k, layers)
  return function(x)
    for i = 1, layers do
      block("layer%d", i)
      x = x:dwconv{{1, k}}:dwconv{{k, 1}}
    end
    return x
  end
end
for _, k in ipairs{ 7, 21 } do
  groups[#groups + 1] = { name = "factors/k=" .. k, set = "beside", title = "1xk + kx1 beside kxk, k = " .. k,
    baseline = "k=" .. k, cases = {
      { "k=" .. k, step = 0, widths = "c=128", map = 28, channels = 128, build = stack(k, 4) },
      { ("1x%d + %dx1"):format(k, k), step = 1, widths = "c=128", map = 28, channels = 128, build = factorised(k, 4) } } }
end

suite {
  name = "g6",
  title = "G6: the multiply-adds of large depthwise kernels beside those of small ones",
  claim = "Large depthwise kernels are efficient: their multiply-adds take less time than those of small ones.",
  source = "RepLKNet, arXiv 2203.06717, Table 1 (second-hand); InceptionNeXt, arXiv 2303.16900, on 7x7",
  kind = "slope",
  axis = "ln(kmax/k)",
  note = "The column of times is that of equal outputs: there a larger kernel takes longer. " .. printed "g6",
  groups = groups,
}
