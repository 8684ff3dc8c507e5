-- MobileOne: Vasu et al., CVPR 2023, arXiv 2206.04040, Tables 2 and 3. As deployed a block is a depthwise 3x3 and a pointwise
-- convolution; as trained (..._train) each of them is a sum of `branches` such convolutions, of a 1x1 depthwise one beside
-- 3x3 ones and, where shapes allow, of its input, each with its own normalisation.

local deployed = { norm = false, bias = true, act = "relu" }

-- One layer as deployed (branches 0) or as trained. `c` nil: depthwise.
local function layer(x, c, kernel, stride, branches)
  local function conv(kernel, options)
    local o = { norm = options.norm, bias = options.bias, act = options.act, stride = stride }
    if not c then
      o[1] = kernel
      return x:dwconv(o)
    end
    o[1], o[2] = c, kernel
    return x:conv(o)
  end
  if branches == 0 then return conv(kernel, deployed) end
  local parts = {}
  if kernel > 1 then parts[1] = conv(1, {}) end
  for _ = 1, branches do parts[#parts + 1] = conv(kernel, {}) end
  if stride == 1 and (c or x.c) == x.c then parts[#parts + 1] = x:affine() end
  return #parts > 1 and add(parts, { act = "relu" }) or parts[1]:relu()
end

local blocks = { 2, 8, 10, 1 }
local s0, s1, s2 = { 48, 128, 256, 1024 }, { 96, 192, 512, 1280 }, { 96, 256, 640, 2048 }

network {
  name = "mobileone",
  title = "MobileOne",
  source = "arXiv 2206.04040, Tables 2 and 3",
  variants = { -- widths, branches
    { "s0", s0, 0 }, { "s0_train", s0, 4 },
    { "s1", s1, 0 }, { "s1_train", s1, 1 },
    { "s2", s2, 0 }, { "s2_train", s2, 1 },
  },
  build = function(image, v)
    local widths, branches = v[2], v[3]
    block "stem"
    local x = layer(image, math.min(64, widths[1]), 3, 2, math.min(1, branches))
    for stage, c in ipairs(widths) do
      for i = 1, blocks[stage] do
        block("stage%d.%d", stage, i)
        x = layer(x, nil, 3, i == 1 and 2 or 1, branches)
        x = layer(x, c, 1, 1, branches)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}
