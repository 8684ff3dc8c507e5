-- How far engine native is ahead of what a user could take instead: networks on all engines, interleaved, network by
-- network, with the ratio of times and its interval.
local networks = {
  "mobilenet_v1:1.0", "mobilenet_v2:1.0", "shufflenet_v1:1x_g3", "shufflenet_v2:1.0x", "mobilenet_v1:0.5", "mobilenet_v2:0.5",
  "mobilenet_v2:1.4", "shufflenet_v1:2x_g3", "shufflenet_v2:0.5x", "shufflenet_v2:1.5x", "shufflenet_v2:2.0x",
  "mobilenet_v3:large", "xception_light:1x", "resnet50",
}

local groups = {}
for i, name in ipairs(networks) do
  groups[i] = { name = name, title = name, baseline = name, quick = i <= 4, cases = { { name, network = name } } }
end

suite {
  name = "engines",
  title = "Engines side by side on whole networks",
  source = "docs/kernel-notes.md",
  kind = "plain",
  engines = { "native", "xnnpack", "onednn" },
  note = "--isa caps native and oneDNN; XNNPACK takes the best instruction set there is.",
  groups = groups,
}
