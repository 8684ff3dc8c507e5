-- EfficientNet-Lite: Tan et al., the authors' code (tensorflow/tpu, models/official/efficientnet/lite): EfficientNet's
-- stages with ReLU6, without squeeze-and-excite, with TensorFlow's "same" padding.
local efficientnet = import "networks/efficientnet"

network {
  name = "efficientnet_lite",
  title = "EfficientNet-Lite",
  source = "the authors' code in tensorflow/tpu, efficientnet/lite",
  variants = { { "0" } },
  build = function(image) return efficientnet.frame(image, efficientnet.stages, { act = "relu6", pad = "same" }) end,
}
