-- A small DenseNet for the rows "DenseNet, our impl." of arXiv 1807.11164, Table 8. RECONSTRUCTION: the paper says that
-- the units of ShuffleNet V2's stages are replaced by DenseNet's and widths fitted to the same budgets; growth rates,
-- bottlenecks and transitions are not published.
local densenet = import "networks/densenet121"

local variants = {
  { "0.5x", growth = 9, head = 1024 },
  { "1x", growth = 21, head = 1024 },
  { "1.5x", growth = 32, head = 1024 },
  { "2x", growth = 42, head = 2048 },
}

network {
  name = "densenet_light",
  title = "DenseNet, light",
  source = "stand-in for arXiv 1807.11164, Table 8",
  reconstruction = "ShuffleNet V2's frame with 4, 8 and 4 DenseNet layers, each stage begun by a transition; the growth rate is "
    .. "fitted to the published multiply-adds (within 5 %)",
  default = "1x",
  variants = variants,
  build = function(image, v)
    block "stem"
    local x = image:conv{24, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for stage, n in ipairs{4, 8, 4} do
      block("transition%d", stage + 1)
      x = densenet.transition(x, stage == 1 and x.c or x.c // 2)
      for i = 1, n do
        block("stage%d.%d", stage + 1, i)
        x = densenet.layer(x, v.growth)
      end
    end
    block "head"
    return x:affine{act = "relu"}:conv{v.head, act = "relu"}:global_pool():fc{1000}
  end,
}
