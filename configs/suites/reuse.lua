-- Feature reuse: arXiv 1807.11164, section 3 and Figure 4: how many channels of block i reach block i + j unchanged. Computed
-- from the graph; nothing is timed.
local densenet = import "networks/densenet121"
local v2 = import "networks/shufflenet_v2"

local BLOCKS = 12

-- Fig. 3 (c) with another share kept: `keep` of the c channels pass unchanged.
local function unit(x, keep)
  local kept, work = x:split(keep, x.c - keep)
  work = work:conv{work.c, act = "relu"}:dwconv{3}:conv{work.c, act = "relu"}
  return concat(kept, work):shuffle(2)
end

local function shufflenet(keep)
  return function(x)
    for i = 1, BLOCKS do
      block("block%d", i)
      x = unit(x, keep)
    end
    return x
  end
end

local function dense(growth)
  return function(x)
    for i = 1, BLOCKS do
      block("block%d", i)
      x = densenet.layer(x, growth)
    end
    return x
  end
end

local cases = {}
for _, percent in ipairs{25, 50, 75} do
  local c = 256
  cases[#cases + 1] = { "ShuffleNet v2, r = " .. percent / 100, widths = "c=" .. c, map = 14, channels = c, norm = true,
    build = shufflenet(c * percent // 100) }
end
cases[#cases + 1] = { "DenseNet, growth 32", widths = "k=32", map = 14, channels = 64, norm = true, build = dense(32) }

suite {
  name = "reuse",
  title = "Feature reuse",
  source = "arXiv 1807.11164, Figure 4",
  kind = "reuse",
  note = "The paper's own figure is r^j of the channels, r = the share that a split keeps (printed r = (1-c')/c is a misprint for "
    .. "1 - c'/c).",
  groups = { { name = "figure4", title = "Figure 4", baseline = "ShuffleNet v2, r = 0.5", cases = cases } },
}
