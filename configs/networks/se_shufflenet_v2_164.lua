-- SE-ShuffleNet V2-164: arXiv 1807.11164, Table 6. Two networks carry this label: the one in appendix Table 2, and
-- "ShuffleNetV2.Large" of the authors' released code, which is built of other units.

-- Squeeze-and-excite; reduction ratio 1.
local function se(x)
  return x:scale(x:global_pool():fc{x.c, act = "relu"}:fc{x.c, act = "sigmoid"})
end

local function stem(image)
  block "conv1"
  local x = image:conv{64, 3, stride = 2, act = "relu"}:conv{64, 3, act = "relu"}:conv{128, 3, act = "relu"}
  return x:max_pool{3, stride = 2}
end

-- Appendix Table 2 with units after appendix Fig. 2 (c).
local paper_stages = { { 340, 10 }, { 680, 10 }, { 1360, 23 }, { 2720, 10 } }

local function basic(x, c)
  local keep, work = x:split(2)
  local y = se(work:conv{c / 2, act = "relu"}:dwconv{3}:conv{c / 2})
  return concat(keep, add(y, work, { act = "relu" })):shuffle(2)
end

local function down(x, c, stride)
  local a = x:dwconv{3, stride = stride}:conv{c / 2, act = "relu"}
  local b = x:conv{c / 2, act = "relu"}:dwconv{3, stride = stride}:conv{c / 2, act = "relu"}
  return concat(a, se(b)):shuffle(2)
end

local function build_paper(image)
  local x = stem(image)
  for stage, row in ipairs(paper_stages) do
    for unit = 1, row[2] do
      block("conv%d.%d", stage + 1, unit)
      x = unit > 1 and basic(x, row[1]) or down(x, row[1], stage == 1 and 1 or 2)
    end
  end
  block "head"
  return x:conv{2048, act = "relu"}:global_pool():fc{1000}
end

-- The released code: `o` is the width of each half of a unit's output.
local released_stages = { { 128, 10 }, { 256, 10 }, { 512, 23 }, { 1024, 10 } }

local function released_unit(x, o, stride, is_first)
  local keep, work = x:shuffle(x.c / 2):split(2) -- even and odd channels
  local y = work:conv{o, act = "relu"}:conv{o, 3, stride = stride, groups = 8, act = "relu"}:conv{o}
  y = se(y)
  if is_first then keep = keep:conv{o, 3, stride = stride} else y = y + work end
  local joined = concat(keep, y):relu()
  return stride == 2 and joined:conv{2 * o, act = "relu"} or joined
end

local function build_released(image)
  local x = stem(image)
  for stage, row in ipairs(released_stages) do
    for unit = 1, row[2] do
      block("stage%d.%d", stage + 1, unit)
      x = released_unit(x, row[1], unit == 1 and stage > 1 and 2 or 1, unit == 1)
    end
  end
  block "head"
  return x:conv{1280, 3, act = "relu"}:global_pool():fc{1000}
end

network {
  name = "se_shufflenet_v2_164",
  title = "SE-ShuffleNet V2-164",
  source = "arXiv 1807.11164, Table 6 and appendix Table 2; the authors' code (released)",
  default = "paper",
  variants = {
    { "paper", build = build_paper, reconstruction = "the printed widths read as unit outputs of which half is worked on, "
      .. "halves in the down-sampling units too, SE with ratio 1 in every unit" },
    { "released", build = build_released },
  },
  build = function(image, v) return v.build(image) end,
}
