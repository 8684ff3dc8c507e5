-- CondenseNet-74: Huang, Liu, van der Maaten, Weinberger, CVPR 2018, arXiv 1711.09224, in the converted form that runs
-- at inference: the learned group convolution is an index (a gather of channels) and a plain group convolution.

-- Layers and growth of the five blocks, at 112, 56, 28, 14 and 7 px.
local blocks = { { 4, 8 }, { 6, 16 }, { 8, 32 }, { 10, 64 }, { 8, 128 } }

-- The learned index is not published; this one is as irregular: for each of the groups a seeded draw of its channels,
-- without repetition inside a group. The speed of a gather depends on that, nothing else does.
local function draw(c, groups, kept)
  local list, state = {}, c
  for _ = 1, groups do
    local channels = {}
    for i = 1, c do channels[i] = i end
    for i = 1, kept // groups do
      state = (state * 1103515245 + 12345) % 2147483648
      local k = i + state // 65536 % (c - i + 1)
      channels[i], channels[k] = channels[k], channels[i]
      list[#list + 1] = channels[i]
    end
  end
  return list
end

local function layer(x, growth, g)
  local y = x:permute(draw(x.c, g, x.c)):affine{act = "relu"}:conv{4 * growth, groups = g}:shuffle(g)
  y = y:affine{act = "relu"}:conv{growth, 3, groups = g}
  return concat(x, y)
end

network {
  name = "condensenet",
  title = "CondenseNet-74",
  source = "arXiv 1711.09224; converted form of the authors' code",
  norm = false, -- normalisation stands before the convolutions, by itself
  default = "g8",
  variants = { { "g4", g = 4 }, { "g8", g = 8 } },
  build = function(image, v)
    block "stem"
    local x = image:conv{16, 3, stride = 2}
    for b, row in ipairs(blocks) do
      for i = 1, row[1] do
        block("block%d.%d", b, i)
        x = layer(x, row[2], v.g)
      end
      if b < #blocks then
        block("pool%d", b)
        x = x:avg_pool{2, stride = 2}
      end
    end
    block "head"
    x = x:affine{act = "relu"}:global_pool()
    return x:permute(draw(x.c, 1, x.c // 2)):fc{1000}
  end,
}

return { layer = layer }
