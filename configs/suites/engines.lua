-- What an engine costs, and what a structure costs an engine: all that are found, on the paper's networks with and without
-- fusion, and on the guidelines' aligned sets and the widths (their quick selections). The run ends with one table: times
-- relative to the fastest engine's, ShuffleNet's tax, what fusion and threads gain, and a sentence an engine.
local others = {
  "mobilenet_v2:1.0", "shufflenet_v1:1x_g3", "mobilenet_v1:0.5", "mobilenet_v2:0.5", "mobilenet_v2:1.4", "shufflenet_v1:2x_g3",
  "shufflenet_v2:0.5x", "shufflenet_v2:1.5x", "shufflenet_v2:2.0x", "mobilenet_v3:large", "xception_light:1x", "resnet50",
}

-- ShuffleNet's tax is a ratio of these two: in the same rounds.
local groups = {
  { name = "tax", title = "ShuffleNet V2 beside MobileNet V1", baseline = "mobilenet_v1:1.0", quick = true, cases = {
    { "mobilenet_v1:1.0", network = "mobilenet_v1:1.0" }, { "shufflenet_v2:1.0x", network = "shufflenet_v2:1.0x" },
  } },
}
for i, name in ipairs(others) do
  groups[#groups + 1] = { name = name, title = name, baseline = name, quick = i <= 2, cases = { { name, network = name } } }
end

suite {
  name = "engines",
  title = "Engines side by side on whole networks",
  source = "docs/engines.md",
  kind = "plain",
  engines = "found",
  fusions = { "full", "none" },
  also = { "g1", "g2", "g3", "g4", "widths" },
  note = "--isa caps native and oneDNN; XNNPACK takes the best instruction set there is.",
  groups = groups,
}
