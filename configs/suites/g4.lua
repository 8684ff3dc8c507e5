-- G4, element-wise operations are non-negligible: arXiv 1807.11164, section 2 and Table 4.
-- Ten ResNet bottleneck units (1x1, 3x3, 1x1) with and without ReLU, with and without the short-cut.

-- The paper prints neither the map nor which width "channels in unit" names. These readings were held against what the
-- paper's devices can compute; the first one fits its numbers best.
local readings = {
  { "quarter", map = 56, inner = 1 / 4, outer = 1 },
  { "wide_28", map = 28, inner = 1, outer = 4 },
  { "equal_28", map = 28, inner = 1, outer = 1 },
}

local function stack(outer, inner, relu, shortcut)
  local act = relu and "relu" or nil
  return function(x)
    for i = 1, 10 do
      block("unit%d", i)
      local y = x:conv{inner, act = act}:conv{inner, 3, act = act}
      if shortcut then x = add(y:conv{outer}, x, { act = act })
      else x = y:conv{outer, act = act} end
    end
    return x
  end
end

local labels = {
  { "ReLU + short-cut", true, true }, { "ReLU", true, false }, { "short-cut", false, true }, { "neither", false, false },
}

local function published(c, relu, shortcut)
  local figures = {}
  for _, row in ipairs(paper "table4_g4") do
    if row.c == c and (row.relu == "yes") == relu and (row.shortcut == "yes") == shortcut then
      figures[row.platform == "GPU" and "gtx1080ti" or "snapdragon810"] = row.value
    end
  end
  return figures
end

-- Rounded up to vector lanes, on every device alike.
local function up(c) return (c + 15) // 16 * 16 end

-- The four units.
local function units(reading, c, outer, inner)
  local cases = {}
  for k, l in ipairs(labels) do
    cases[k] = { l[1], factors = { l[2], l[3] }, inferred = true, map = reading.map, channels = outer,
      widths = "c=" .. c, build = stack(outer, inner, l[2], l[3]) }
  end
  return cases
end

suite {
  name = "g4",
  title = "G4: element-wise operations are non-negligible",
  claim = "ReLU and short-cut, which have no multiply-adds, take time.",
  source = "arXiv 1807.11164, Table 4",
  kind = "factorial",
  factors = { "ReLU", "short-cut" },
  fusions = { "full", "none" },
  note = "INFERRED: the unit (c channels in and out, c / 4 inside, 56x56). Other readings: g4:wide_28 (4c in and out, c inside, "
    .. "28x28) and g4:equal_28 (c throughout, 28x28).",
  readings = readings,
  groups = function(reading)
    local groups = {}
    for i, c in ipairs{32, 64, 128} do
      local outer, inner = reading.outer * c, reading.inner * c
      local cases = units(reading, c, outer, inner)
      for k, l in ipairs(labels) do cases[k].paper = published(c, l[2], l[3]) end
      if up(inner) ~= inner or up(outer) ~= outer then
        for k, twin in ipairs(units(reading, c, up(outer), up(inner))) do
          twin[1], twin.twin = labels[k][1] .. " in 16s", labels[k][1]
          twin.widths = "c=" .. c .. " in 16s"
          cases[#cases + 1] = twin
        end
      end
      groups[i] = { name = "c" .. c, title = "c = " .. c, scale = c // 32, quick = true,
        baseline = "ReLU + short-cut", cases = cases }
    end
    -- Widths that are multiples of 16, inside the unit too: what the verdict rests on.
    for _, c in ipairs{64, 128, 256} do
      groups[#groups + 1] = { name = "aligned/c" .. c, set = "aligned", title = "aligned widths, c = " .. c, quick = c == 128,
        baseline = "ReLU + short-cut", cases = units(reading, c, reading.outer * c, reading.inner * c) }
    end
    return groups
  end,
}
