-- What the list of reservations reads by (packages/db/src/reservation-pages.ts). Everything newest first is the primary
-- key, backwards: ids are UUIDv7. By order, by cart, confirmed ones, and holds by their end had their indexes already.

-- Live holds, newest first. It costs a create about 1 microsecond (measured, 70,000 creates), of some 280 that a
-- reservation takes in all. Without it the last page of few holds reads every reservation there ever was (0.4 s at
-- 1,000,000, and more each day), or every page sorts all that are held.
CREATE INDEX reservations_held ON reservations (id) WHERE status = 'held';

-- What has ended, each status newest first. Written when a hold or an order ends, not by a create or a confirm. One index
-- on all statuses would do as well for reading; but the ledger's statements, which are planned without statistics, could
-- take it for a better way to due holds than reservations_due (docs/decisions/0004).
CREATE INDEX reservations_ended ON reservations (status, id)
  WHERE status IN ('fulfilled', 'released', 'expired', 'cancelled');
