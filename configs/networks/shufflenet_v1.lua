-- ShuffleNet V1: Zhang, Zhou, Lin, Sun, CVPR 2018, arXiv 1707.01083. Table 1 and Fig. 2 (b), (c).

local function shuffle(x, g) return g > 1 and x:shuffle(g) or x end

-- Fig. 2 (b): the bottleneck is a quarter of the unit's output.
local function basic(x, c, g)
  local y = shuffle(x:conv{c / 4, groups = g, act = "relu"}, g):dwconv{3}:conv{c, groups = g}
  return add(y, x, { act = "relu" })
end

-- Fig. 2 (c): the short-cut is pooled and joined by concat. Its input is never negative, so the ReLU after the concat
-- is needed on the other branch only (the authors' code does the same).
local function down(x, c, g, first_groups)
  local y = shuffle(x:conv{c / 4, groups = first_groups or g, act = "relu"}, g)
  y = y:dwconv{3, stride = 2}:conv{c - x.c, groups = g, act = "relu"}
  return concat(x:avg_pool{3, stride = 2, count_padding = true}, y)
end

-- As in ncnn's benchmark: the bottleneck is a quarter of what the branch gives, the first unit does not shuffle.
local function ncnn_down(x, c, g, first_groups)
  local y = x:conv{(c - x.c) // 4, groups = first_groups or g, act = "relu"}
  y = shuffle(y, first_groups or g):dwconv{3, stride = 2}:conv{c - x.c, groups = g}
  return concat(x:avg_pool{3, stride = 2}, y):relu()
end

-- Table 1, output channels of Stage2 for g groups; they double with each stage. Scale s multiplies them.
local stage2 = { [1] = 144, [2] = 200, [3] = 240, [4] = 272, [8] = 384 }
-- Conv1 is not scaled in proportion: these widths are the authors' code's.
local conv1 = {
  ["0.25x"] = { [1] = 12, [3] = 12 },
  ["0.5x"] = { [3] = 12, [8] = 16 },
  ["1x"] = { 24, 24, 24, 24, [8] = 24 },
  ["1.5x"] = { [3] = 24, [8] = 24 },
  ["2x"] = { [3] = 48, [8] = 48 },
}
local scales = { { "0.25x", 0.25 }, { "0.5x", 0.5 }, { "1x", 1 }, { "1.5x", 1.5 }, { "2x", 2 } }

local variants, unpublished = {}, {}
for _, scale in ipairs(scales) do
  for _, g in ipairs{1, 2, 3, 4, 8} do
    local name, stem = scale[1] .. "_g" .. g, conv1[scale[1]][g]
    if stem then
      variants[#variants + 1] = { name, g = g, scale = scale[2], conv1 = stem,
        inferred = scale[1] == "0.25x" and "INFERRED: Conv1 has 12 channels (6 gives 11.01 M, 24 gives 17.88 M at g=3)" or nil }
    else
      unpublished[name] = "at " .. scale[1] .. " only g = " .. (scale[1] == "0.25x" and "1 and 3" or "3 and 8")
        .. " can be built from what the paper and the authors' code give"
    end
  end
end

variants[#variants + 1] = { "ncnn", g = 3, scale = 1, conv1 = 24, down = ncnn_down, bias = true }

network {
  name = "shufflenet_v1",
  title = "ShuffleNet V1",
  source = "arXiv 1707.01083, Table 1 and Fig. 2; Conv1 and FC (no bias) as in the authors' code",
  default = "1x_g3",
  variants = variants,
  unpublished = unpublished,
  build = function(image, v)
    block "stem"
    local x = image:conv{v.conv1, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
    local c = stage2[v.g] * v.scale
    for stage, units in ipairs{4, 8, 4} do
      for unit = 1, units do
        block("stage%d.%d", stage + 1, unit)
        if unit > 1 then x = basic(x, c, v.g)
        else x = (v.down or down)(x, c, v.g, stage == 1 and 1 or v.g) end -- the very first pointwise one is not grouped
      end
      c = 2 * c
    end
    block "head"
    return x:global_pool():fc{1000, bias = v.bias or false}
  end,
}

return { basic = basic, down = down }
