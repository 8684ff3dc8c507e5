-- G2, excessive group convolution increases memory access cost: arXiv 1807.11164, section 2 and Table 2.
-- Ten 1x1 group convolutions c -> c at 56x56; c grows with the groups so that multiply-adds stay (nearly) fixed.

local device = { GPU = "gtx1080ti", ARM = "snapdragon810" }

local function stack(c, g, layers)
  return function(x)
    for i = 1, layers do
      block("layer%d", i)
      x = x:conv{c, groups = g}
    end
    return x
  end
end

local function layers_at(pixels)
  return pixels <= 56 * 56 and 10 or pixels <= 112 * 112 and 8 or 4
end

local function case(label, g, c, map, batch)
  return { label, step = math.log(g, 2), widths = "c=" .. c, map = map, batch = batch, channels = c,
    build = stack(c, g, layers_at(map * map * (batch or 1))) }
end

-- Channels so that those of a group are a multiple of 16.
local function up(c, g) return (c // g + 15) // 16 * 16 * g end

local groups = {}

-- The paper's sets; twins as in g1: the last is g=1 at the twins' multiply-adds.
for _, platform in ipairs{"ARM", "GPU"} do
  for _, scale in ipairs{1, 2, 4} do
    local cases, twins, largest = {}, {}, 0
    for _, row in ipairs(paper "table2_g2") do
      if row.platform == platform and row.scale == scale then
        local c, g, note = row.c_at_x1 * scale, row.groups, nil
        if c == 180 and g == 8 then
          c, note = 184, "c = 184 is the authors' correction of the printed 180, which 8 does not divide"
        end
        local own = case("g=" .. g, g, c, 56)
        own.paper, own.note = { [device[platform]] = row.value }, note
        cases[#cases + 1] = own
        if up(c, g) ~= c then
          local twin = case("g=" .. g .. " in 16s", g, up(c, g), 56)
          twin.twin = "g=" .. g
          twins[#twins + 1] = twin
        end
        largest = math.max(largest, up(c, g) ^ 2 / g)
      end
    end
    local c = up(math.ceil(math.sqrt(largest)), 1)
    local size = case("g=1, c = " .. c, 1, c, 56)
    size.twin = "g=1"
    twins[#twins + 1] = size
    for _, twin in ipairs(twins) do cases[#cases + 1] = twin end
    local set = platform:lower()
    groups[#groups + 1] = { name = set .. "/x" .. scale, set = set, scale = scale, quick = platform == "ARM",
      title = platform .. " channel set, x" .. scale, baseline = "g=1", cases = cases }
  end
end

-- Groups of a multiple of 16 channels, multiply-adds exactly equal: what the verdict rests on.
local function aligned(c, map, batch)
  local cases = {}
  for k, g in ipairs{1, 4, 16} do
    cases[k] = case("g=" .. g, g, c << (k - 1), map, batch)
  end
  return cases
end

for _, c in ipairs{64, 128} do
  groups[#groups + 1] = { name = "aligned/c" .. c, set = "aligned", quick = c == 64,
    title = "aligned widths, " .. c * c .. " madds a pixel", baseline = "g=1", cases = aligned(c, 56) }
end

-- The same over working sets, from within L2 to memory: G2's reason is memory access, too. By map and by batch, as in g1.
local function memory(map, batch)
  local size = map .. "x" .. map
  groups[#groups + 1] = { name = "memory/" .. (batch and batch .. "x" or "") .. size, set = "memory",
    title = "aligned widths, 16384 madds a pixel, " .. (batch and batch .. " images of " or "") .. size,
    baseline = "g=1", cases = aligned(128, map, batch) }
end

memory(7)
memory(28)
memory(112)
memory(56, 16)
memory(224)

suite {
  name = "g2",
  title = "G2: excessive group convolution increases memory access cost",
  claim = "A convolution takes more time per multiply-add the more groups it has.",
  source = "arXiv 1807.11164, Table 2",
  kind = "slope",
  axis = "log2 g",
  note = "Multiply-adds of the paper's sets are equal to within 1.2 % (4.5 % where c = 184), those of the aligned sets exactly.",
  groups = groups,
}
