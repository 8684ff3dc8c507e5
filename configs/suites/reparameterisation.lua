-- What re-parameterisation is worth: networks as deployed, and with the branches that they are trained with (MobileOne,
-- arXiv 2206.04040; RepVGG, arXiv 2101.03697).

local groups = {}
for i, name in ipairs{"mobileone:s0", "mobileone:s1", "mobileone:s2", "repvgg:a0", "repvgg:b0"} do
  groups[i] = { name = name, title = name, baseline = "deployed", quick = i % 3 == 1, cases = {
    { "deployed", network = name },
    { "as trained", network = name .. "_train" },
  } }
end

suite {
  name = "reparameterisation",
  title = "What re-parameterisation is worth",
  source = "arXiv 2206.04040, arXiv 2101.03697",
  kind = "plain",
  note = "As trained: the same function with its branches, each with a normalisation, which engines fold into the convolutions; "
    .. "that of a branch without convolution stays.",
  groups = groups,
}
