-- DenseNet-121: Huang, Liu, van der Maaten, Weinberger, CVPR 2017, arXiv 1608.06993, Table 1.

local growth = 32
local layers = { 6, 12, 24, 16 }

-- Normalisation and ReLU come before a convolution; the bottleneck's are folded into the one before them.
local function layer(x, k)
  local y = x:affine{act = "relu"}:conv{4 * k, act = "relu"}:conv{k, 3, norm = false}
  return concat(x, y)
end

local function transition(x, c)
  return x:affine{act = "relu"}:conv{c, norm = false}:avg_pool{2, stride = 2}
end

network {
  name = "densenet121",
  title = "DenseNet-121",
  source = "arXiv 1608.06993, Table 1",
  build = function(image)
    block "stem"
    local x = image:conv{64, 7, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    for b, n in ipairs(layers) do
      for i = 1, n do
        block("block%d.%d", b, i)
        x = layer(x, growth)
      end
      if b < #layers then
        block("transition%d", b)
        x = transition(x, x.c / 2)
      end
    end
    block "head"
    return x:affine{act = "relu"}:global_pool():fc{1000}
  end,
}

return { layer = layer, transition = transition }
