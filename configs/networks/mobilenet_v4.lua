-- MobileNet V4, its convolutional networks: Qin et al., ECCV 2024, arXiv 2404.10518, appendix D; blocks as in Fig. 4.
local v2 = import "networks/mobilenet_v2"

-- The first convolutions: output channels, kernel, stride, activation. Then universal inverted bottlenecks: the kernels
-- before and between the pointwise convolutions (0: none), stride, output channels, expansion, repeats.
local small = {
  stem = 32,
  { { 32, 3, 2, "relu" }, { 32, 1, 1, "relu" }, { 96, 3, 2, "relu" }, { 64, 1, 1, "relu" } },
  { { 5, 5, 2, 96, 3, 1 }, { 0, 3, 1, 96, 2, 4 }, { 3, 0, 1, 96, 4, 1 } },
  {
    { 3, 3, 2, 128, 6, 1 }, { 5, 5, 1, 128, 4, 1 }, { 0, 5, 1, 128, 4, 1 }, { 0, 5, 1, 128, 3, 1 }, { 0, 3, 1, 128, 4, 2 },
  },
}
local medium = {
  stem = 32,
  { { 128, 3, 2, "relu" }, { 48, 1, 1 } },
  { { 3, 5, 2, 80, 4, 1 }, { 3, 3, 1, 80, 2, 1 } },
  {
    { 3, 5, 2, 160, 6, 1 }, { 3, 3, 1, 160, 4, 2 }, { 3, 5, 1, 160, 4, 1 }, { 3, 3, 1, 160, 4, 1 }, { 3, 0, 1, 160, 4, 1 },
    { 0, 0, 1, 160, 2, 1 }, { 3, 0, 1, 160, 4, 1 },
  },
  {
    { 5, 5, 2, 256, 6, 1 }, { 5, 5, 1, 256, 4, 1 }, { 3, 5, 1, 256, 4, 2 }, { 0, 0, 1, 256, 4, 1 }, { 3, 0, 1, 256, 4, 1 },
    { 3, 5, 1, 256, 2, 1 }, { 5, 5, 1, 256, 4, 1 }, { 0, 0, 1, 256, 4, 2 }, { 5, 0, 1, 256, 2, 1 },
  },
}
local large = {
  stem = 24,
  { { 96, 3, 2, "relu" }, { 48, 1, 1 } },
  { { 3, 5, 2, 96, 4, 1 }, { 3, 3, 1, 96, 4, 1 } },
  {
    { 3, 5, 2, 192, 4, 1 }, { 3, 3, 1, 192, 4, 3 }, { 3, 5, 1, 192, 4, 1 }, { 5, 3, 1, 192, 4, 5 }, { 3, 0, 1, 192, 4, 1 },
  },
  {
    { 5, 5, 2, 512, 4, 1 }, { 5, 5, 1, 512, 4, 3 }, { 5, 0, 1, 512, 4, 1 }, { 5, 3, 1, 512, 4, 1 }, { 5, 0, 1, 512, 4, 2 },
    { 5, 3, 1, 512, 4, 1 }, { 5, 5, 1, 512, 4, 1 }, { 5, 0, 1, 512, 4, 3 },
  },
}

-- The stride is that of the depthwise convolution in between, if there is one, else of the first.
local function bottleneck(x, before, between, stride, c, expansion)
  local y = x
  if before > 0 then y = y:dwconv{before, stride = between == 0 and stride or 1} end
  y = y:conv{v2.round8(expansion * x.c), act = "relu"}
  if between > 0 then y = y:dwconv{between, stride = stride, act = "relu"} end
  y = y:conv{c}
  return stride == 1 and c == x.c and x + y or y
end

network {
  name = "mobilenet_v4",
  title = "MobileNet V4 Conv",
  source = "arXiv 2404.10518, appendix D",
  variants = {
    { "conv_s", small },
    { "conv_m", medium, inputs = { 224, 256 } },
    { "conv_l", large, inputs = { 256, 384 } },
  },
  build = function(image, v)
    local stages = v[2]
    block "stem"
    local x = image:conv{stages.stem, 3, stride = 2, act = "relu"}
    for i, row in ipairs(stages[1]) do
      block("stage1.%d", i)
      x = x:conv{row[1], row[2], stride = row[3], act = row[4]}
    end
    for stage = 2, #stages do
      local unit = 0
      for _, row in ipairs(stages[stage]) do
        local before, between, stride, c, expansion, repeats = table.unpack(row)
        for _ = 1, repeats do
          unit = unit + 1
          block("stage%d.%d", stage, unit)
          x = bottleneck(x, before, between, stride, c, expansion)
        end
      end
    end
    block "head"
    return x:conv{960, act = "relu"}:global_pool():conv{1280, act = "relu"}:fc{1000}
  end,
}
