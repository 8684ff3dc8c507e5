-- ShuffleNet V2 with squeeze-and-excite: arXiv 1807.11164, Table 8 and appendix Fig. 2 (b).
local v2 = import "networks/shufflenet_v2"

-- Squeeze to a quarter, excite, scale the channels.
local function se(x)
  return x:scale(x:global_pool():fc{x.c // 4, act = "relu"}:fc{x.c, act = "sigmoid"})
end

local function basic(x, c)
  local keep, work = x:split(2)
  work = work:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2, act = "relu"}
  return concat(keep, se(work)):shuffle(2)
end

local function down(x, c)
  local a = x:dwconv{3, stride = 2}:conv{x.c, act = "relu"}
  local b = x:conv{c / 2, act = "relu"}:dwconv{3, stride = 2}:conv{c - x.c, act = "relu"}
  return concat(a, se(b)):shuffle(2)
end

network {
  name = "shufflenet_v2_se",
  title = "ShuffleNet V2 with SE",
  source = "arXiv 1807.11164, Table 8 and appendix Fig. 2 (b)",
  inferred = "UNVERIFIED: the reduction ratio (4 here) and SE in the down-sampling units; only 2.0x is published, and no "
    .. "ratio gives its 597 M",
  default = "2.0x",
  variants = v2.variants,
  build = function(image, v) return v2.frame(image, v, down, basic):fc{1000, bias = false} end,
}

return { basic = basic, down = down, se = se }
