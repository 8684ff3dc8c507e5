-- ShuffleNet V2 with squeeze-and-excite and a residual connection: arXiv 1807.11164, appendix Fig. 2 (c).
local v2 = import "networks/shufflenet_v2"
local with_se = import "networks/shufflenet_v2_se"

local function basic(x, c)
  local keep, work = x:split(2)
  local y = with_se.se(work:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2})
  return concat(keep, add(y, work, { act = "relu" })):shuffle(2)
end

network {
  name = "shufflenet_v2_se_residual",
  title = "ShuffleNet V2 with SE and residual",
  source = "arXiv 1807.11164, appendix Fig. 2 (c)",
  inferred = "UNVERIFIED: the reduction ratio (4 here) and SE in the down-sampling units; the unit is published, but no "
    .. "network of these widths with it",
  default = "2.0x",
  variants = v2.variants,
  build = function(image, v) return v2.frame(image, v, with_se.down, basic):fc{1000, bias = false} end,
}

return { basic = basic }
