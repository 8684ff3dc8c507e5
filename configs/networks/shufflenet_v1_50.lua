-- ShuffleNet V1-50 (g = 3): arXiv 1807.11164, Table 6 and appendix Table 2: the units of shufflenet_v1 in the frame of
-- ResNet-50. RECONSTRUCTION: the width inside the units is not printed.

-- Output channels and units of conv2_x to conv5_x.
local stages = { { 360, 3 }, { 720, 4 }, { 1440, 6 }, { 2880, 3 } }
local g = 3

local function basic(x, c)
  local y = x:conv{c / 2, groups = g, act = "relu"}:shuffle(g):dwconv{3}:conv{c, groups = g}
  return add(y, x, { act = "relu" })
end

-- conv2_x begins at 56 px already: its first unit joins the input as it is.
local function first(x, c, stride, groups)
  local y = x:conv{c / 2, groups = groups, act = "relu"}:shuffle(g):dwconv{3, stride = stride}
  y = y:conv{c - x.c, groups = (c - x.c) % g == 0 and g or 1, act = "relu"}
  return concat(stride == 1 and x or x:avg_pool{3, stride = 2, count_padding = true}, y)
end

network {
  name = "shufflenet_v1_50",
  title = "ShuffleNet V1-50",
  source = "arXiv 1807.11164, Table 6 and appendix Table 2",
  reconstruction = "half of the unit's output inside each unit, the width nearest to the published 2.3 G; stride 1 and an "
    .. "ungrouped convolution in the first unit of conv2_x",
  build = function(image)
    block "conv1"
    local x = image:conv{64, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, row in ipairs(stages) do
      local c, units = row[1], row[2]
      for unit = 1, units do
        block("conv%d.%d", stage + 1, unit)
        if unit > 1 then x = basic(x, c)
        else x = first(x, c, stage == 1 and 1 or 2, stage == 1 and 1 or g) end
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}
