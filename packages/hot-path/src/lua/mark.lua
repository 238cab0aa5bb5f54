-- Before a commit: from here on nothing is answered of these SKUs, and no process may read them, until done.lua or
-- `until`. Orders are cancelled for good: a filter knows them by four bits each, and may take others for them.
--
-- KEYS: state, cancelled orders, an entry for each SKU; without SKUs, the mark is of all of them
-- ARGV: now, until, the mark's id, SKUs..., then the bits of orders
-- A mark of orders alone says so by a SKU '' with an entry that is not there.
local state, orders = KEYS[1], KEYS[2]
local now, till, id = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local count = #KEYS - 2
if redis.call('HEXISTS', state, 'since') == 0 then begin_anew(state, now, id) end
for at = 1, count do
  local sku = ARGV[3 + at]
  if sku ~= '' then
    local marks = marks_of(state, sku, now, id)
    marks[#marks + 1] = id .. ' ' .. till
    put_marks(state, sku, marks)
    redis.call('DEL', KEYS[2 + at])
  end
end
if count == 0 then
  local marks = marks_of(state, '*', now, id)
  marks[#marks + 1] = id .. ' ' .. till
  put_marks(state, '*', marks)
  redis.call('HSET', state, 'gen', id)
end
for at = 4 + count, #ARGV do redis.call('SETBIT', orders, ARGV[at], 1) end
return 1
