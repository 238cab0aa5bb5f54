-- After a commit, in one call: deletes the entries of changed SKUs and the grants to read them, and keeps
-- outcomes for some time. They never change.
--
-- KEYS: an entry for each changed SKU, then one for each outcome
-- ARGV: how many entries, for how many milliseconds outcomes are kept, the outcomes
local entries = tonumber(ARGV[1])
for at = 1, entries do redis.call('UNLINK', KEYS[at]) end
for at = entries + 1, #KEYS do redis.call('SET', KEYS[at], ARGV[2 + at - entries], 'PX', ARGV[2]) end
return 1
