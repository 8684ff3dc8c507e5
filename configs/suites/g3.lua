-- G3, network fragmentation reduces the degree of parallelism: arXiv 1807.11164, section 2, Table 3, appendix Fig. 1.
-- Ten blocks at 56x56, each of 1, 2 or 4 1x1 convolutions, one after the other or on the same input and summed.

local device = { GPU = "gtx1080ti", ARM = "snapdragon810" }

local function series(c, n)
  return function(x)
    for i = 1, 10 do
      block("block%d", i)
      for _ = 1, n do x = x:conv{c} end
    end
    return x
  end
end

local function parallel(c, n)
  return function(x)
    for i = 1, 10 do
      block("block%d", i)
      local branches = {}
      for k = 1, n do branches[k] = x:conv{c} end
      x = add(branches)
    end
    return x
  end
end

local function case(structure, n, shape, c, paper)
  return { structure, series = n > 1 and shape or nil, step = math.log(n, 2), widths = "c=" .. c, map = 56, channels = c,
    build = (shape == "parallel" and n > 1 and parallel or series)(c, n), inferred = n > 1, paper = paper }
end

-- "2-fragment-parallel" -> 2, "parallel"
local function parse(structure)
  return tonumber(structure:sub(1, 1)), structure:sub(-8) == "parallel" and "parallel" or "series"
end

-- Channels of each fragment so that the block keeps the multiply-adds of one c -> c convolution.
local function width(c, n)
  return math.floor(c / math.sqrt(n))
end

local groups = {}

for _, platform in ipairs{"ARM", "GPU"} do
  for scale, c in pairs(platform == "ARM" and { 64, 128, [4] = 256 } or { 128, 256, [4] = 512 }) do
    local cases = {}
    for _, row in ipairs(paper "table3_g3") do
      if row.platform == platform and row.c_of_1_fragment == c then
        local n, shape = parse(row.structure)
        cases[#cases + 1] = case(row.structure, n, shape, width(c, n), { [device[platform]] = row.value })
      end
    end
    local set = platform:lower()
    groups[#groups + 1] = { name = set .. "/x" .. scale, set = set, scale = scale, quick = platform == "ARM",
      title = platform .. " channel set, c = " .. c, baseline = "1-fragment", cases = cases }
  end
end
table.sort(groups, function(a, b)
  if a.set ~= b.set then return a.set < b.set end
  return a.scale < b.scale
end)

local matched = {}
for _, structure in ipairs{"1-fragment", "2-fragment-series", "4-fragment-series", "2-fragment-parallel", "4-fragment-parallel"} do
  local n, shape = parse(structure)
  matched[#matched + 1] = case(structure, n, shape, ({ 116, 82, [4] = 58 })[n])
end
groups[#groups + 1] = { name = "matched/c116", set = "matched", quick = true,
  title = "matched multiply-adds (within 0.1 %)", baseline = "1-fragment", cases = matched }

suite {
  name = "g3",
  title = "G3: network fragmentation reduces the degree of parallelism",
  source = "arXiv 1807.11164, Table 3 and appendix Fig. 1",
  kind = "slope",
  axis = "log2 fragments",
  note = "INFERRED: the fragments' channels, c / sqrt(n) rounded down (the paper says only that FLOPs are equal; they drift by "
    .. "up to 1.2 %). Parallel fragments are summed, as drawn. Matched: c = 116, 82, 58, within 0.1 %.",
  groups = groups,
}
