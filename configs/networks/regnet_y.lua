-- RegNetY: Radosavovic et al., CVPR 2020, arXiv 2003.13678, Fig. 17: RegNetX with squeeze-and-excite, which squeezes to a
-- quarter of the channels that the block takes.
local regnet_x = import "networks/regnet_x"
local efficientnet = import "networks/efficientnet"

local function attend(x, channels_in) return efficientnet.se(x, channels_in // 4, "relu", "sigmoid") end

network {
  name = "regnet_y",
  title = "RegNetY",
  source = "arXiv 2003.13678, Fig. 17",
  variants = { -- stages: width, units
    { "400mf", group_width = 8, stages = { { 48, 1 }, { 104, 3 }, { 208, 6 }, { 440, 6 } } },
    { "800mf", group_width = 16, stages = { { 64, 1 }, { 128, 3 }, { 320, 8 }, { 768, 2 } } },
  },
  build = function(image, v) return regnet_x.frame(image, v, attend) end,
}
