-- Asks for each path of a file in turn; prints answers, failures, microseconds, and the p99 in them.
--   wrk … -s paths.lua URL -- FILE

local requests, at = {}, 0

function init(arguments)
  for path in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format("%d %d %d %d", summary.requests, failures, summary.duration, latency:percentile(99)))
end
