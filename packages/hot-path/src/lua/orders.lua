-- Fills the filter of cancelled orders: one process reads them all, page after page, and then says that they
-- are complete. Marks add the orders that are cancelled meanwhile.
--
-- KEYS: state, cancelled orders
-- ARGV: now, the reader's name, readingMs, gen ('' to begin), whether this is the last page, afterLossMs, bits...
-- Answers: gen, to go on with; '' if another process reads, or the reading has to begin anew.
local state, orders = KEYS[1], KEYS[2]
local now, name, gen = tonumber(ARGV[1]), ARGV[2], ARGV[4]
local present, since, loader, till, known = unpack(
  redis.call('HMGET', state, 'gen', 'since', 'loader', 'loading_until', 'orders'))
if gen == '' then
  -- Until then an order may be cancelled whose mark was lost.
  if not present or now - tonumber(since) < tonumber(ARGV[6]) then return '' end
  -- The filter alone may have been evicted.
  if known == '1' and redis.call('GETBIT', orders, 0) == 1 then return '' end
  if loader and tonumber(till) > now then return '' end
elseif loader ~= name or present ~= gen then
  return ''
end
for at = 7, #ARGV do redis.call('SETBIT', orders, ARGV[at], 1) end
if ARGV[5] == '1' then
  redis.call('SETBIT', orders, 0, 1)
  redis.call('HSET', state, 'orders', '1')
  redis.call('HDEL', state, 'loader', 'loading_until')
else
  redis.call('HSET', state, 'loader', name, 'loading_until', now + tonumber(ARGV[3]))
end
return present
