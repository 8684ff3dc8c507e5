-- VGG-16: Simonyan, Zisserman, ICLR 2015, arXiv 1409.1556, Table 1, D.
local alexnet = import "networks/alexnet"

-- Channels and convolutions of each stage; a 2x2 pooling ends it.
local stages = { { 64, 2 }, { 128, 2 }, { 256, 3 }, { 512, 3 }, { 512, 3 } }

network {
  name = "vgg16",
  title = "VGG-16",
  source = "arXiv 1409.1556, Table 1, D",
  norm = false,
  build = function(image)
    local x = image
    for stage, row in ipairs(stages) do
      block("conv%d", stage)
      for _ = 1, row[2] do x = x:conv{row[1], 3, bias = true, act = "relu"} end
      x = x:max_pool{2, stride = 2, pad = "valid"}
    end
    block "head"
    return alexnet.full(alexnet.full(x, 4096), 4096):fc{1000}
  end,
}
