-- ShuffleNet V2 as torchvision has it: both branches of a down-sampling unit give half of the output, and the FC has a
-- bias. It differs from shufflenet_v2 in the first unit of Stage2 only (1 % fewer multiply-adds from 1.0x on).
local v2 = import "networks/shufflenet_v2"

local function down(x, c) return v2.down(x, c, c / 2) end

network {
  name = "shufflenet_v2_torchvision",
  title = "ShuffleNet V2 (torchvision)",
  source = "arXiv 1807.11164, Table 5 and Fig. 3; torchvision's shufflenetv2.py",
  default = "1.0x",
  variants = v2.variants,
  build = function(image, v) return v2.frame(image, v, down, v2.basic):fc{1000} end,
}

return { down = down }
