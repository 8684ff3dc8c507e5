-- Whole networks: arXiv 1807.11164, Table 8.

-- What stands for rows that name no network: not published in full, or figures of others for one that has a row.
local stand_ins = {
  ["IGCV2-0.25"] = "igcv2:0.25", ["IGCV2-0.5"] = "igcv2:0.5", ["IGCV2-1.0"] = "igcv2:1.0",
  ["1.0 MobileNet v2"] = "mobilenet_v2:1.0", ["1.4 MobileNet v2"] = "mobilenet_v2:1.4",
}

-- What the paper's authors call their own.
local theirs = { ours = "the authors'", ["our impl."] = "the authors'" }

local table8 = paper "table8_networks"

local function network_of(row)
  return row.network or stand_ins[row.model]
end

local function published(row)
  return { network = network_of(row), mflops = row.complexity_mflops, top1_error = row.top1_error_pct,
    paper = { gtx1080ti = row.gpu_batches_per_sec, batch = 8, snapdragon810 = row.arm_images_per_sec } }
end

-- The paper's five blocks: four levels of complexity, then networks with SE or found by search.
local groups = {}
for i, level in ipairs{40, 140, 300, 500, 500} do
  local cases = {}
  for _, row in ipairs(table8) do
    if row.block == i then
      local case = published(row)
      case[1] = row.model .. (row.note and ", " .. (theirs[row.note] or row.note) or "")
      cases[#cases + 1] = case
    end
  end
  groups[i] = { name = i < 5 and level .. "M" or "other", title = i < 5 and level .. "M" or "with SE, or found by search",
    level = level, cases = cases }
end

-- The quick selection: three families, four widths each, all compared with each other.
local by_ref, quick = {}, {}
for _, row in ipairs(table8) do by_ref[network_of(row)] = published(row) end
for _, ref in ipairs{
  "shufflenet_v2:0.5x", "shufflenet_v2:1.0x", "shufflenet_v2:1.5x", "shufflenet_v2:2.0x",
  "shufflenet_v1:0.5x_g3", "shufflenet_v1:1x_g3", "shufflenet_v1:1.5x_g3", "shufflenet_v1:2x_g3",
  "mobilenet_v2:0.5", "mobilenet_v2:0.75", "mobilenet_v2:1.0", "mobilenet_v2:1.4",
} do
  local case = by_ref[ref] or { network = ref } -- MobileNet V2 0.5 and 0.75 at 224 px are not in Table 8
  case[1] = ref
  quick[#quick + 1] = case
end
groups[#groups + 1] = { name = "quick", title = "three families", quick = true, full = false, cases = quick }

suite {
  name = "networks",
  title = "Whole networks: do FLOPs predict speed?",
  source = "arXiv 1807.11164, Table 8",
  kind = "ranking",
  note = "The paper's GPU column is batches of 8 (--batch 8 measures that); its ARM column is batch 1.",
  groups = groups,
}
