-- What networks people choose between today, beside those that the paper compared: is accuracy per millisecond better than in
-- 2018, or accuracy per FLOP? Structures: configs/networks; errors as published: results/paper/networks_today.csv.

local QUICK = {
  ["mobilenet_v1:1.0"] = true, ["mobilenet_v2:1.0"] = true, ["shufflenet_v2:1.0x"] = true, ["shufflenet_v2:2.0x"] = true,
  ["squeezenet:1.1"] = true, ["mobilenet_v3:large"] = true, ["mnasnet:b1"] = true, ["efficientnet:b0"] = true,
  ["ghostnet:1.0x"] = true, ["regnet_y:400mf"] = true, ["pp_lcnet:1.0x"] = true, ["mobileone:s0"] = true,
  ["fasternet:t0"] = true, ["starnet:s1"] = true, ["mobilenet_v4:conv_s"] = true, ["resnet:18"] = true,
}

-- To the digits that are printed; nil where no source prints it.
local function error_of(row)
  return row.top1_error_pct or row.top1_pct and math.floor((100 - row.top1_pct) * 1000 + 0.5) / 1000
end

local groups = {
  { name = "to_250M", title = "below 250 M multiply-adds", cases = {} },
  { name = "to_600M", title = "250 to 600 M", cases = {} },
  { name = "large", title = "above 600 M", cases = {} },
}
local quick = {}
for _, row in ipairs(paper "networks_today") do
  local case = { row.model, network = row.network, step = row.year, mflops = row.complexity_mflops, top1_error = error_of(row) }
  local cases = groups[row.block].cases
  cases[#cases + 1] = case
  if QUICK[row.network] then quick[#quick + 1] = case end
end
groups[#groups + 1] = { name = "quick", title = "one or two of each kind", quick = true, full = false, cases = quick }

suite {
  name = "networks_today",
  title = "Networks today: is accuracy per millisecond better than in 2018, or accuracy per FLOP?",
  source = "results/paper/networks_today.csv, each row with its source",
  kind = "ranking",
  axis = "year",
  note = "Errors are those that the networks' authors (or the source named) print; recipes of training differ, and have become "
    .. "better since 2018 by themselves.",
  groups = groups,
}
