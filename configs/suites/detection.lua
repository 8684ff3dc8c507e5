-- Backbones for detection: arXiv 1807.11164, Table 7: 800x1200 input, batch 4 on the GPU. Only the backbones are timed here,
-- without Light-Head R-CNN's head.
local refs = {
  ["Xception"] = { "xception_light:0.5x", "xception_light:1x", "xception_light:1.5x", "xception_light:2x" },
  ["ShuffleNet v1"] = { "shufflenet_v1:0.5x_g3", "shufflenet_v1:1x_g3", "shufflenet_v1:1.5x_g3", "shufflenet_v1:2x_g3" },
  ["MobileNet v2"] = { "mobilenet_v2:0.15", "mobilenet_v2:0.6", "mobilenet_v2:1.0", "mobilenet_v2:1.4" },
  ["ShuffleNet v2 (ours)"] = { "shufflenet_v2:0.5x", "shufflenet_v2:1.0x", "shufflenet_v2:1.5x", "shufflenet_v2:2.0x" },
  ["ShuffleNet v2* (ours)"] = { "shufflenet_v2_star:0.5x", "shufflenet_v2_star:1.0x", "shufflenet_v2_star:1.5x", "shufflenet_v2_star:2.0x" },
}
local models = { "ShuffleNet v2 (ours)", "ShuffleNet v2* (ours)", "ShuffleNet v1", "MobileNet v2", "Xception" }

local function published(model, level, metric)
  for _, row in ipairs(paper "table6_table7") do
    if row.table == 7 and row.model == model and row.flops_or_level == level and row.metric == metric then return row.value end
  end
end

local groups = {}
-- A run of the larger ones takes half a second to a second for a batch of four: they are left to full runs.
for i, level in ipairs{40, 140, 300, 500} do
  local cases = {}
  for k, model in ipairs(models) do
    local speed = published(model, level .. "M", "gpu_speed")
    cases[k] = { model, network = refs[model][i] .. "@1200x800", mmap = published(model, level .. "M", "mmAP"),
      inferred = model == "MobileNet v2" and level < 300,
      paper = { gtx1080ti = speed and speed / 4, batch = 4 } } -- printed in images/s, at batch 4
  end
  groups[i] = { name = level .. "M", title = level .. "M at 224x224", level = level, quick = level < 300, cases = cases }
end

suite {
  name = "detection",
  title = "Backbones for detection",
  source = "arXiv 1807.11164, Table 7",
  kind = "plain",
  batches = { 1, 4 },
  note = "The backbone with its classifier (about 0.1 % of the work), without the detection head that the paper's GPU figure includes. Which MobileNet V2 stands for "
    .. "40M and 140M is not printed. The input is 1200 pixels wide and 800 high.",
  groups = groups,
}
