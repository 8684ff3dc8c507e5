-- ShuffleNet V2: Ma, Zhang, Zheng, Sun, ECCV 2018, arXiv 1807.11164. Table 5 and Fig. 3 (c), (d).
-- The authors' form: the left branch of a down-sampling unit keeps the width of its input, and the FC has no bias. That
-- gives the published 41 / 146 / 299 / 591 M; shufflenet_v2_torchvision halves both branches instead.

-- Fig. 3 (c): half of the channels pass unchanged, the other half is worked on.
local function basic(x, c)
  local keep, work = x:split(2)
  work = work:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2, act = "relu"}
  return concat(keep, work):shuffle(2)
end

-- Fig. 3 (d): no split; both branches read all channels. `left` is the left branch's width.
local function down(x, c, left)
  left = left or x.c
  local a = x:dwconv{3, stride = 2}:conv{left, act = "relu"}
  local b = x:conv{c / 2, act = "relu"}:dwconv{3, stride = 2}:conv{c - left, act = "relu"}
  return concat(a, b):shuffle(2)
end

-- Table 5 around its units; other files put their own units in.
local function frame(image, v, down, basic)
  block "stem"
  local x = image:conv{24, 3, stride = 2, act = "relu"}:max_pool{3, stride = 2}
  for stage, units in ipairs{4, 8, 4} do
    for unit = 1, units do
      block("stage%d.%d", stage + 1, unit)
      x = (unit == 1 and down or basic)(x, v[stage + 1])
    end
  end
  block "head"
  return x:conv{v.head, act = "relu"}:global_pool()
end

-- Output channels of Stage2, Stage3, Stage4 and of Conv5.
local variants = {
  { "0.5x", 48,  96, 192, head = 1024 },
  { "1.0x", 116, 232, 464, head = 1024 },
  { "1.5x", 176, 352, 704, head = 1024 },
  { "2.0x", 244, 488, 976, head = 2048 },
}

network {
  name = "shufflenet_v2",
  title = "ShuffleNet V2",
  source = "arXiv 1807.11164, Table 5 and Fig. 3; widths of the branches as in the authors' code",
  default = "1.0x",
  variants = variants,
  build = function(image, v) return frame(image, v, down, basic):fc{1000, bias = false} end,
}

return { basic = basic, down = down, frame = frame, variants = variants }
