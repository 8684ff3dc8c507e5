-- EfficientNet: Tan, Le, ICML 2019, arXiv 1905.11946, Table 1: inverted bottlenecks with squeeze-and-excite and SiLU, as in
-- the authors' code: a block squeezes to a quarter of the channels that it takes.

-- Expansion, kernel, output channels, repeats, stride of the first.
local stages = {
  { 1, 3, 16, 1, 1 },
  { 6, 3, 24, 2, 2 },
  { 6, 5, 40, 2, 2 },
  { 6, 3, 80, 3, 2 },
  { 6, 5, 112, 3, 1 },
  { 6, 5, 192, 4, 2 },
  { 6, 3, 320, 1, 1 },
}

local function se(x, width, act, gate)
  return x:scale(x:global_pool():fc{width, act = act}:fc{x.c, act = gate})
end

-- `form` is what all blocks of a network share: `act`, `pad` of the depthwise convolution.
local function bottleneck(x, form, expansion, kernel, c, stride, squeezes)
  local y = x
  if expansion > 1 then y = y:conv{expansion * x.c, act = form.act} end
  y = y:dwconv{kernel, stride = stride, pad = form.pad, act = form.act}
  if squeezes then y = se(y, x.c // 4, form.act, "sigmoid") end
  y = y:conv{c}
  return stride == 1 and c == x.c and x + y or y
end

-- Stem, stages and head; a sixth value of a stage: whether it squeezes, where `form.squeezes` does not say it for all.
local function frame(image, stages, form)
  block "stem"
  local x = image:conv{32, 3, stride = 2, pad = form.pad, act = form.act}
  for stage, row in ipairs(stages) do
    local expansion, kernel, c, repeats, stride, squeezes = table.unpack(row)
    for i = 1, repeats do
      block("stage%d.%d", stage, i)
      x = bottleneck(x, form, expansion, kernel, c, i == 1 and stride or 1, squeezes or form.squeezes)
    end
  end
  block "head"
  return x:conv{1280, act = form.act}:global_pool():fc{1000}
end

network {
  name = "efficientnet",
  title = "EfficientNet",
  source = "arXiv 1905.11946, Table 1; the squeeze's width as in the authors' code",
  variants = { { "b0" } },
  build = function(image) return frame(image, stages, { act = "swish", squeezes = true }) end,
}

return { frame = frame, se = se, stages = stages }
