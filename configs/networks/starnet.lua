-- StarNet: Ma et al., CVPR 2024, arXiv 2403.19967, Table 4 and Fig. 4: two pointwise convolutions are multiplied. Convolutions
-- have a bias besides their normalisation, as in the authors' code.

local function block_of(x)
  local y = x:dwconv{7, bias = true}
  local function wide(act) return y:conv{4 * x.c, bias = true, norm = false, act = act} end
  y = wide("relu6") * wide()
  return x + y:conv{x.c, bias = true}:dwconv{7, bias = true, norm = false}
end

network {
  name = "starnet",
  title = "StarNet",
  source = "arXiv 2403.19967, Table 4; bias and normalisation as in the authors' code",
  variants = { { "s1", 24, { 2, 2, 8, 3 } } },
  build = function(image, v)
    block "stem"
    local x = image:conv{32, 3, stride = 2, bias = true, act = "relu6"}
    for stage, units in ipairs(v[3]) do
      block("stage%d.down", stage)
      x = x:conv{v[2] << (stage - 1), 3, stride = 2, bias = true}
      for i = 1, units do
        block("stage%d.%d", stage, i)
        x = block_of(x)
      end
    end
    block "head"
    return x:affine():global_pool():fc{1000}
  end,
}
