-- G1, equal channel width minimises memory access cost: arXiv 1807.11164, section 2 and Table 1.
-- Ten blocks at 56x56, each 1x1 convolutions c1 -> c2 -> c1, at (nearly) fixed multiply-adds. Nothing is drawn or said
-- between the convolutions: no normalisation, no ReLU here.

local device = { GPU = "gtx1080ti", ARM = "snapdragon810" }

local function stack(c1, c2)
  return function(x)
    for i = 1, 10 do
      block("block%d", i)
      x = x:conv{c2}:conv{c1}
    end
    return x
  end
end

local function case(ratio, c1, c2, paper)
  return { ratio, step = math.log(c2 / c1), widths = "c1=" .. c1 .. " c2=" .. c2,
    map = 56, channels = c1, build = stack(c1, c2), paper = paper }
end

local groups = {}

-- The paper's channel sets: c1 and c2 at x1, both multiplied at x2 and x4.
for _, platform in ipairs{"ARM", "GPU"} do
  for _, scale in ipairs{1, 2, 4} do
    local cases = {}
    for _, row in ipairs(paper "table1_g1") do
      if row.platform == platform and row.scale == scale then
        cases[#cases + 1] = case(row.ratio_c1_c2, row.c1_at_x1 * scale, row.c2_at_x1 * scale,
          { [device[platform]] = row.value })
      end
    end
    local set = platform:lower()
    groups[#groups + 1] = { name = set .. "/x" .. scale, set = set, scale = scale, quick = platform == "ARM",
      title = platform .. " channel set, x" .. scale, baseline = "1:1", cases = cases }
  end
end

-- The paper's multiply-adds drift by up to 5.5 %. These are exactly equal; at n = 192 every width is a multiple of 16.
for _, n in ipairs{96, 192} do
  local cases = {}
  for _, k in ipairs{1, 2, 3, 4} do
    cases[k] = case("1:" .. k * k, n // k, n * k)
  end
  groups[#groups + 1] = { name = "matched/n" .. n, set = "matched", quick = n == 96,
    title = "matched multiply-adds, n = " .. n, baseline = "1:1", cases = cases }
end

suite {
  name = "g1",
  title = "G1: equal channel width minimises memory access cost",
  source = "arXiv 1807.11164, Table 1",
  kind = "slope",
  axis = "ln(c2/c1)",
  note = "Multiply-adds of the paper's sets are equal to within 5.1 % (GPU) and 5.5 % (ARM), those of the matched sets exactly.",
  groups = groups,
}
