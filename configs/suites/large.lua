-- Large networks: arXiv 1807.11164, Table 6 and appendix Table 2. The paper prints their errors, not their speed.
suite {
  name = "large",
  title = "Large networks",
  source = "arXiv 1807.11164, Table 6 and appendix Table 2",
  kind = "ranking",
  note = "No speed of these networks is published. ShuffleNet V1-50 and the table's form of SE-ShuffleNet V2-164 are "
    .. "reconstructions; \"released\" is the network of the authors' code under the same label.",
  groups = {
    { name = "2.3G", title = "ResNet-50 and the networks of its depth", baseline = "ResNet-50", cases = {
      { "ShuffleNet v2-50", network = "shufflenet_v2_50", mflops = 2300, top1_error = 22.8 },
      { "ShuffleNet v1-50 (g=3)", network = "shufflenet_v1_50", mflops = 2300, top1_error = 25.2 },
      { "ResNet-50", network = "resnet50:v1", mflops = 3800, top1_error = 24.0 },
    } },
    { name = "12.7G", title = "164 layers", cases = {
      { "SE-ShuffleNet v2-164", network = "se_shufflenet_v2_164:paper", mflops = 12700, top1_error = 18.56 },
      { "SE-ShuffleNet v2-164, released code", network = "se_shufflenet_v2_164:released", mflops = 12700, top1_error = 18.56 },
    } },
  },
}
