local function unit(x, c, stride)
  return x:conv{c / 4, act = "relu"}:dwconv{3, stride = stride, act = "relu6"}:conv{c, bias = true}
end
network {
  name = "net", source = "a test", title = "Net", default = "b", inputs = { 32, { 64, 48 } },
  variants = { { "a", 16, inferred = "all" }, { "b", 32, reconstruction = "by hand" } },
  unpublished = { c = "no one knows" },
  build = function(image, v)
    block "stem"
    local x = image:conv{v[2], 3, stride = 2, act = "hard_swish"}
    for i = 1, 3 do
      block("stage%d", i)
      local y = unit(x, x.c, 1)
      x = i == 1 and y:relu() or add(x, y, { act = "relu" })
    end
    return x:global_pool():fc{10}
  end,
}
return { unit = unit }
