-- G9, dense early and depthwise late: EfficientNetV2, arXiv 2104.00298, Table 3, and RepVGG, arXiv 2101.03697, section 2.4.
-- Inverted residual units (1x1 to 4c, 3x3 depthwise, 1x1) beside fused ones (3x3 dense, 1x1) of the same multiply-adds. At large
-- maps the fused unit is the baseline, at small ones the other: so each step is what the claim calls slow.
local printed = import "printed"

local function depthwise(x)
  return add(x:conv{4 * x.c, act = "relu"}:dwconv{3, act = "relu"}:conv{x.c}, x)
end

-- A dense unit's inner width: 10 c m multiply-adds a pixel are those of 8 c^2 + 36 c to within 0.5 %.
local inner = { [96] = 80, [176] = 144, [256] = 208 }
local function fused(x)
  return add(x:conv{inner[x.c], 3, act = "relu"}:conv{x.c}, x)
end

local function stack(unit, units)
  return function(x)
    for i = 1, units do
      block("unit%d", i)
      x = unit(x)
    end
    return x
  end
end

local function units_at(map)
  return map > 56 and 1 or map > 28 and 2 or map > 14 and 4 or 8
end

local function group(map, c, set, early, quick)
  local cases = {}
  for i, unit in ipairs{ fused, depthwise } do
    cases[i] = { i == 1 and "fused" or "depthwise", map = map, channels = c, widths = "c=" .. c,
      step = (i == 1) == early and 0 or 1, build = stack(unit, units_at(map)) }
  end
  return { name = ("%s/%dx%d"):format(set, map, map) .. (set == "beside" and "-c" .. c or ""), set = set, quick = quick,
    cases = cases, title = ("%sc = %d, %dx%d"):format(set == "aligned" and "aligned widths, " or "", c, map, map),
    baseline = early and "fused" or "depthwise" }
end

suite {
  name = "g9",
  title = "G9: dense units at large maps, depthwise ones at small maps",
  claim = "At equal multiply-adds dense units take less time early, at large maps, depthwise ones late, at small maps.",
  source = "EfficientNetV2, arXiv 2104.00298, Table 3 (second-hand); RepVGG, arXiv 2101.03697, section 2.4",
  kind = "slope",
  axis = "0, 1: what the claim calls slow",
  note = "Multiply-adds are equal to within 0.5 %. Engine native runs the dense 3x3 layers by Winograd's algorithm where that is faster, and with "
    .. "winograd=0 directly. " .. printed "g9" .. " Stages 1-3 stand at maps of 112 to 28, 4 and 5 at 14, 6 and 7 at 7. Layers of 3x3 and of 1x1 by "
    .. "themselves are in suite g10.",
  engines = { "native", "native:winograd=0" },
  groups = {
    group(112, 96, "aligned", true), group(56, 96, "aligned", true, true),
    group(14, 256, "aligned", false, true), group(7, 256, "aligned", false, true),
    -- Between both, and the same width throughout: where the sign changes.
    group(28, 96, "beside", true), group(28, 176, "beside", true), group(14, 96, "beside", true), group(7, 96, "beside", true),
  },
}
