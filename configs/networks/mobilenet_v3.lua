-- MobileNet V3: Howard et al., ICCV 2019, arXiv 1905.02244, Tables 1 and 2, in torchvision's form.
local v2 = import "networks/mobilenet_v2"

local RE, HS = "relu", "hard_swish"

-- Kernel, expansion, output channels, squeeze-and-excite, activation, stride.
local large = {
  { 3, 16, 16, false, RE, 1 },
  { 3, 64, 24, false, RE, 2 },
  { 3, 72, 24, false, RE, 1 },
  { 5, 72, 40, true, RE, 2 },
  { 5, 120, 40, true, RE, 1 },
  { 5, 120, 40, true, RE, 1 },
  { 3, 240, 80, false, HS, 2 },
  { 3, 200, 80, false, HS, 1 },
  { 3, 184, 80, false, HS, 1 },
  { 3, 184, 80, false, HS, 1 },
  { 3, 480, 112, true, HS, 1 },
  { 3, 672, 112, true, HS, 1 },
  { 5, 672, 160, true, HS, 2 },
  { 5, 960, 160, true, HS, 1 },
  { 5, 960, 160, true, HS, 1 },
}
local small = {
  { 3, 16, 16, true, RE, 2 },
  { 3, 72, 24, false, RE, 2 },
  { 3, 88, 24, false, RE, 1 },
  { 5, 96, 40, true, HS, 2 },
  { 5, 240, 40, true, HS, 1 },
  { 5, 240, 40, true, HS, 1 },
  { 5, 120, 48, true, HS, 1 },
  { 5, 144, 48, true, HS, 1 },
  { 5, 288, 96, true, HS, 2 },
  { 5, 576, 96, true, HS, 1 },
  { 5, 576, 96, true, HS, 1 },
}

-- As in ncnn's benchmark, after Keras: 1x1 blocks in another place of the last stage, squeezed widths not rounded, the
-- activation behind the squeeze.
local ncnn = { table.unpack(large) }
ncnn[2] = { 3, 64, 24, false, RE, 2 }
ncnn[13], ncnn[14] = { 5, 672, 160, true, HS, 1 }, { 5, 672, 160, true, HS, 2 }

local function se(x, width)
  return x:scale(x:global_pool():fc{width, act = "relu"}:fc{x.c, act = "hard_sigmoid"})
end

local function bottleneck(x, kernel, expansion, c, squeezes, act, stride, late)
  local y = x
  if expansion ~= x.c then y = y:conv{expansion, act = act} end
  if late and squeezes then
    y = y:dwconv{kernel, stride = stride}
    y = se(y, y.c // 4):act(act)
  else
    y = y:dwconv{kernel, stride = stride, act = act}
    if squeezes then y = se(y, v2.round8(y.c / 4)) end
  end
  y = y:conv{c}
  return stride == 1 and c == x.c and x + y or y
end

network {
  name = "mobilenet_v3",
  title = "MobileNet V3",
  source = "arXiv 1905.02244, Tables 1 and 2; torchvision's mobilenetv3.py (last FC of small: 1024)",
  default = "large",
  variants = {
    { "large", blocks = large, last = 960, head = 1280 },
    { "small", blocks = small, last = 576, head = 1024 },
    { "ncnn", blocks = ncnn, last = 960, head = 1280, late = true },
  },
  build = function(image, v)
    block "stem"
    local x = image:conv{16, 3, stride = 2, act = HS}
    for i, row in ipairs(v.blocks) do
      block("block%d", i)
      local kernel, expansion, c, squeezes, act, stride = table.unpack(row)
      x = bottleneck(x, kernel, expansion, c, squeezes, act, stride, v.late)
    end
    block "head"
    x = x:conv{v.last, act = HS}:global_pool()
    return (v.late and x:act(HS) or x):fc{v.head, act = HS}:fc{1000}
  end,
}

return { bottleneck = bottleneck }
