-- ResNet-50: He, Zhang, Ren, Sun, CVPR 2016, arXiv 1512.03385, Table 1.
-- v1 has the stride in the first 1x1 convolution, v1.5 (torchvision) in the 3x3 one.

-- Width inside the bottleneck, and units, of conv2_x to conv5_x; the output is four times as wide.
local stages = { { 64, 3 }, { 128, 4 }, { 256, 6 }, { 512, 3 } }

local function bottleneck(x, mid, stride, late_stride)
  local first, second = stride, 1
  if late_stride then first, second = 1, stride end
  local short = x
  if x.c ~= 4 * mid then short = x:conv{4 * mid, stride = stride} end
  local y = x:conv{mid, stride = first, act = "relu"}:conv{mid, 3, stride = second, act = "relu"}:conv{4 * mid}
  return add(y, short, { act = "relu" })
end

network {
  name = "resnet50",
  title = "ResNet-50",
  source = "arXiv 1512.03385, Table 1",
  default = "v1",
  variants = { { "v1", late_stride = false }, { "v1.5", late_stride = true } },
  build = function(image, v)
    block "conv1"
    local x = image:conv{64, 7, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, row in ipairs(stages) do
      for unit = 1, row[2] do
        block("conv%d.%d", stage + 1, unit)
        x = bottleneck(x, row[1], unit == 1 and stage > 1 and 2 or 1, v.late_stride)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}

return { bottleneck = bottleneck }
