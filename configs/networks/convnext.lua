-- ConvNeXt: Liu et al., CVPR 2022, arXiv 2201.03545, section 2; atto is timm's. LayerNorm over the channels, GELU.

-- The scale of each channel ("layer scale") behind the second pointwise convolution and its bias are a normalisation's two
-- parameters: it folds into the weights.
local function block_of(x)
  return x + x:dwconv{7, bias = true}:layer_norm():conv{4 * x.c, bias = true, act = "gelu"}:conv{x.c, norm = true}
end

network {
  name = "convnext",
  title = "ConvNeXt",
  source = "arXiv 2201.03545, section 2; atto: timm's convnext.py",
  norm = false,
  variants = {
    { "atto", 40, { 2, 2, 6, 2 } },
    { "tiny", 96, { 3, 3, 9, 3 } },
  },
  build = function(image, v)
    block "stem"
    local x = image:conv{v[2], 4, stride = 4, pad = "valid", bias = true}:layer_norm()
    for stage, units in ipairs(v[3]) do
      if stage > 1 then
        block("stage%d.down", stage)
        x = x:layer_norm():conv{2 * x.c, 2, stride = 2, pad = "valid", bias = true}
      end
      for i = 1, units do
        block("stage%d.%d", stage, i)
        x = block_of(x)
      end
    end
    block "head"
    return x:global_pool():layer_norm():fc{1000}
  end,
}
