-- What a guideline's source prints (results/paper/guidelines.csv), as the note below its table.
return function(guideline)
  local places, by_name = {}, {}
  for _, row in ipairs(paper "guidelines") do
    if row.guideline == guideline then
      local name = row.where .. (row.standing ~= "printed" and ", " .. row.standing or "")
      if not by_name[name] then
        by_name[name] = { unit = row.unit }
        places[#places + 1] = name
      end
      table.insert(by_name[name], row.case .. " " .. row.value)
    end
  end
  for i, name in ipairs(places) do
    places[i] = name .. ": " .. table.concat(by_name[name], ", ") .. " " .. by_name[name].unit
  end
  return "The source prints: " .. table.concat(places, "; ") .. "."
end
