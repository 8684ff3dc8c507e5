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

local function case(label, n, shape, c, map)
  return { label, series = n > 1 and shape or nil, step = math.log(n, 2), widths = "c=" .. c, map = map, channels = c,
    build = (shape == "parallel" and n > 1 and parallel or series)(c, n), inferred = n > 1 }
end

-- "2-fragment-parallel" -> 2, "parallel"
local function parse(structure)
  return tonumber(structure:sub(1, 1)), structure:sub(-8) == "parallel" and "parallel" or "series"
end

-- Channels of each fragment so that the block keeps the multiply-adds of one c -> c convolution.
local function width(c, n)
  return math.floor(c / math.sqrt(n))
end

local function up(c) return (c + 15) // 16 * 16 end

local groups = {}

-- The paper's sets; twins as in g1: the last is one fragment at the twins' multiply-adds.
for _, platform in ipairs{"ARM", "GPU"} do
  for scale, c in pairs(platform == "ARM" and { 64, 128, [4] = 256 } or { 128, 256, [4] = 512 }) do
    local cases, twins, largest = {}, {}, 0
    for _, row in ipairs(paper "table3_g3") do
      if row.platform == platform and row.c_of_1_fragment == c then
        local n, shape = parse(row.structure)
        local own = width(c, n)
        cases[#cases + 1] = case(row.structure, n, shape, own, 56)
        cases[#cases].paper = { [device[platform]] = row.value }
        if up(own) ~= own then
          local twin = case(row.structure .. " in 16s", n, shape, up(own), 56)
          twin.twin = row.structure
          twins[#twins + 1] = twin
        end
        largest = math.max(largest, n * up(own) ^ 2)
      end
    end
    local wide = up(math.ceil(math.sqrt(largest)))
    local size = case("1-fragment, c = " .. wide, 1, "series", wide, 56)
    size.twin = "1-fragment"
    twins[#twins + 1] = size
    for _, twin in ipairs(twins) do cases[#cases + 1] = twin end
    local set = platform:lower()
    groups[#groups + 1] = { name = set .. "/x" .. scale, set = set, scale = scale, quick = platform == "ARM",
      title = platform .. " channel set, c = " .. c, baseline = "1-fragment", cases = cases }
  end
end
table.sort(groups, function(a, b)
  if a.set ~= b.set then return a.set < b.set end
  return a.scale < b.scale
end)

-- Every width a multiple of 16, multiply-adds exactly equal: what the verdict rests on.
local function aligned(map)
  local cases = { case("1-fragment", 1, "series", 256, map) }
  for _, shape in ipairs{"series", "parallel"} do
    for _, n in ipairs{4, 16} do
      cases[#cases + 1] = case(n .. "-fragment-" .. shape, n, shape, width(256, n), map)
    end
  end
  return cases
end

groups[#groups + 1] = { name = "aligned/c256", set = "aligned", quick = true,
  title = "aligned widths, c = 256", baseline = "1-fragment", cases = aligned(56) }

-- Small maps, where what a layer costs beside its multiply-adds shows.
for _, map in ipairs{14, 7} do
  groups[#groups + 1] = { name = "small/" .. map .. "x" .. map, set = "small",
    title = "aligned widths, c = 256, " .. map .. "x" .. map, baseline = "1-fragment", cases = aligned(map) }
end

-- That by itself: chains of layers with nearly no work.
local function chain(layers)
  return { layers .. " layers", step = math.log(layers / 8, 2), widths = "c=16", map = 1, channels = 16,
    build = function(x)
      for i = 1, layers do x = x:conv{16} end
      return x
    end }
end
groups[#groups + 1] = { name = "overhead", set = "overhead", title = "chains of nearly empty layers", baseline = "8 layers",
  cases = { chain(8), chain(72) } }

suite {
  name = "g3",
  title = "G3: network fragmentation reduces the degree of parallelism",
  claim = "A block in fragments takes more time than one convolution of its multiply-adds.",
  source = "arXiv 1807.11164, Table 3 and appendix Fig. 1",
  kind = "slope",
  axis = "log2 fragments",
  note = "INFERRED: the fragments' channels, c / sqrt(n) rounded down (the paper says only that FLOPs are equal; they drift by "
    .. "up to 1.2 %). Parallel fragments are summed, as drawn. The aligned sets' multiply-adds are exactly equal.",
  groups = groups,
}
