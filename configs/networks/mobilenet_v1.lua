-- MobileNet V1: Howard et al. 2017, arXiv 1704.04861, Table 1. A width multiplier scales every convolution, the stem too.

-- Output channels and stride of the 13 depthwise separable blocks.
local blocks = {
  { 64, 1 }, { 128, 2 }, { 128, 1 }, { 256, 2 }, { 256, 1 }, { 512, 2 },
  { 512, 1 }, { 512, 1 }, { 512, 1 }, { 512, 1 }, { 512, 1 }, { 1024, 2 }, { 1024, 1 },
}

local function separable(x, c, stride)
  return x:dwconv{3, stride = stride, act = "relu"}:conv{c, act = "relu"}
end

network {
  name = "mobilenet_v1",
  title = "MobileNet V1",
  source = "arXiv 1704.04861, Table 1",
  default = "1.0",
  variants = { { "0.25", 0.25 }, { "0.5", 0.5 }, { "0.75", 0.75 }, { "1.0", 1 } },
  build = function(image, v)
    local a = v[2]
    block "stem"
    local x = image:conv{32 * a, 3, stride = 2, act = "relu"}
    for i, row in ipairs(blocks) do
      block("block%d", i)
      x = separable(x, row[1] * a, row[2])
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}

return { separable = separable }
