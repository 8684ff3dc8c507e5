-- PNASNet-5 mobile: Liu et al., ECCV 2018, arXiv 1712.00559, and TensorFlow slim: one kind of cell, with stride where
-- the map shrinks.
local nasnet = import "networks/nasnet_a"

local cell = {
  { "sep5", 1, "max", 1 },
  { "sep7", 0, "max", 0 },
  { "sep5", 0, "sep3", 0 },
  { "sep3", 4, "max", 0 },
  { "sep3", 1, "none", 0 },
}

-- Width and stride: two cells of the stem, then three at each size.
local cells = {
  { 13, 2 }, { 27, 2 },
  { 54, 1 }, { 54, 1 }, { 54, 1 },
  { 108, 2 }, { 108, 1 }, { 108, 1 },
  { 216, 2 }, { 216, 1 }, { 216, 1 },
}

network {
  name = "pnasnet_5",
  title = "PNASNet-5 mobile",
  source = "arXiv 1712.00559; TensorFlow slim's pnasnet.py",
  build = function(image)
    local relu = nasnet.rectifier()
    block "stem"
    local last, before = image:conv{32, 3, stride = 2, pad = "valid"}, nil
    for i, row in ipairs(cells) do
      block("cell%d", i)
      last, before = nasnet.cell(relu, cell, { 2, 3, 4, 5, 6 }, last, before, row[1], row[2]), last
    end
    block "head"
    return relu(last):global_pool():fc{1000}
  end,
}
