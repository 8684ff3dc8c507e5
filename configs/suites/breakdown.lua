-- Where the time goes: arXiv 1807.11164, Figure 2.
local names = { Data = "data", Conv = "conv", Shuffle = "shuffle", Elemwise = "elementwise", Other = "other" }

local function shares(network)
  local found = { gtx1080ti = {}, snapdragon810 = {} }
  for _, row in ipairs(paper "figure2_breakdown") do
    if row.network == network then
      found[row.platform == "GPU" and "gtx1080ti" or "snapdragon810"][names[row.category]] = row.percent
    end
  end
  return found
end

suite {
  name = "breakdown",
  title = "Where the time goes",
  source = "arXiv 1807.11164, Figure 2",
  kind = "breakdown",
  note = "The paper does not say whether it books depthwise convolutions under conv or element-wise; here they stand apart.",
  groups = {
    { name = "figure2", title = "Figure 2", cases = {
      { "ShuffleNet v1 1x g=3", network = "shufflenet_v1:1x_g3", shares = shares "ShuffleNet v1 1x g=3" },
      { "MobileNet v2 1x", network = "mobilenet_v2:1.0", shares = shares "MobileNet v2 1x" },
    } },
  },
}
