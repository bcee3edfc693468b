-- For wrk: sends the requests of a file (requests.ts), round after round, each time with new event ids.
-- Arguments: the file, the number of the first round, ms to wait before each request on average (0: none).

local requests, last, at, round, pause = {}, 0, 0, 0, 0
local id, address = "", ""

-- A request as a list of strings with the places where the round's marks go.
local function split(text)
  local parts, ids, addresses, from = {}, {}, {}, 1
  while true do
    local first, stop = text:find("[@#]+", from)
    while first and text:sub(first, stop) ~= "@@@@@@@@" and text:sub(first, stop) ~= "###" do
      first, stop = text:find("[@#]+", stop + 1)
    end
    if not first then break end
    parts[#parts + 1] = text:sub(from, first - 1)
    parts[#parts + 1] = ""
    local places = stop - first == 7 and ids or addresses
    places[#places + 1] = #parts
    from = stop + 1
  end
  parts[#parts + 1] = text:sub(from)
  return { parts = parts, ids = ids, addresses = addresses }
end

local function begin(number)
  round = number
  -- Ids of version 7 begin with the time in ms; these are of the years 2026 and after.
  id = string.format("%08x", 0x019b0000 + number)
  address = tostring(11 + number % 100)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for text in file:read("*a"):gmatch("[^%z]+") do requests[#requests + 1] = split(text) end
  file:close()
  last = #requests
  pause = tonumber(args[3])
  begin(tonumber(args[2]))
  -- Without it wrk does not ask at all, and sends at once.
  if pause == 0 then delay = nil end
end

-- By chance, from half to one and a half times as long: or else all connections would send at the same moments.
function delay()
  return math.floor(pause / 2 + math.random(pause))
end

function request()
  at = at + 1
  if at > last then
    at = 1
    begin(round + 1)
  end
  local one = requests[at]
  local parts, ids, addresses = one.parts, one.ids, one.addresses
  for i = 1, #ids do parts[ids[i]] = id end
  for i = 1, #addresses do parts[addresses[i]] = address end
  return table.concat(parts)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"us":%d,"p50":%d,"p99":%d,"max":%d,"status":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
