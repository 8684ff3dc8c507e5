-- FasterNet: Chen et al., CVPR 2023, arXiv 2303.03667, appendix, Table 7: a 3x3 convolution of a quarter of the channels, then
-- two pointwise ones. T0 and T1 have GELU.

local function block_of(x)
  local worked, kept = x:split(x.c / 4, x.c * 3 / 4)
  local y = concat(worked:conv{worked.c, 3, norm = false}, kept)
  return x + y:conv{2 * x.c, act = "gelu"}:conv{x.c, norm = false}
end

network {
  name = "fasternet",
  title = "FasterNet",
  source = "arXiv 2303.03667, Table 7",
  variants = { { "t0", 40 }, { "t1", 64 } },
  build = function(image, v)
    block "stem"
    local x = image:conv{v[2], 4, stride = 4, pad = "valid"}
    for stage, units in ipairs{ 1, 2, 8, 2 } do
      if stage > 1 then
        block("stage%d.merge", stage)
        x = x:conv{2 * x.c, 2, stride = 2, pad = "valid"}
      end
      for i = 1, units do
        block("stage%d.%d", stage, i)
        x = block_of(x)
      end
    end
    block "head"
    return x:global_pool():conv{1280, norm = false, act = "gelu"}:fc{1000}
  end,
}
