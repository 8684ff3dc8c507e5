-- GoogLeNet: Szegedy et al., CVPR 2015, arXiv 1409.4842, Table 1, without the classifiers that help to train it.

-- Channels: 1x1; 3x3 with what is before it; 5x5 with what is before it; after the pooling. "pool" halves the map.
local modules = {
  { "3a", 64, 96, 128, 16, 32, 32 }, { "3b", 128, 128, 192, 32, 96, 64 }, "pool",
  { "4a", 192, 96, 208, 16, 48, 64 }, { "4b", 160, 112, 224, 24, 64, 64 }, { "4c", 128, 128, 256, 24, 64, 64 },
  { "4d", 112, 144, 288, 32, 64, 64 }, { "4e", 256, 160, 320, 32, 128, 128 }, "pool",
  { "5a", 256, 160, 320, 32, 128, 128 }, { "5b", 384, 192, 384, 48, 128, 128 },
}

local function conv(x, c, kernel, stride) return x:conv{c, kernel or 1, stride = stride or 1, bias = true, act = "relu"} end

-- The last window may reach over the edge.
local function pool(x) return x:max_pool{3, stride = 2, pad = "ceil"} end

local function inception(x, c1, before3, c3, before5, c5, after)
  return concat(conv(x, c1), conv(conv(x, before3), c3, 3), conv(conv(x, before5), c5, 5), conv(x:max_pool{3}, after))
end

network {
  name = "googlenet",
  title = "GoogLeNet",
  source = "arXiv 1409.4842, Table 1; normalisation as in Caffe's bvlc_googlenet",
  norm = false,
  build = function(image)
    block "stem"
    local x = pool(conv(image, 64, 7, 2)):lrn{5}
    x = pool(conv(conv(x, 64), 192, 3):lrn{5})
    for _, row in ipairs(modules) do
      if row == "pool" then
        x = pool(x)
      else
        block("inception%s", row[1])
        x = inception(x, table.unpack(row, 2))
      end
    end
    block "head"
    return x:global_pool():fc{1000}
  end,
}
