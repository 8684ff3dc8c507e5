network { name = "layers", source = "s", inputs = { 32 }, norm = false, image_channels = 4, build = function(x)
  local a, b = x:split(2)
  local c, d = concat(a, b):shuffle(2):split(1, 3)
  x = concat(c, d):permute{4, 3, 2, 1}:channels(1, 4)
  x = x:max_pool{3, stride = 2}:avg_pool{2, pad = 0, count_padding = true}
  x = x:pad{top = 1, left = -1, bottom = 2, right = 0}
  local s = x:global_pool():conv{4, act = "sigmoid"}
  x = x * s + x:gelu():elu{alpha = 0.5}
  x = mul(x, x:conv{4, {3, 1}, pad = "same", dilation = 2, groups = 2})
  x = x:affine{act = "relu"}:prelu():layer_norm():group_norm{2}:instance_norm{epsilon = 1e-3}
  x = x:lrn{3, alpha = 1e-3}:clip{min = 0, max = 1}:swish():clipped_line{alpha = 0.1}
  return x:dwconv{3, multiplier = 2, pad = {1, 0, 1, 2}}:global_pool():softmax()
end }
