-- AlexNet: Krizhevsky, Sutskever, Hinton, NIPS 2012, in the form of Caffe's model zoo: normalisation before pooling, two groups
-- in the second, fourth and fifth convolution.

local function conv(x, c, kernel, options)
  return x:conv{c, kernel, stride = options.stride, groups = options.groups, pad = options.pad, bias = true, act = "relu"}
end

-- Caffe's pooling: the last window may reach over the edge.
local function pool(x) return x:max_pool{3, stride = 2, pad = "ceil"} end

-- Fully connected over the whole map.
local function full(x, c) return conv(x, c, { x.h, x.w }, { pad = "valid" }) end

network {
  name = "alexnet",
  title = "AlexNet",
  source = "NIPS 2012; Caffe's bvlc_alexnet",
  norm = false,
  inputs = { 227 },
  build = function(image)
    block "conv1"
    local x = pool(conv(image, 96, 11, { stride = 4, pad = "valid" }):lrn{5})
    block "conv2"
    x = pool(conv(x, 256, 5, { groups = 2 }):lrn{5})
    for i, row in ipairs{ { 384, 1 }, { 384, 2 }, { 256, 2 } } do
      block("conv%d", i + 2)
      x = conv(x, row[1], 3, { groups = row[2] })
    end
    block "head"
    return full(full(pool(x), 4096), 4096):fc{1000}
  end,
}

return { full = full }
