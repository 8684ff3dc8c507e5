-- ShuffleNet V2+: the authors' code (megvii-model/ShuffleNet-Series, ShuffleNetV2+): ShuffleNet V2 with units found by search,
-- h-swish and squeeze-and-excite.

-- The units of stages 2 to 5: the depthwise kernel, or three separable 3x3 convolutions ("xception").
local units = {
  { 3, 3, "xception", 5 },
  { 5, 5, 3, 3 },
  { 7, 3, 7, 5, 5, 3, 7, 3 },
  { 7, 5, "xception", 7 },
}

local function se(x, pooled)
  return x:scale(pooled:fc{x.c / 4, bias = false, norm = true, act = "relu"}:fc{x.c, bias = false, act = "hard_sigmoid"})
end

local function branch(x, unit, mid, c, stride, act)
  if unit ~= "xception" then return x:conv{mid, act = act}:dwconv{unit, stride = stride}:conv{c, act = act} end
  for i = 1, 3 do x = x:dwconv{3, stride = stride}:conv{i < 3 and mid or c, act = act} end
  return x
end

-- Channels are shuffled before a unit that splits them: even ones pass, odd ones are worked on.
local function layer(x, unit, c, stride, act, squeezes)
  local keep, work = x, x
  if stride == 1 then
    keep, work = x:shuffle(x.c / 2):split(2)
  else
    keep = x:dwconv{unit == "xception" and 3 or unit, stride = 2}:conv{x.c, act = act}
  end
  work = branch(work, unit, c / 2, c - keep.c, stride, act)
  return concat(keep, squeezes and se(work, work:global_pool()) or work)
end

network {
  name = "shufflenet_v2_plus",
  title = "ShuffleNet V2+",
  source = "the authors' code, megvii-model/ShuffleNet-Series, ShuffleNetV2+",
  default = "medium",
  variants = {
    { "small", 36, 104, 208, 416 },
    { "medium", 48, 128, 256, 512 },
    { "large", 68, 168, 336, 672 },
  },
  build = function(image, v)
    block "stem"
    local x = image:conv{16, 3, stride = 2, act = "hard_swish"}
    for stage, row in ipairs(units) do
      for i, unit in ipairs(row) do
        block("stage%d.%d", stage + 1, i)
        x = layer(x, unit, v[stage + 1], i == 1 and 2 or 1, stage == 1 and "relu" or "hard_swish", stage > 2)
      end
    end
    block "head"
    x = x:conv{1280, act = "hard_swish"}:global_pool()
    return se(x, x):fc{1280, bias = false, act = "hard_swish"}:fc{1000, bias = false}
  end,
}
