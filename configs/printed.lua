-- What a guideline's source prints (results/paper/guidelines.csv), as the note below its table. Of speeds at unequal work
-- also their density: FLOPs a second, relative to the first.
return function(guideline)
  local places, by_name = {}, {}
  for _, row in ipairs(paper "guidelines") do
    if row.guideline == guideline then
      local name = row.where .. (row.standing ~= "printed" and ", " .. row.standing or "")
      local at = by_name[name]
      if not at then
        at = { unit = row.unit, cases = {}, densities = {} }
        by_name[name] = at
        places[#places + 1] = name
      end
      local work = row.gflops -- billions of FLOPs, as printed
      table.insert(at.cases, row.case .. (work and " (" .. work .. " B FLOPs)" or "") .. " " .. row.value)
      if work then
        local density = row.value * work
        at.first = at.first or { row.case, density }
        table.insert(at.densities, ("%s %.2f"):format(row.case, density / at.first[2]))
      end
    end
  end
  for i, name in ipairs(places) do
    local at = by_name[name]
    places[i] = name .. ": " .. table.concat(at.cases, ", ") .. " " .. at.unit
    if at.first then
      places[i] = places[i] .. (", density (%s x FLOPs) over that of %s "):format(at.unit, at.first[1])
        .. table.concat(at.densities, ", ", 2)
    end
  end
  return "The source prints: " .. table.concat(places, "; ") .. "."
end
