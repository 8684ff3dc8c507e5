-- RepVGG: Ding et al., CVPR 2021, arXiv 2101.03697, Tables 1 and 2. As deployed each layer is one 3x3 convolution; as trained
-- (..._train) it is the sum of a 3x3 and a 1x1 convolution and, where shapes allow, its input, each with its own
-- normalisation: the difference is what re-parameterisation is worth.

local function deployed(x, c, stride) return x:conv{c, 3, stride = stride, norm = false, bias = true, act = "relu"} end

local function trained(x, c, stride)
  local parts = { x:conv{c, stride = stride}, x:conv{c, 3, stride = stride} }
  if stride == 1 and c == x.c then parts[3] = x:affine() end
  return add(parts, { act = "relu" })
end

local a0 = { { 48, 2 }, { 96, 4 }, { 192, 14 }, { 1280, 1 } } -- width, layers
local b0 = { { 64, 4 }, { 128, 6 }, { 256, 16 }, { 1280, 1 } }

network {
  name = "repvgg",
  title = "RepVGG",
  source = "arXiv 2101.03697, Tables 1 and 2",
  variants = {
    { "a0", a0, deployed },
    { "a0_train", a0, trained },
    { "b0", b0, deployed },
    { "b0_train", b0, trained },
  },
  build = function(image, v)
    local stages, layer = v[2], v[3]
    block "stage0"
    local x = layer(image, stages[1][1], 2)
    for stage, row in ipairs(stages) do
      for i = 1, row[2] do
        block("stage%d.%d", stage, i)
        x = layer(x, row[1], i == 1 and 2 or 1)
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}
