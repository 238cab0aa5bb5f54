-- After a commit, or if it certainly failed: removes its marks, so that the SKUs can be read again.
--
-- KEYS: state
-- ARGV: now, the mark's id, SKUs; none: it was of all
local state = KEYS[1]
local now, id = tonumber(ARGV[1]), ARGV[2]
for at = 3, #ARGV do put_marks(state, ARGV[at], marks_of(state, ARGV[at], now, id)) end
if #ARGV == 2 then put_marks(state, '*', marks_of(state, '*', now, id)) end
return 1
