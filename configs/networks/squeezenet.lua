-- SqueezeNet: Iandola et al., 2016, arXiv 1602.07360; 1.1 as in the authors' code (forresti/SqueezeNet, SqueezeNet_v1.1).

-- Squeezed and (twice) expanded channels; whether the map is halved before.
local rows = {
  { 16, 64 }, { 16, 64 },
  { 32, 128, true }, { 32, 128 },
  { 48, 192, true }, { 48, 192 }, { 64, 256 }, { 64, 256 },
}

local function fire(x, squeezed, expanded)
  local y = x:conv{squeezed, bias = true, act = "relu"}
  return concat(y:conv{expanded, bias = true, act = "relu"}, y:conv{expanded, 3, bias = true, act = "relu"})
end

-- Caffe's pooling: the last window may reach over the edge.
local function pool(x) return x:max_pool{3, stride = 2, pad = "ceil"} end

network {
  name = "squeezenet",
  title = "SqueezeNet",
  source = "arXiv 1602.07360; 1.1 as in the authors' code",
  norm = false,
  variants = {
    { "1.1" },
    { "1.1_ncnn", inputs = { 227 }, pad = 1 }, -- of ncnn's benchmark: its last convolution is padded
  },
  build = function(image, v)
    block "conv1"
    local x = pool(image:conv{64, 3, stride = 2, pad = "valid", bias = true, act = "relu"})
    for i, row in ipairs(rows) do
      block("fire%d", i + 1)
      x = fire(row[3] and pool(x) or x, row[1], row[2])
    end
    block "conv10"
    return x:conv{1000, pad = v.pad, bias = true, act = "relu"}:global_pool()
  end,
}
