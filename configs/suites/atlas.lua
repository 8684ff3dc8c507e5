-- The classifiers of ncnn's benchmark page, as it defines them: where a device stands among those that are published there.
local cases = {}
for _, row in ipairs(paper "ncnn_networks") do
  if row.classifier == "yes" then cases[#cases + 1] = { row.title, network = row.here } end
end

suite {
  name = "atlas",
  title = "The networks of ncnn's benchmark page",
  source = "ncnn's benchmark/README.md and models, in results/published/ncnn",
  kind = "ranking",
  note = "With engine ncnn these are the page's measurements; they are without the softmax at the networks' ends.",
  groups = { { name = "classifiers", title = "classifiers", quick = true, cases = cases } },
}
