# Whether a legend over all panels names series s: no earlier one is of its family, by name or by the style in another panel
# ("DenseNet" of the paper is "DenseNet, light" here).
panel(s) = sum [p=1:panels] (first[p] <= s)
fresh(s) = (sum [k=1:s-1] (name[k] eq name[s] || (k < first[panel(s)] && look[k] == look[s]))) == 0

names = sum [s=1:series] fresh(s)
