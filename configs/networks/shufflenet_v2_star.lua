-- ShuffleNet V2* (arXiv 1807.11164, section 4, detection): a 3x3 depthwise convolution before the first pointwise one of
-- each building block widens the receptive field. On torchvision's form; no multiply-adds are published.
local v2 = import "networks/shufflenet_v2"

local function basic(x, c)
  local keep, work = x:split(2)
  work = work:dwconv{3}:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2, act = "relu"}
  return concat(keep, work):shuffle(2)
end

local function down(x, c)
  local a = x:dwconv{3, stride = 2}:conv{c / 2, act = "relu"}
  local b = x:dwconv{3}:conv{c / 2, act = "relu"}:dwconv{3, stride = 2}:conv{c / 2, act = "relu"}
  return concat(a, b):shuffle(2)
end

network {
  name = "shufflenet_v2_star",
  title = "ShuffleNet V2*",
  source = "arXiv 1807.11164, section 4",
  inferred = "INFERRED: batch normalisation but no ReLU after the added depthwise convolution; in down-sampling units it "
    .. "stands in the right branch with stride 1",
  default = "1.0x",
  variants = v2.variants,
  build = function(image, v) return v2.frame(image, v, down, basic):fc{1000} end,
}

return { basic = basic, down = down }
