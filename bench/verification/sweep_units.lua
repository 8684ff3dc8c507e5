-- The sweep's units of networks, and where a planner of memory can go wrong (sweep.h); see sweep_layers.lua, whose helpers these are.
local nth, conv, point, depthwise = ...

-- Inputs of units: small and odd, a paper's, one vector wide.
local sizes = { { 1, 7, 7, 58 }, { 1, 14, 14, 116 }, { 4, 5, 6, 24 }, { 1, 8, 8, 26 }, { 1, 9, 7, 48 }, { 2, 1, 1, 32 } }

-- Their channels rounded up to a multiple.
local function multiple_of(multiple)
  return function(i)
    local n, h, w, c = table.unpack(nth(sizes, i))
    return n, h, w, (c + multiple - 1) // multiple * multiple
  end
end

-- Takes its padding around as evenly as it can.
local function pool(x, kind, side, stride, count_padding)
  local before, after = (side - 1) // 2, side // 2
  local options = { side, stride = stride, pad = { before, before, after, after } }
  if kind == "avg_pool" then options.count_padding = count_padding end
  return x[kind](x, options)
end

-- ShuffleNet V2, Fig. 3(c), several in a row: the split's halves live on in place while the others change.
local function shuffle_v2_basic(x)
  local keep, work = x:split(2)
  local c = work.c
  work = point(work, c, "relu")
  work = depthwise(work, 3, 1)
  return concat(keep, point(work, c, "relu")):shuffle(2)
end

family("unit: ShuffleNet V2", 18, multiple_of(2), function(x, i)
  x = point(x, x.c, "relu")
  for _ = 0, i % 3 do x = shuffle_v2_basic(x) end
  return x
end)

-- Fig. 3(d): both branches go down.
family("unit: ShuffleNet V2 down", #sizes, multiple_of(2), function(x)
  local left = point(depthwise(x, 3, 2), x.c, "relu")
  local right = point(depthwise(point(x, x.c, "relu"), 3, 2), x.c, "relu")
  return shuffle_v2_basic(concat(left, right):shuffle(2))
end)

-- ShuffleNet V1: grouped 1x1, shuffle between, short-cut or average pool beside.
local v1_groups = { 3, 2, 8, 4 }
family("unit: ShuffleNet V1", 12,
  function(i) return multiple_of(4 * nth(v1_groups, i))(i) end,
  function(x, i)
    local g, stride = nth(v1_groups, i), 1 + i % 2
    local y = conv(x, { out = x.c / 4, groups = g, act = "relu", norm = true }):shuffle(g)
    y = conv(depthwise(y, 3, stride), { out = x.c, groups = g, norm = true })
    if stride == 1 then return add(x, y, { act = "relu" }) end
    return concat(pool(x, "avg_pool", 3, 2, i % 4 == 1), y):relu()
  end)

family("unit: MobileNet V2", #sizes, multiple_of(1), function(x, i)
  local stride = 1 + i % 2
  local y = depthwise(point(x, 6 * x.c, "relu6"), 3, stride, "relu6")
  y = point(y, stride == 1 and x.c or x.c + 8)
  return stride == 1 and add(x, y) or y
end)

-- MobileNet V3: squeeze and excite, hard activations.
family("unit: squeeze-excite", #sizes, multiple_of(1), function(x, i)
  local y = depthwise(point(x, 3 * x.c, "hard_swish"), 5, 1, "hard_swish")
  local gate = conv(y:global_pool(), { out = 8, bias = true, act = "relu" })
  gate = conv(gate, { out = y.c, bias = true, act = i % 2 == 1 and "sigmoid" or "hard_sigmoid" })
  return add(point(mul(y, gate), x.c), x)
end)

-- MixNet: depthwise layers of several sizes, or pointwise ones, over parts of the channels; batch normalisation and activation behind the
-- concat. Sometimes a pool is among the parts, a single layer stands before them, or something else reads what they read.
family("unit: MixNet", 42, multiple_of(4), function(x, i)
  local parts, c = {}, x.c // 4
  for k = 0, i % 4 do
    local part = x:channels(k * c + 1, (k + 1) * c)
    parts[k + 1] = i % 3 == 2 and point(part, c + k) or depthwise(part, 3 + 2 * k, 1)
  end
  if i % 7 == 6 then parts[1] = pool(parts[1], "max_pool", 3, 1) end
  local y = #parts > 1 and concat(parts) or parts[1]
  local z = y:affine{ act = nth({ "none", "relu6", "none", "hard_swish", "none" }, i) }
  if i % 5 == 2 then z = z:act(nth({ "swish", "gelu", "relu" }, i // 5)) end
  return i % 6 == 5 and add(z, y) or point(z, 2 * c)
end)

family("unit: ResNet", #sizes, multiple_of(1), function(x, i)
  local stride, wide = 1 + i % 2, 2 * x.c
  local y = point(x, x.c / 2, "relu")
  y = conv(y, { out = y.c, kernel = { 3, 3, stride }, norm = true, act = "relu" })
  y = point(y, wide)
  y = add(y, conv(x, { out = wide, kernel = { 1, 1, stride }, norm = true }), { act = "relu" })
  return add(point(y, wide), y, { act = "relu" })
end)

-- Every layer reads all that came before it; batch normalisation stands before the convolution.
family("unit: DenseNet", #sizes, multiple_of(2), function(x)
  for _ = 1, 4 do
    local y = point(x:affine{ act = "relu" }, 24, "relu")
    x = concat(x, conv(y, { out = 12, kernel = { 3, 3 } }))
  end
  x = point(x:affine{ act = "relu" }, 20)
  return x.h > 1 and pool(x, "avg_pool", 2, 2, true) or x
end)

-- CondenseNet: channels are picked by an index before a grouped convolution.
family("unit: CondenseNet", #sizes, multiple_of(4), function(x)
  local index = {}
  for k = 0, x.c - 1 do index[k + 1] = 1 + (k * 3 + 1) % x.c end
  local y = conv(x:permute(index), { out = 32, groups = 4, norm = true, act = "relu" }):shuffle(4)
  return concat(x, conv(y, { out = 8, groups = 4, kernel = { 3, 3 }, norm = true }))
end)

-- Channels in another order, none left out, between dense convolutions: engines may put it into the weights.
family("unit: permuted", #sizes, multiple_of(4), function(x)
  local y, index = point(x, 20, "relu"), {}
  for k = 1, 20 do index[k] = 1 + k * 3 % 20 end
  return point(y:permute(index), 24)
end)

local function separable(x, side, out)
  local y = point(depthwise(x:relu(), side, 1), out, "relu")
  return point(depthwise(y, side, 1), out)
end

-- NASNet-A's normal cell in small: one tensor read by many branches, before and behind its activation.
family("unit: NASNet", #sizes, multiple_of(1), function(x)
  local c = 22
  local previous, current = point(x, c), point(x:relu(), c)
  local left, right = separable(current, 5, c), separable(previous, 3, c)
  local first = add(left, right)
  local second = add(pool(current, "avg_pool", 3, 1), previous)
  local pooled = pool(previous, "avg_pool", 3, 1)
  local third = add(pooled, pooled)
  local fourth = add(separable(first, 3, c), current)
  return concat(previous, first, second, third, fourth):relu()
end)

-- Figure 1's fragments, and the blocks of G3 and G4.
family("unit: fragments", #sizes, multiple_of(4), function(x, i)
  local parts, c = {}, x.c // 4
  for k = 0, 3 do
    local part = point(x:channels(k * c + 1, (k + 1) * c), c, "relu")
    parts[k + 1] = i % 2 == 1 and point(part, c) or part
  end
  return add(concat(parts), x, { act = i % 3 > 0 and "relu" or "none" })
end)

-- ---- where a planner of memory can go wrong ----

-- An activation by itself whose input is still read afterwards: it must not run in place.
family("views: still read", #sizes, multiple_of(1), function(x)
  local y = point(x, x.c)
  local active = y:relu()
  return add(add(depthwise(active, 3, 1), y, { act = "relu6" }), active)
end)

-- The same tensor twice, and parts of it beside the whole.
family("views: same twice", #sizes, multiple_of(2), function(x)
  local y = point(x, x.c, "relu")
  local both = concat(y, y)
  return concat(both:channels(x.c / 2 + 1, 3 * x.c / 2), both):shuffle(2)
end)

-- A split of a split of a concat, read through several views at once.
family("views: split of split", #sizes, multiple_of(4), function(x)
  local c = x.c
  local both = concat(point(x, c, "relu"), point(x, c))
  local middle = both:channels(c / 2 + 1, 3 * c / 2)
  local y = depthwise(middle:channels(c / 4 + 1, 3 * c / 4), 3, 1, "relu")
  return add(concat(y, middle):shuffle(2):channels(1, c / 2), y)
end)

-- The graph's output is a view; the input itself is part of it.
family("views: output", #sizes, multiple_of(2), function(x)
  return concat(x, point(x, x.c, "relu")):channels(x.c / 2 + 1, 3 * x.c / 2)
end)

-- Shuffles of shuffles and permuted halves without arithmetic between them.
family("views: only moves", #sizes, multiple_of(4), function(x)
  local y, c = x:shuffle(2):shuffle(4), x.c
  local upper = y:channels(c / 2 + 1, c)
  return concat(upper, y:channels(1, c / 2)):shuffle(c / 4)
end)

-- A whole small network: stem, pool, units, head.
family("network in small", 4,
  function(i) return 1 + 3 * (i % 2), 32 + i, 32, 3 end,
  function(x)
    x = conv(x, { out = 24, kernel = { 3, 3, 2 }, norm = true, act = "relu" })
    x = pool(x, "max_pool", 3, 2)
    for _ = 1, 3 do x = shuffle_v2_basic(x) end
    return point(x, 100, "relu"):global_pool():fc{ 37, bias = true }
  end)
