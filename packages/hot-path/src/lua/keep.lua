-- Keeps outcomes for some time: they never change.
--
-- KEYS: one for each outcome
-- ARGV: for how many milliseconds, the outcomes
for at = 1, #KEYS do redis.call('SET', KEYS[at], ARGV[1 + at], 'PX', ARGV[1]) end
return 1
