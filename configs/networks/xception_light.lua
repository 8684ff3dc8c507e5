-- The light Xception of the rows "Xception, our impl." of arXiv 1807.11164, Table 8. RECONSTRUCTION: the paper names only
-- its source (Light-Head R-CNN, arXiv 1711.07264) and a receptive field of 7 a block; the block is that of a public
-- BiSeNet (xception39), widths are fitted to the published multiply-adds.

-- dw 3x3 without normalisation or ReLU, then pointwise.
local function separable(x, c, stride, act)
  return x:dwconv{3, stride = stride, norm = false}:conv{c, act = act}
end

-- Three separable convolutions: the block's receptive field is 7.
local function unit(x, inner, stride)
  local y = separable(x, inner, stride, "relu")
  y = separable(separable(y, inner, 1, "relu"), 4 * inner, 1)
  local short = stride == 1 and x or x:conv{4 * inner, stride = stride}
  return add(y, short, { act = "relu" })
end

network {
  name = "xception_light",
  title = "Xception, light",
  source = "reconstruction for arXiv 1807.11164, Table 8",
  reconstruction = "three separable 3x3 a block (receptive field 7, published), stages of 4, 8 and 4 blocks, 1x1 short-cuts at "
    .. "stride 2; stem and inner widths are fitted to the published multiply-adds (within 1.3 %)",
  default = "1x",
  -- Stem; width inside the blocks of each stage, whose output is four times as wide.
  variants = {
    { "0.5x", 16, 32, 64, stem = 8 },
    { "1x", 32, 64, 128, stem = 24 },
    { "1.5x", 48, 96, 192, stem = 24 },
    { "2x", 64, 128, 256, stem = 24 },
  },
  build = function(image, v)
    block "stem"
    local x = image:conv{v.stem, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, units in ipairs{4, 8, 4} do
      for i = 1, units do
        block("stage%d.%d", stage + 1, i)
        x = unit(x, v[stage + 1], i == 1 and 2 or 1)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}

return { unit = unit }
