-- GhostNet V2: Tang et al., NeurIPS 2022, arXiv 2211.12905: GhostNet with decoupled fully connected attention on the expanded
-- maps of all blocks but the first two, computed on a map of half the size.
local ghostnet = import "networks/ghostnet"

local function attended(x, c, act)
  local gate = x:avg_pool{2, stride = 2, pad = 0}:conv{c}:dwconv{{1, 5}}:dwconv{{5, 1}, act = "sigmoid"}
  local y = ghostnet.ghost(x, c, act)
  return y * gate:upsample{y.h, y.w}
end

network {
  name = "ghostnet_v2",
  title = "GhostNet V2",
  source = "arXiv 2211.12905, section 4; the blocks with attention as in the authors' code",
  variants = { { "1.0x" } },
  build = function(image)
    return ghostnet.frame(image, function(i) return i > 2 and attended or ghostnet.ghost end)
  end,
}
