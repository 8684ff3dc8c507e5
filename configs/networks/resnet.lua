-- ResNet of basic blocks: He, Zhang, Ren, Sun, CVPR 2016, arXiv 1512.03385, Table 1. The deeper ones of bottlenecks: resnet50.

local function basic(x, c, stride, projects)
  local y = x:conv{c, 3, stride = stride, act = "relu"}:conv{c, 3}
  return add(y, (projects or x.c ~= c) and x:conv{c, stride = stride} or x, { act = "relu" })
end

network {
  name = "resnet",
  title = "ResNet",
  source = "arXiv 1512.03385, Table 1",
  variants = { -- units of conv2_x to conv5_x
    { "18", 2, 2, 2, 2 },
    { "18_ncnn", 2, 2, 2, 2, projects = true }, -- of ncnn's benchmark: a convolution in the very first short-cut, too
  },
  build = function(image, v)
    block "conv1"
    local x = image:conv{64, 7, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage = 1, 4 do
      for unit = 1, v[stage + 1] do
        block("conv%d.%d", stage + 1, unit)
        x = basic(x, 32 << stage, unit == 1 and stage > 1 and 2 or 1, v.projects and unit == 1)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}
