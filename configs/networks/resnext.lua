-- ResNeXt: Xie et al., CVPR 2017, arXiv 1611.05431, Table 1. The stride is in the 3x3 convolution.

-- Width inside the bottleneck and units of conv2_x to conv5_x; the output is twice as wide.
local stages = { { 128, 3 }, { 256, 4 }, { 512, 6 }, { 1024, 3 } }

-- 1x1, grouped 3x3, 1x1; `attend`, if given, works on the map inside.
local function bottleneck(x, mid, c, groups, stride, attend)
  local y = x:conv{mid, act = "relu"}:conv{mid, 3, stride = stride, groups = groups, act = "relu"}
  if attend then y = attend(y, x.c) end
  local short = (stride > 1 or c ~= x.c) and x:conv{c, stride = stride} or x
  return add(y:conv{c}, short, { act = "relu" })
end

network {
  name = "resnext",
  title = "ResNeXt",
  source = "arXiv 1611.05431, Table 1",
  variants = { { "50_32x4d", 32 } },
  build = function(image, v)
    block "conv1"
    local x = image:conv{64, 7, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, row in ipairs(stages) do
      for unit = 1, row[2] do
        block("conv%d.%d", stage + 1, unit)
        x = bottleneck(x, row[1], 2 * row[1], v[2], unit == 1 and stage > 1 and 2 or 1)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}

return { bottleneck = bottleneck }
