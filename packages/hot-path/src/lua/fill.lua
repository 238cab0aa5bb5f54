-- Writes the entry of a SKU that was read, if nothing was marked since the reading was granted: a mark
-- deletes the entry and the grant.
--
-- KEYS: state, the SKU's entry
-- ARGV: now, gen and reader of the grant, until when the text may be used, the text, closings
-- Answers: 1 if it was filled.
--
-- `closings` counts how often PostgreSQL had to say that nothing may be answered, as a process committed
-- without a mark. Redis may lack the orders that it cancelled: all are read again.
local state, entry = KEYS[1], KEYS[2]
local now, till = tonumber(ARGV[1]), tonumber(ARGV[4])
if redis.call('HGET', state, 'gen') ~= ARGV[2] then return 0 end
if redis.call('HGET', entry, 'reader') ~= ARGV[3] then return 0 end
if redis.call('HGET', state, 'closings') ~= ARGV[6] then
  redis.call('HSET', state, 'closings', ARGV[6])
  redis.call('HDEL', state, 'orders', 'loader')
end
if till <= now then
  redis.call('DEL', entry)
  return 0
end
redis.call('HDEL', entry, 'reader', 'reading_until')
redis.call('HSET', entry, 'text', ARGV[5], 'gen', ARGV[2], 'until', till)
redis.call('PEXPIRE', entry, till - now + 1000)
return 1
