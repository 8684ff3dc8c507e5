-- ShuffleNet V2-50: arXiv 1807.11164, appendix Table 2: the units of shufflenet_v2 in the frame of ResNet-50.
local v2 = import "networks/shufflenet_v2"

-- Output channels and units of conv2_x to conv5_x. A printed triple (244, 244, 244) is the unit's output; half of it is
-- worked on.
local stages = { { 244, 3 }, { 488, 4 }, { 976, 6 }, { 1952, 3 } }

-- conv2_x begins at 56 px already, so its first unit changes the width only.
local function widen(x, c)
  local a = x:dwconv{3}:conv{x.c, act = "relu"}
  local b = x:conv{c / 2, act = "relu"}:dwconv{3}:conv{c - x.c, act = "relu"}
  return concat(a, b):shuffle(2)
end

network {
  name = "shufflenet_v2_50",
  title = "ShuffleNet V2-50",
  source = "arXiv 1807.11164, Table 6 and appendix Table 2",
  inferred = "INFERRED: the first unit of conv2_x has stride 1, and the left branches keep their input's width",
  build = function(image)
    block "conv1"
    local x = image:conv{64, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, row in ipairs(stages) do
      local c, units = row[1], row[2]
      for unit = 1, units do
        block("conv%d.%d", stage + 1, unit)
        if unit > 1 then x = v2.basic(x, c)
        elseif stage == 1 then x = widen(x, c)
        else x = v2.down(x, c) end
      end
    end
    block "head"
    return x:conv{2048, act = "relu"}:global_pool():fc{1000}
  end,
}
