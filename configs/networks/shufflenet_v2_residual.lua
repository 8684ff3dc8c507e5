-- ShuffleNet V2 with a residual connection in the worked half: arXiv 1807.11164, appendix Fig. 2 (a).
local v2 = import "networks/shufflenet_v2"

local function basic(x, c)
  local keep, work = x:split(2)
  local y = work:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2}
  return concat(keep, add(y, work, { act = "relu" })):shuffle(2)
end

network {
  name = "shufflenet_v2_residual",
  title = "ShuffleNet V2 with residual",
  source = "arXiv 1807.11164, appendix Fig. 2 (a)",
  inferred = "the unit is published, but no network of these widths with it: no count to hold it against",
  default = "2.0x",
  variants = v2.variants,
  build = function(image, v) return v2.frame(image, v, v2.down, basic):fc{1000, bias = false} end,
}

return { basic = basic }
