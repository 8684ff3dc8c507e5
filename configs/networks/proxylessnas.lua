-- ProxylessNAS: Cai, Zhu, Han, ICLR 2019, arXiv 1812.00332, as it stands in ncnn's benchmark.

-- Expansion, kernel, output channels, stride, of each block.
local blocks = {
  { 1, 3, 32, 1 },
  { 1.5, 5, 32, 2 }, { 3, 3, 32, 1 },
  { 3, 7, 40, 2 }, { 3, 3, 40, 1 }, { 3, 5, 40, 1 }, { 3, 5, 40, 1 },
  { 6, 7, 80, 2 }, { 3, 5, 80, 1 }, { 3, 5, 80, 1 }, { 3, 5, 80, 1 },
  { 6, 5, 96, 1 }, { 3, 5, 96, 1 }, { 3, 5, 96, 1 }, { 3, 5, 96, 1 },
  { 6, 7, 192, 2 }, { 6, 7, 192, 1 }, { 3, 7, 192, 1 }, { 3, 7, 192, 1 },
  { 6, 7, 320, 1 },
}

local function bottleneck(x, expansion, kernel, c, stride)
  local y = x
  if expansion > 1 then y = y:conv{expansion * x.c, act = "relu"} end
  y = y:dwconv{kernel, stride = stride, act = "relu"}:conv{c}
  return expansion > 1 and stride == 1 and c == x.c and x + y or y
end

network {
  name = "proxylessnas",
  title = "ProxylessNAS",
  source = "arXiv 1812.00332; ncnn's benchmark, proxylessnasnet.param (UNVERIFIED which of the paper's networks it is)",
  build = function(image)
    block "stem"
    local x = image:conv{32, 3, stride = 2, act = "relu"}
    for i, row in ipairs(blocks) do
      block("block%d", i)
      x = bottleneck(x, table.unpack(row))
    end
    block "head"
    return x:conv{1280, act = "relu"}:global_pool():fc{1000}
  end,
}
