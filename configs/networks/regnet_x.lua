-- RegNetX: Radosavovic et al., CVPR 2020, arXiv 2003.13678, Fig. 16: ResNeXt's bottlenecks without a narrower middle.
local resnext = import "networks/resnext"

-- The X block, or with `attend` on the map inside another one.
local function frame(image, v, attend)
  block "stem"
  local x = image:conv{32, 3, stride = 2, act = "relu"}
  for stage, row in ipairs(v.stages) do
    local c, units = table.unpack(row)
    for unit = 1, units do
      block("stage%d.%d", stage, unit)
      x = resnext.bottleneck(x, c, c, c / v.group_width, unit == 1 and 2 or 1, attend)
    end
  end
  block "head"
  return x:global_pool():fc{1000}
end

network {
  name = "regnet_x",
  title = "RegNetX",
  source = "arXiv 2003.13678, Fig. 16",
  variants = { -- stages: width, units
    { "400mf", group_width = 16, stages = { { 32, 1 }, { 64, 2 }, { 160, 7 }, { 384, 12 } } },
    { "800mf", group_width = 16, stages = { { 64, 1 }, { 128, 3 }, { 288, 7 }, { 672, 5 } } },
  },
  build = frame,
}

return { frame = frame }
