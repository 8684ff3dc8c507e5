-- G1, equal channel width minimises memory access cost: arXiv 1807.11164, section 2 and Table 1.
-- Ten blocks at 56x56, each 1x1 convolutions c1 -> c2 -> c1, at (nearly) fixed multiply-adds. Nothing is drawn or said
-- between the convolutions: no normalisation, no ReLU here.

local device = { GPU = "gtx1080ti", ARM = "snapdragon810" }

local function stack(c1, c2, blocks)
  return function(x)
    for i = 1, blocks do
      block("block%d", i)
      x = x:conv{c2}:conv{c1}
    end
    return x
  end
end

-- Many pixels have fewer blocks: time per multiply-add is what counts, and the working set is one layer's.
local function blocks_at(pixels)
  return pixels <= 56 * 56 and 10 or pixels <= 112 * 112 and 4 or 2
end

local function case(label, c1, c2, map, batch)
  return { label, step = math.log(c2 / c1), widths = "c1=" .. c1 .. " c2=" .. c2,
    map = map, batch = batch, channels = c1, build = stack(c1, c2, blocks_at(map * map * (batch or 1))) }
end

-- Rounded up to vector lanes, on every device alike.
local function up(c) return (c + 15) // 16 * 16 end

local groups = {}

-- The paper's channel sets: c1 and c2 at x1, both multiplied at x2 and x4. Cases whose widths are not multiples of 16 have
-- a twin with widths that are; the last twin is 1:1 at the twins' multiply-adds.
for _, platform in ipairs{"ARM", "GPU"} do
  for _, scale in ipairs{1, 2, 4} do
    local cases, twins, largest = {}, {}, 0
    for _, row in ipairs(paper "table1_g1") do
      if row.platform == platform and row.scale == scale then
        local c1, c2 = row.c1_at_x1 * scale, row.c2_at_x1 * scale
        local c = case(row.ratio_c1_c2, c1, c2, 56)
        c.paper = { [device[platform]] = row.value }
        cases[#cases + 1] = c
        if up(c1) ~= c1 or up(c2) ~= c2 then
          local twin = case(row.ratio_c1_c2 .. " in 16s", up(c1), up(c2), 56)
          twin.twin = row.ratio_c1_c2
          twins[#twins + 1] = twin
        end
        largest = math.max(largest, up(c1) * up(c2))
      end
    end
    local c = up(math.ceil(math.sqrt(largest)))
    local size = case("1:1, c = " .. c, c, c, 56)
    size.twin = "1:1"
    twins[#twins + 1] = size
    for _, twin in ipairs(twins) do cases[#cases + 1] = twin end
    local set = platform:lower()
    groups[#groups + 1] = { name = set .. "/x" .. scale, set = set, scale = scale, quick = platform == "ARM",
      title = platform .. " channel set, x" .. scale, baseline = "1:1", cases = cases }
  end
end

-- Every width a multiple of 16, multiply-adds exactly equal: what the verdict rests on.
local function aligned(n, map, batch)
  local cases = {}
  for _, k in ipairs{1, 2, 3, 4} do
    cases[k] = case("1:" .. k * k, n // k, n * k, map, batch)
  end
  return cases
end

for _, n in ipairs{192, 384} do
  groups[#groups + 1] = { name = "aligned/n" .. n, set = "aligned", quick = n == 192,
    title = "aligned widths, n = " .. n, baseline = "1:1", cases = aligned(n, 56) }
end

-- The same over working sets, from within L2 to memory: G1's reason is memory access. They grow by the map, and by the batch:
-- 16 images of 56x56 have the working set of one of 224x224.
local function memory(map, batch)
  local size = map .. "x" .. map
  groups[#groups + 1] = { name = "memory/" .. (batch and batch .. "x" or "") .. size, set = "memory",
    title = "aligned widths, n = 192, " .. (batch and batch .. " images of " or "") .. size,
    baseline = "1:1", cases = aligned(192, map, batch) }
end

memory(7)
memory(28)
memory(112)
memory(56, 16)
memory(224)

suite {
  name = "g1",
  title = "G1: equal channel width minimises memory access cost",
  claim = "Equal numbers of input and output channels take the least time per multiply-add.",
  source = "arXiv 1807.11164, Table 1",
  kind = "slope",
  axis = "ln(c2/c1)",
  note = "Multiply-adds of the paper's sets are equal to within 5.1 % (GPU) and 5.5 % (ARM), those of the aligned sets exactly.",
  groups = groups,
}
