-- The sweep's nodes by themselves (sweep.h). family(name, cases, input, build): case i (from 0) has an input of the extents that input(i)
-- gives (images, height, width, channels), and build(x, i) adds its nodes.

-- Element i of a list that begins anew behind its end.
local function nth(list, i) return list[i % #list + 1] end

-- Channel counts around the widths of vectors (4, 8, 16) and of tiles (32, 48, 64).
local widths = { 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 58, 63, 64, 65 }
local acts = { "none", "relu", "relu6", "none", "hard_swish", "relu6", "hard_sigmoid", "relu", "sigmoid" }

-- Most cases have one image, every fifth has four.
local function batch_of(i) return i % 5 == 4 and 4 or 1 end

-- A convolution without normalisation. kernel: {height, width, stride, dilation}; pads: around evenly, or "none", or "late", which is below
-- and right only.
local function conv(x, s)
  local k = s.kernel or { 1, 1 }
  local reach_h, reach_w = (k[1] - 1) * (k[4] or 1), (k[2] - 1) * (k[4] or 1)
  local top, left = reach_h // 2, reach_w // 2
  if s.pads == "late" then top, left = 0, 0 end
  return x:conv{ s.out, { k[1], k[2] }, stride = k[3], dilation = k[4], groups = s.groups, act = s.act, bias = s.bias, norm = s.norm,
    pad = s.pads == "none" and 0 or { top, left, reach_h - top, reach_w - left } }
end

-- The same with one of the sets of parameters that a convolution may have, in turn.
local function decorated(x, i, s)
  s.act, s.bias, s.norm = nth(acts, i), i % 2 == 0, i % 3 ~= 0
  return conv(x, s)
end

local function point(x, out, act) return conv(x, { out = out, act = act, norm = true }) end

local function depthwise(x, side, stride, act)
  return conv(x, { out = x.c, groups = x.c, kernel = { side, side, stride }, act = act, norm = true })
end

-- 1x1: pixels and outputs through every remainder of a tile, inputs around vector widths. 17 and 23 are coprime, so every number of pixels
-- meets every width.
family("conv 1x1", 17 * 23,
  function(i) return batch_of(i), 1, 1 + i % 17, nth(widths, i // 3 + 5) end,
  function(x, i) return decorated(x, i, { out = nth(widths, i) }) end)

-- 1x1 on maps: rows that end inside a tile, strides, sizes large enough for blocking in every loop and for shares of several threads.
local points = { -- images, height, width, channels; outputs, stride
  { 1, 7, 7, 16, 24, 1 }, { 1, 7, 7, 58, 58, 1 }, { 1, 14, 14, 116, 116, 1 }, { 1, 28, 28, 24, 144, 1 }, { 2, 13, 11, 37, 41, 1 },
  { 1, 1, 1, 1024, 100, 1 }, { 1, 3, 3, 700, 19, 1 }, { 1, 56, 56, 24, 16, 1 }, { 4, 7, 7, 96, 96, 1 }, { 1, 9, 9, 40, 640, 1 },
  { 1, 5, 5, 1056, 176, 1 }, { 1, 31, 1, 20, 20, 1 }, { 1, 8, 8, 24, 48, 2 }, { 1, 9, 7, 33, 17, 2 }, { 2, 14, 14, 16, 32, 2 },
  { 1, 10, 10, 5, 6, 3 }, { 1, 23, 3, 128, 257, 1 }, { 1, 4, 4, 2, 2, 2 }, { 1, 112, 112, 3, 8, 1 }, { 1, 40, 40, 64, 128, 1 },
}
family("conv 1x1 maps", #points,
  function(i) return table.unpack(points[i + 1], 1, 4) end,
  function(x, i) return decorated(x, i, { out = points[i + 1][5], kernel = { 1, 1, points[i + 1][6] } }) end)

local kernels = {
  { 3, 3, 1, 1 }, { 3, 3, 2, 1 }, { 3, 3, 1, 2 }, { 5, 5, 1, 1 }, { 7, 7, 2, 1 }, { 1, 7, 1, 1 }, { 7, 1, 1, 1 }, { 1, 3, 1, 1 },
  { 3, 1, 2, 1 }, { 2, 2, 1, 1 }, { 2, 2, 2, 1 }, { 5, 5, 2, 1 }, { 3, 5, 1, 1 }, { 3, 3, 3, 1 }, { 4, 4, 2, 1 }, { 3, 3, 1, 3 },
}
local maps = { { 8, 9 }, { 7, 7 }, { 5, 3 }, { 14, 14 }, { 9, 17 }, { 12, 6 }, { 10, 10 } }

local function fits(k, x) return x.h > (k[1] - 1) * k[4] and x.w > (k[2] - 1) * k[4] end

-- k x k through kernels, strides, dilations and pads on maps of every parity; a map too small for its kernel without padding gets padding.
family("conv kxk", 112,
  function(i)
    local map = nth(maps, i)
    return batch_of(i), map[1], map[2], nth(widths, i * 3 + 2)
  end,
  function(x, i)
    local kernel = nth(kernels, i)
    local pads = fits(kernel, x) and nth({ "even", "none", "late" }, i) or "even"
    return decorated(x, i, { out = nth(widths, i * 5 + 3), kernel = kernel, pads = pads })
  end)

-- Dense 3x3 layers of stride 1 wide enough for Winograd's algorithm: maps that are no whole tiles, every padding, with an addition behind
-- every third.
local dense_widths = { 16, 24, 33, 48, 58, 64, 96, 128 }
local dense_maps = { { 14, 14 }, { 7, 7 }, { 9, 17 }, { 28, 28 }, { 13, 11 }, { 6, 21 }, { 8, 8 } }
family("conv 3x3 dense", 56,
  function(i)
    local map = nth(dense_maps, i)
    return batch_of(i), map[1], map[2], nth(dense_widths, i // 7)
  end,
  function(x, i)
    local pad, sum = nth({ 1, 0, 2, 1 }, i // 3), i % 3 == 1
    local y = x:conv{ sum and x.c or nth(dense_widths, i * 3 + 1), 3, pad = sum and 1 or pad, act = not sum and nth(acts, i) or nil,
      bias = i % 2 == 0, norm = i % 4 ~= 0 }
    return sum and add(y, x, { act = "relu" }) or y
  end)

-- The first layers of networks: three channels, large maps.
local stems = { -- images, side of the map; outputs, side of the kernel, stride, pads
  { 1, 32, 24, 3, 2, "even" }, { 1, 33, 24, 3, 2, "even" }, { 1, 32, 32, 3, 2, "late" }, { 1, 31, 16, 3, 1, "even" },
  { 4, 40, 64, 7, 2, "even" }, { 1, 35, 32, 3, 2, "none" }, { 1, 30, 8, 3, 2, "even" }, { 1, 36, 12, 5, 2, "even" },
}
family("stem", #stems,
  function(i) return stems[i + 1][1], stems[i + 1][2], stems[i + 1][2], 3 end,
  function(x, i)
    local _, _, out, side, stride, pads = table.unpack(stems[i + 1])
    return decorated(x, i + 1, { out = out, kernel = { side, side, stride }, pads = pads })
  end)

-- Groups: channels of a group at and around vector widths; 1x1 and, every third, k x k.
local group_counts, group_widths = { 2, 3, 4, 8 }, { 1, 2, 3, 5, 8, 12, 16, 17, 20, 29, 32 }
family("conv grouped", 88,
  function(i)
    local side = 3 + i % 7
    return batch_of(i), side, side + 2, nth(group_counts, i) * nth(group_widths, i * 4 + 1)
  end,
  function(x, i)
    local groups = nth(group_counts, i)
    local kernel = i % 3 == 2 and nth(kernels, i // 3) or i % 7 == 0 and { 1, 1, 2 } or nil
    return decorated(x, i, { out = groups * nth(group_widths, i), groups = groups, kernel = kernel })
  end)

-- Narrow groups of windows, whose channels lie together or, every second, shuffled by a grouped convolution: vectors then hold several
-- groups. Powers of two, and a few others.
local narrow_in, narrow_out = { 2, 4, 8, 16, 32, 64, 3, 12 }, { 1, 2, 4, 3, 8, 6, 5, 16, 11 }
family("narrow groups", 144,
  function(i)
    local map, groups = nth(maps, i // 3), 2 << i % 4
    return batch_of(i), map[1] + 6, map[2] + 12, groups * (i % 2 == 0 and nth(narrow_in, i // 4) or 1)
  end,
  function(x, i)
    local groups = 2 << i % 4
    if i % 2 == 1 then x = conv(x, { out = groups * nth(narrow_in, i // 4), groups = groups }):shuffle(groups) end
    return decorated(x, i, { out = groups * nth(narrow_out, i), kernel = nth(kernels, i // 2), groups = groups })
  end)

-- Depthwise: kernels and strides over maps from one pixel on, where the borders meet, to several tiles.
local small_maps = {
  { 1, 1 }, { 2, 2 }, { 3, 3 }, { 1, 9 }, { 5, 7 }, { 7, 7 }, { 8, 4 }, { 9, 9 }, { 14, 14 }, { 6, 31 }, { 28, 28 }, { 13, 5 },
}
local depthwise_widths = { 2, 3, 4, 8, 9, 15, 16, 17, 24, 33, 58, 64, 116 }
local depthwise_kernels = {
  { 3, 3, 1, 1 }, { 3, 3, 2, 1 }, { 5, 5, 1, 1 }, { 5, 5, 2, 1 }, { 7, 7, 1, 1 }, { 7, 7, 2, 1 }, { 1, 3, 1, 1 }, { 3, 1, 1, 1 },
  { 3, 3, 1, 2 }, { 1, 1, 1, 1 },
}
family("depthwise", 130,
  function(i)
    local map = nth(small_maps, i // #depthwise_kernels + i)
    return batch_of(i), map[1], map[2], nth(depthwise_widths, i)
  end,
  function(x, i)
    local kernel, pads = nth(depthwise_kernels, i), i % 4 == 3 and "late" or "even"
    if i % 6 == 5 and fits(kernel, x) then pads = "none" end
    return decorated(x, i, { out = x.c, groups = x.c, kernel = kernel, pads = pads })
  end)

-- One input channel a group, several outputs.
family("depth multiplier", 8,
  function(i) return 1, 6, 5, nth(depthwise_widths, i) end,
  function(x, i) return decorated(x, i, { out = x.c * (2 + i % 2), groups = x.c, kernel = { 3, 3, 1 + i % 2 } }) end)

family("fc", 24,
  function(i) return nth({ 1, 4, 1, 2, 1, 3, 16 }, i), 1, 1, nth(widths, i * 7 + 4) * (1 + i % 3) end,
  function(x, i) return x:fc{ nth({ 1, 10, 16, 33, 100, 1000, 7, 64 }, i), bias = i % 2 == 0, act = nth(acts, i) } end)

local pools = { -- kernel, stride, pads above and left, below and right
  { 3, 2, 1, 1 }, { 3, 1, 1, 1 }, { 2, 2, 0, 0 }, { 3, 2, 0, 1 }, { 5, 1, 2, 2 }, { 3, 2, 0, 0 }, { 2, 1, 0, 1 }, { 5, 2, 2, 2 },
  { 7, 7, 0, 0 }, { 3, 3, 1, 0 },
}
local function pool_input(i)
  local side = 7 + i % 8
  return batch_of(i), side, side + i % 3, nth(widths, i)
end
local function pool_options(i)
  local kernel, stride, before, after = table.unpack(nth(pools, i))
  return { kernel, stride = stride, pad = { before, before, after, after } }
end
family("max_pool", 20, pool_input, function(x, i) return x:max_pool(pool_options(i)) end)
family("avg_pool", 20, pool_input, function(x, i)
  local options = pool_options(i)
  options.count_padding = i % 2 == 1
  return x:avg_pool(options)
end)

-- The input of a case on a small map whose channels are widths[i * factor + more], and `extra`.
local function on_small_map(factor, more, extra)
  return function(i)
    local map = nth(small_maps, i)
    return batch_of(i), map[1], map[2], nth(widths, i * factor + more) + (extra or 0)
  end
end

family("global_pool", 24, on_small_map(2, 1), function(x) return x:global_pool() end)

-- A second tensor of the input's shape that is not the input.
local function other(x) return depthwise(x, 1, 1) end

family("add", 36, on_small_map(3, 1, 1), function(x, i)
  local options, y = { act = nth(acts, i) }, other(x)
  if i % 4 == 3 then return add(x, y, x, options) end
  return add(x, y, options)
end)

family("mul", 24, on_small_map(3, 2, 1), function(x, i)
  local y = other(x)
  return mul(x, i % 2 == 1 and y:global_pool() or y)
end)

family("concat", 36, on_small_map(1, 0, 1), function(x, i)
  local parts = {}
  for k = 0, 1 + i % 4 do parts[k + 1] = k == 1 and x or point(x, nth(widths, i + 3 * k), "relu") end
  return concat(parts)
end)

family("split", 23, on_small_map(1, 0, 3), function(x, i)
  local offset = i % 3
  return x:channels(offset + 1, offset + math.max(x.c - offset - i % 2 - 1, 1))
end)

family("shuffle", 44,
  function(i)
    local map = nth(small_maps, i)
    return batch_of(i), map[1], map[2], nth(group_counts, i) * nth(group_widths, i * 3)
  end,
  function(x, i) return x:shuffle(nth(group_counts, i)) end)

-- Any map of channels: reversed, repeated, some left out.
family("permute", 24, on_small_map(1, 0, 1), function(x, i)
  local out, index = nth(widths, i * 2 + 3), {}
  for c = 0, out - 1 do index[c + 1] = 1 + nth({ (out - c) % x.c, (c * 7 + 3) % x.c, c // 2 % x.c }, i) end
  return x:permute(index)
end)

family("act", 25, on_small_map(5, 0), function(x, i)
  return x:act(nth({ "relu", "relu6", "sigmoid", "hard_sigmoid", "hard_swish" }, i))
end)

-- Activations that are never fused, with usual and unusual numbers; every second behind a split, of which one part is crossed with another.
local lone_acts = {
  { "clip", { min = -0.5, max = 1.25 } }, { "clip", { min = 0.1 } }, { "clip", { max = 0.75 } }, { "clip", { min = 1, max = -1 } },
  { "clipped_line", {} }, { "clipped_line", { alpha = 0.5, beta = 0.25 } }, { "leaky_relu", {} }, { "leaky_relu", { alpha = 0.3 } },
  { "leaky_relu", { alpha = -0.5 } }, { "elu", {} }, { "elu", { alpha = 0.7 } }, { "gelu", {} }, { "gelu_tanh", {} }, { "swish", {} },
  { "swish", { alpha = 1.702 } }, { "mish", {} }, { "tanh", {} }, { "erf", {} }, { "softplus", {} },
}
family("act alone", 95, on_small_map(5, 3, 1), function(x, i)
  local name, options = table.unpack(nth(lone_acts, i))
  if i % 2 == 1 then
    local half = x.c // 2
    x = concat(x:channels(half + 1, x.c), x:channels(1, half))
  end
  return x:act(name, options)
end)

family("upsample", 24, on_small_map(3, 2, 1), function(x, i)
  return x:upsample{ x.h * nth({ 1, 2, 3 }, i) + i % 2, x.w * nth({ 2, 1 }, i) }
end)

family("depth_to_space", 24, on_small_map(3, 2, 1), function(x, i)
  local rows, columns = nth({ 1, 2, 3 }, i), nth({ 2, 1 }, i)
  return x:conv{ rows * columns * nth({ 1, 3, 8 }, i), 1 }:depth_to_space{ x.h * rows, x.w * columns }
end)

family("affine", 23, on_small_map(5, 1), function(x, i) return x:affine{ act = nth(acts, i) } end)

family("prelu", 23, on_small_map(5, 2), function(x) return x:prelu() end)

-- What takes all channels of a pixel, or groups over the map; every third behind channels that do not lie in order.
local function unordered(x, i) return i % 3 == 2 and x.c % 2 == 0 and x:shuffle(2) or x end

family("layer_norm", 36, on_small_map(3, 1, 1), function(x, i)
  return unordered(x, i):layer_norm{ epsilon = i % 2 == 0 and 1e-6 or 0.1 }
end)

family("group_norm", 44,
  function(i)
    local map = nth(small_maps, i)
    return batch_of(i), map[1], map[2] + 1, nth(group_counts, i) * nth(group_widths, i * 3) * (i % 7 == 6 and 12 or 1)
  end,
  function(x, i)
    if i % 5 == 3 then return x:instance_norm{ epsilon = 0.01 } end
    return unordered(x, i):group_norm{ nth(group_counts, i), epsilon = 0.01 }
  end)

local neighbours = {
  { 5, alpha = 1e-4 }, { 5, alpha = 1, k = 2 }, { 3, alpha = 0.5, beta = 0.5 }, { 2, alpha = 2 }, { 4, alpha = 1, beta = 1 },
  { 99, alpha = 1 },
}
family("lrn", 36, on_small_map(3, 1), function(x, i) return unordered(x, i):lrn(nth(neighbours, i)) end)

family("softmax", 24, on_small_map(5, 1, 1), function(x, i)
  if i % 2 == 1 then return x:log_softmax() end
  return unordered(x, i):softmax()
end)

local pads = { { 0, 0, 1, 1 }, { 1, 1, 1, 1 }, { 2, 0, 0, 3 }, { -1, -1, 0, 0 }, { -1, 1, 1, -1 }, { 0, 3, 0, 0 } }
family("pad", 24,
  function(i) return batch_of(i), 3 + i % 5, 4, nth(widths, i * 4) end,
  function(x, i)
    local top, left, bottom, right = table.unpack(nth(pads, i))
    return x:pad{ top = top, left = left, bottom = bottom, right = right }
  end)

-- For sweep_units.lua, which follows.
return nth, conv, point, depthwise
