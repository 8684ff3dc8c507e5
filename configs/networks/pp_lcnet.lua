-- PP-LCNet: Cui et al., 2021, arXiv 2109.15099, Table 1: MobileNet V1's blocks with h-swish, wide kernels and
-- squeeze-and-excite at the end.
local v2 = import "networks/mobilenet_v2"
local efficientnet = import "networks/efficientnet"

local HS = "hard_swish"

-- Kernel, output channels, stride, squeeze-and-excite.
local rows = {
  { 3, 32, 1 }, { 3, 64, 2 }, { 3, 64, 1 }, { 3, 128, 2 }, { 3, 128, 1 }, { 3, 256, 2 },
  { 5, 256, 1 }, { 5, 256, 1 }, { 5, 256, 1 }, { 5, 256, 1 }, { 5, 256, 1 },
  { 5, 512, 2, true }, { 5, 512, 1, true },
}

network {
  name = "pp_lcnet",
  title = "PP-LCNet",
  source = "arXiv 2109.15099, Table 1",
  default = "1.0x",
  variants = { { "0.5x", 0.5 }, { "1.0x", 1 } },
  build = function(image, v)
    block "stem"
    local x = image:conv{v2.round8(16 * v[2]), 3, stride = 2, act = HS}
    for i, row in ipairs(rows) do
      local kernel, c, stride, squeezes = table.unpack(row)
      block("block%d", i)
      x = x:dwconv{kernel, stride = stride, act = HS}
      if squeezes then x = efficientnet.se(x, x.c // 4, "relu", "hard_sigmoid") end
      x = x:conv{v2.round8(c * v[2]), act = HS}
    end
    block "head"
    return x:global_pool():fc{1280, act = HS}:fc{1000}
  end,
}
