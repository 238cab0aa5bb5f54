-- Shared by the other scripts, which begin with it. Times are epoch milliseconds by the database's clock.
--
-- `state` is one hash, so that what it has is lost together or not at all:
--   since   when it began: the keys before it were lost, or a server without its newest writes took over
--   run     the server that it began on
--   gen     a name; entries with another one are of no use
--   closings, orders, loader, loading_until: see fill.lua, orders.lua
--   m:<sku> marks: "<id> <until>" of each change of the SKU that may be committed now. m:* is of all SKUs

local function run_id()
  local known, info = pcall(redis.call, 'INFO', 'server')
  return known and type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end

local function begin_anew(state, now, name)
  redis.call('DEL', state)
  redis.call('HSET', state, 'since', now, 'run', run_id(), 'gen', name)
end

-- The marks of a SKU that have not ended, without those of one id.
local function marks_of(state, sku, now, without)
  local marks = {}
  local text = redis.call('HGET', state, 'm:' .. sku)
  for id, till in string.gmatch(text or '', '(%S+) (%d+)') do
    if tonumber(till) > now and id ~= without then marks[#marks + 1] = id .. ' ' .. till end
  end
  return marks
end

local function put_marks(state, sku, marks)
  if #marks == 0 then
    redis.call('HDEL', state, 'm:' .. sku)
  else
    redis.call('HSET', state, 'm:' .. sku, table.concat(marks, ' '))
  end
end
