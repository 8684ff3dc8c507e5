-- Larger inputs: arXiv 1807.11164, appendix Table 1: (a) whole networks, (b) ten stacked units.
local units = import "units"

-- The networks at each level of complexity (at 224x224). Which MobileNet V2 stands for 40M and 140M is not printed; these
-- are the rows of Table 8 that run at 224 px.
local networks = {
  ["ShuffleNet v2"] = { "shufflenet_v2:0.5x", "shufflenet_v2:1.0x", "shufflenet_v2:1.5x", "shufflenet_v2:2.0x" },
  ["ShuffleNet v1"] = { "shufflenet_v1:0.5x_g3", "shufflenet_v1:1x_g3", "shufflenet_v1:1.5x_g3", "shufflenet_v1:2x_g3" },
  ["MobileNet v2"] = { "mobilenet_v2:0.15", "mobilenet_v2:0.6", "mobilenet_v2:1.0", "mobilenet_v2:1.4" },
  ["Xception"] = { "xception_light:0.5x", "xception_light:1x", "xception_light:1.5x", "xception_light:2x" },
}
local models = { "ShuffleNet v2", "ShuffleNet v1", "MobileNet v2", "Xception" }
local levels = { 40, 140, 300, 500 }
local published = paper "appendix_table1"

-- The printed figures of one cell, both devices.
local function figures(part, input, model, level)
  local found = {}
  for _, row in ipairs(published) do
    if row.part == part and row.input == input and row.model == model and row.level_or_channels == level then
      found[row.platform == "GPU" and "gtx1080ti" or "snapdragon810"] = row.value
      if row.platform == "GPU" then found.batch = row.batch end
    end
  end
  return found
end

local groups = {}

for _, input in ipairs{"320x320", "640x480", "1080x720"} do -- width x height
  for i, level in ipairs(levels) do
    local cases = {}
    for k, model in ipairs(models) do
      cases[k] = { model, network = networks[model][i] .. "@" .. input,
        inferred = model == "MobileNet v2" and level < 300, paper = figures("a", input, model, level .. "M") }
    end
    groups[#groups + 1] = { name = input .. "/" .. level .. "M", title = input .. ", " .. level .. "M at 224x224", level = level,
      cases = cases }
  end
end

-- Ten units with c channels; the other families' widths are fitted to the multiply-adds of ShuffleNet V2's.
for _, map in ipairs{56, 28} do
  for i, c in ipairs{64, 128, 256} do
    local cases = {}
    for k, model in ipairs(models) do
      cases[k] = units.case(model, map, c)
      cases[k].paper = figures("b", map .. "x" .. map, model, "c=" .. c)
    end
    groups[#groups + 1] = { name = "units/" .. map .. "x" .. map .. "/c" .. c, scale = 2 ^ (i - 1),
      title = "ten units, " .. map .. "x" .. map .. ", c = " .. c, cases = cases }
  end
end

suite {
  name = "resolutions",
  title = "Larger inputs",
  source = "arXiv 1807.11164, appendix Table 1",
  kind = "plain",
  note = "Ten stacked units: c is ShuffleNet V2's width; the paper says only that the others have equal FLOPs, so their widths are "
    .. "INFERRED. The paper's GPU figures at 320x320, 40M, are batches of 8.",
  groups = groups,
}
