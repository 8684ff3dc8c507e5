local rows = paper "table8_networks"
suite { name = "ranking", title = "T", kind = "ranking", groups = { { name = "g", level = 40, cases = {
  { rows[1].model, network = "shufflenet_v2:0.5x", mflops = rows[1].complexity_mflops, top1_error = 39.7, mmap = 20,
    shares = { gtx1080ti = { conv = 50, elementwise = 20 } } },
  { "V1", network = "shufflenet_v1:0.5x_g3@64" },
} } } }
