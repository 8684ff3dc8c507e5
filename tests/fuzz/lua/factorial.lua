local labels = { { "both", true, true }, { "relu", true, false }, { "add", false, true }, { "neither", false, false } }
suite {
  name = "factorial", title = "T", kind = "factorial", factors = { "ReLU", "short-cut" }, readings = { { "wide", 4 }, { "thin", 1 } },
  groups = function(reading)
    local cases = {}
    for k, l in ipairs(labels) do
      cases[k] = { l[1], factors = { l[2], l[3] }, map = 8, channels = 4 * reading[2], norm = true, build = function(x)
        local y = x:conv{x.c, act = l[2] and "relu" or nil}
        return l[3] and add(x, y) or y
      end }
    end
    local n = madds{ map = 8, channels = 4, build = function(x) return x:conv{8} end }
    return { { name = "g" .. n, cases = cases, baseline = "neither" } }
  end,
}
