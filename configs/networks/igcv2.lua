-- IGCV2: Xie, Wang, Zhang, Lai, Hong, Qi, CVPR 2018, arXiv 1804.06202. RECONSTRUCTION: the layers of its ImageNet networks
-- are not published. Known are the principle (a 3x3 depthwise convolution, then a series of grouped pointwise ones with
-- channels interleaved between them), "4 or 8" groups (arXiv 1807.11164, section 4), and the multiply-adds.

-- MobileNet V1's frame: output channels and stride of the 13 blocks.
local blocks = {
  { 64, 1 }, { 128, 2 }, { 128, 1 }, { 256, 2 }, { 256, 1 }, { 512, 2 },
  { 512, 1 }, { 512, 1 }, { 512, 1 }, { 512, 1 }, { 512, 1 }, { 1024, 2 }, { 1024, 1 },
}

-- Half as wide again as MobileNet V1: that meets the published multiply-adds. To the nearest multiple of 8.
local function width(c, a)
  return math.max(8, (1.5 * a * c + 4) // 8 * 8)
end

-- No ReLU between the factors of one interleaved convolution.
local function interleaved(x, c, stride)
  return x:dwconv{3, stride = stride}:conv{c, groups = 8}:shuffle(8):conv{c, groups = 4, act = "relu"}:shuffle(4)
end

network {
  name = "igcv2",
  title = "IGCV2",
  source = "reconstruction for arXiv 1807.11164, Table 8, after arXiv 1804.06202",
  reconstruction = "MobileNet V1's frame; a block is a 3x3 depthwise convolution, pointwise ones with 8 and then 4 groups, "
    .. "channels shuffled after each; 1.5 times MobileNet V1's widths meets the published multiply-adds within 2 %",
  default = "1.0",
  variants = { { "0.25", 0.25 }, { "0.5", 0.5 }, { "1.0", 1 } },
  build = function(image, v)
    local a = v[2]
    block "stem"
    local x = image:conv{width(32, a), 3, stride = 2, act = "relu"}
    for i, row in ipairs(blocks) do
      block("block%d", i)
      x = interleaved(x, width(row[1], a), row[2])
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}

return { interleaved = interleaved }
