-- What is known of SKUs at one instant, and whether orders are cancelled at the same instant.
--
-- KEYS: state, cancelled orders, an entry for each SKU
-- ARGV: now, a new name, afterLossMs, renewMs, readingMs, SKUs..., then four bits for each order
-- Answers: gen, whether all cancelled orders are known, and for each SKU its text ('' if it is not known) and
-- whether the caller is to read it anew; then for each order 1 if it may be cancelled.
--
-- An entry is there only while no mark has come since before it was read (mark.lua deletes it), and no
-- process is granted to read while there is a mark. A mark is set before its commit and removed after it. So
-- an entry is what PostgreSQL has at this instant, except for changes that no process marks.
local state, orders = KEYS[1], KEYS[2]
local now, name = tonumber(ARGV[1]), ARGV[2]
local after_loss, renew, reading = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local count = #KEYS - 2

local since = tonumber(redis.call('HGET', state, 'since'))
if not since then
  begin_anew(state, now, name)
  since = now
end
local gen, run = unpack(redis.call('HMGET', state, 'gen', 'run'))
local is_usable = now - since >= after_loss and #marks_of(state, '*', now) == 0
local is_same_run = nil

local answer = { gen, 0 }
for at = 1, count do
  local entry, sku = KEYS[2 + at], ARGV[5 + at]
  local text, grant = '', 0
  if is_usable and #marks_of(state, sku, now) == 0 then
    local known, of, till, reader, reading_until = unpack(
      redis.call('HMGET', entry, 'text', 'gen', 'until', 'reader', 'reading_until'))
    local left = known and of == gen and tonumber(till) - now or 0
    if left > 0 then text = known end
    if left < renew and (not reader or tonumber(reading_until) <= now) then
      -- Another server may have taken over: then its marks may be missing.
      if is_same_run == nil then is_same_run = run_id() == run end
      if not is_same_run then
        begin_anew(state, now, name)
        return { name, 0 }
      end
      redis.call('HSET', entry, 'reader', name, 'reading_until', now + reading)
      redis.call('PEXPIRE', entry, reading)
      grant = 1
    end
  end
  answer[#answer + 1] = text
  answer[#answer + 1] = grant
end

-- The first bit says that the filter itself is there.
if redis.call('HGET', state, 'orders') == '1' and redis.call('GETBIT', orders, 0) == 1 then
  answer[2] = 1
  for at = 6 + count, #ARGV, 4 do
    local set = 0
    for bit = at, at + 3 do set = set + redis.call('GETBIT', orders, ARGV[bit]) end
    answer[#answer + 1] = set == 4 and 1 or 0
  end
end
return answer
