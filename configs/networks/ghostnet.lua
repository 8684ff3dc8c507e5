-- GhostNet: Han et al., CVPR 2020, arXiv 1911.11907, Table 1: half of a layer's channels come from a cheap depthwise
-- convolution of the other half.
local efficientnet = import "networks/efficientnet"

-- Kernel, expansion, output channels, squeeze-and-excite, stride.
local rows = {
  { 3, 16, 16, false, 1 },
  { 3, 48, 24, false, 2 },
  { 3, 72, 24, false, 1 },
  { 5, 72, 40, true, 2 },
  { 5, 120, 40, true, 1 },
  { 3, 240, 80, false, 2 },
  { 3, 200, 80, false, 1 },
  { 3, 184, 80, false, 1 },
  { 3, 184, 80, false, 1 },
  { 3, 480, 112, true, 1 },
  { 3, 672, 112, true, 1 },
  { 5, 672, 160, true, 2 },
  { 5, 960, 160, false, 1 },
  { 5, 960, 160, true, 1 },
  { 5, 960, 160, false, 1 },
  { 5, 960, 160, true, 1 },
}

local function ghost(x, c, act)
  local y = x:conv{c / 2, act = act}
  return concat(y, y:dwconv{3, act = act})
end

-- `first` makes the expanded map.
local function bottleneck(x, first, kernel, expansion, c, squeezes, stride)
  local y, short = first(x, expansion, "relu"), x
  if stride == 2 then y = y:dwconv{kernel, stride = 2} end
  if squeezes then y = efficientnet.se(y, (y.c // 4 + 2) // 4 * 4, "relu", "hard_sigmoid") end
  if stride == 2 or c ~= x.c then short = x:dwconv{kernel, stride = stride}:conv{c} end
  return short + ghost(y, c)
end

-- `first_of(i)` gives what makes the expanded map of block i.
local function frame(image, first_of)
  block "stem"
  local x = image:conv{16, 3, stride = 2, act = "relu"}
  for i, row in ipairs(rows) do
    block("block%d", i)
    x = bottleneck(x, first_of(i), table.unpack(row))
  end
  block "head"
  return x:conv{960, act = "relu"}:global_pool():fc{1280, act = "relu"}:fc{1000}
end

network {
  name = "ghostnet",
  title = "GhostNet",
  source = "arXiv 1911.11907, Table 1; the squeeze's width as in the authors' code",
  variants = { { "1.0x" } },
  build = function(image) return frame(image, function() return ghost end) end,
}

return { frame = frame, ghost = ghost }
