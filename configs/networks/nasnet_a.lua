-- NASNet-A mobile (4 @ 1056): Zoph, Vasudevan, Shlens, Le, CVPR 2018, arXiv 1707.07012, appendix Fig. and TensorFlow slim.
-- Without the auxiliary head, which serves training only.

-- States are read by several operations that each begin with ReLU: it is computed once.
local function rectifier()
  local known = {}
  return function(x)
    known[x] = known[x] or x:relu()
    return known[x]
  end
end

-- Halves a map without losing every second pixel: one path starts at pixel 1, the other at pixel 2 (the map is shifted,
-- with zeros coming in); one normalisation over both.
local function factorized_reduction(x, c)
  local shifted = x:pad{top = -1, left = -1, bottom = 1, right = 1}
  local a = x:conv{c // 2, stride = 2, norm = false}
  local b = shifted:conv{c - c // 2, stride = 2, norm = false}
  return concat(a, b):affine()
end

-- The two inputs of a cell, brought to c channels and to the size of the last output. The first cell has one input.
local function adjust(relu, last, before, c)
  local h0 = relu(last):conv{c}
  if not before then return h0, last end
  if before.h ~= last.h then return h0, factorized_reduction(relu(before), c) end
  if before.c ~= c then return h0, relu(before):conv{c} end
  return h0, before
end

-- One operation of a cell on state x; "sep5": two separable 5x5, "max" and "avg": 3x3 pools, "none": identity.
local function operation(relu, kind, x, c, stride)
  if kind == "none" then
    if stride == 1 and x.c == c then return x end
    return relu(x):conv{c, stride = stride}
  elseif kind == "max" or kind == "avg" then
    local y = kind == "max" and x:max_pool{3, stride = stride, pad = "same"} or x:avg_pool{3, stride = stride, pad = "same"}
    return x.c == c and y or y:conv{c}
  end
  local k = tonumber(kind:sub(4))
  local y = relu(x):dwconv{k, stride = stride, pad = "same", norm = false}:conv{c}
  return y:relu():dwconv{k, norm = false}:conv{c}
end

-- A cell: five sums of two operations each. A row is left operation, its state, right operation, its state; states 0 and 1 are
-- the inputs, 2 and up the sums in order. `out` lists the states that are concatenated.
local function cell(relu, rows, out, last, before, c, stride)
  local h = {}
  h[0], h[1] = adjust(relu, last, before, c)
  for i, row in ipairs(rows) do
    local a = operation(relu, row[1], h[row[2]], c, row[2] < 2 and stride or 1)
    local b = operation(relu, row[3], h[row[4]], c, row[4] < 2 and stride or 1)
    h[i + 1] = a + b
  end
  local states = {}
  for i, k in ipairs(out) do states[i] = h[k] end
  return concat(states)
end

local normal = {
  { "sep5", 0, "sep3", 1 },
  { "sep5", 1, "sep3", 1 },
  { "avg", 0, "none", 1 },
  { "avg", 1, "avg", 1 },
  { "sep3", 0, "none", 0 },
}
local reduction = {
  { "sep5", 0, "sep7", 1 },
  { "max", 0, "sep7", 1 },
  { "avg", 0, "sep5", 1 },
  { "none", 3, "avg", 2 },
  { "sep3", 2, "max", 0 },
}

network {
  name = "nasnet_a",
  title = "NASNet-A mobile",
  source = "arXiv 1707.07012 (4 @ 1056); TensorFlow slim's nasnet.py",
  build = function(image)
    local relu = rectifier()
    block "stem"
    local last, before = image:conv{32, 3, stride = 2, pad = "valid"}, nil
    local function add_cell(name, rows, out, c, stride)
      block(name)
      last, before = cell(relu, rows, out, last, before, c, stride), last
    end
    local function reduce(name, c) add_cell(name, reduction, { 3, 4, 5, 6 }, c, 2) end

    reduce("stem1", 11)
    reduce("stem2", 22)
    for i, c in ipairs{44, 88, 176} do
      if i > 1 then reduce("reduction" .. i - 1, c) end
      for k = 1, 4 do add_cell("cell" .. i .. "." .. k, normal, { 1, 2, 3, 4, 5, 6 }, c, 1) end
    end
    block "head"
    return relu(last):global_pool():fc{1000}
  end,
}

return { cell = cell, rectifier = rectifier, normal = normal }
