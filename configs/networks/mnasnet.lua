-- MnasNet: Tan et al., CVPR 2019, arXiv 1807.11626, Fig. 7 (A1); B1, searched without squeeze-and-excite, as in the authors'
-- code (tensorflow/tpu, mnasnet).
local efficientnet = import "networks/efficientnet"

-- Expansion, kernel, output channels, repeats, stride of the first, squeeze-and-excite.
local a1 = {
  { 1, 3, 16, 1, 1 },
  { 6, 3, 24, 2, 2 },
  { 3, 5, 40, 3, 2, true },
  { 6, 3, 80, 4, 2 },
  { 6, 3, 112, 2, 1, true },
  { 6, 5, 160, 3, 2, true },
  { 6, 3, 320, 1, 1 },
}
local b1 = {
  { 1, 3, 16, 1, 1 },
  { 3, 3, 24, 3, 2 },
  { 3, 5, 40, 3, 2 },
  { 6, 5, 80, 3, 2 },
  { 6, 3, 96, 2, 1 },
  { 6, 5, 192, 4, 2 },
  { 6, 3, 320, 1, 1 },
}

network {
  name = "mnasnet",
  title = "MnasNet",
  source = "arXiv 1807.11626, Fig. 7; B1 as in the authors' code in tensorflow/tpu, mnasnet",
  variants = { { "a1", a1 }, { "b1", b1 } },
  build = function(image, v) return efficientnet.frame(image, v[2], { act = "relu" }) end,
}
