-- EfficientNetV2: Tan, Le, ICML 2021, arXiv 2104.00298: the first stages have one 3x3 convolution where EfficientNet has 1x1 and
-- depthwise. B0 is not in the paper's tables, but in the authors' code and in Keras; the form here is that of ncnn's benchmark.

-- Expansion, output channels, repeats, stride of the first, whether it squeezes (and is depthwise).
local stages = {
  { 1, 16, 1, 1, false },
  { 4, 32, 2, 2, false },
  { 4, 48, 2, 2, false },
  { 4, 96, 3, 2, true },
  { 6, 112, 5, 1, true },
  { 6, 192, 8, 2, true },
}

local function expand(x, c, kernel, stride) return x:conv{c, kernel, stride = stride, pad = "same"}:swish() end

local function se(x, width)
  return x:scale(x:global_pool():conv{width, norm = false, bias = true}:swish():conv{x.c, norm = false, bias = true, act = "sigmoid"})
end

local function bottleneck(x, expansion, c, stride, squeezes)
  local y
  if squeezes then
    y = expand(x, expansion * x.c, 1, 1):dwconv{3, stride = stride, pad = "same"}:swish()
    y = se(y, x.c // 4)
  else
    y = expand(x, expansion == 1 and c or expansion * x.c, 3, stride)
    if expansion == 1 then return y end
  end
  -- the normalisation's shift comes behind the short-cut, by itself
  if stride == 1 and c == x.c then return (x + y:conv{c, norm = false}):affine() end
  return y:conv{c}
end

network {
  name = "efficientnet_v2",
  title = "EfficientNetV2",
  source = "arXiv 2104.00298; B0 as in ncnn's benchmark, efficientnetv2_b0.param",
  variants = { { "b0" } },
  build = function(image)
    block "stem"
    local x = expand(image, 32, 3, 2)
    for stage, row in ipairs(stages) do
      local expansion, c, repeats, stride, squeezes = table.unpack(row)
      for i = 1, repeats do
        block("stage%d.%d", stage, i)
        x = bottleneck(x, expansion, c, i == 1 and stride or 1, squeezes)
      end
    end
    block "head"
    return expand(x, 1280, 1, 1):global_pool():fc{1000}
  end,
}
