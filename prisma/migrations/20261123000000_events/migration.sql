-- What a transition changed, beside the reservation after it: the status before, and units by level. Null in what is
-- older than this column, and in events that are not about stock that moved.
ALTER TABLE events ADD COLUMN changed json;

-- A place for each committed event, in the order in which readers get them. Without gaps, and never given again.
CREATE TABLE event_positions (
  position  bigint PRIMARY KEY,
  event_id  uuid NOT NULL
);

-- The one row from which places are taken. Whoever holds its lock numbers events; all others leave it to them.
CREATE TABLE event_sequencer (
  is_only        boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  last_position  bigint NOT NULL
);

-- Events that have no place yet: a note for each statement that wrote some, in its own transaction. A note is seen when it
-- is committed, however late that is, so none is passed over; and one note for a whole batch costs next to nothing.
CREATE TABLE event_notes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_ids  uuid[] NOT NULL,
  noted_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION note_new_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Ids are UUIDv7 of one process: their order is the order in which it decided.
  INSERT INTO event_notes (event_ids)
  SELECT array_agg(id ORDER BY id)
  FROM written
  HAVING count(*) > 0;
  RETURN NULL;
END $$;

CREATE TRIGGER events_noted
  AFTER INSERT ON events
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION note_new_events();

INSERT INTO event_positions (position, event_id)
SELECT row_number() OVER (ORDER BY time, reservation_version, id), id
FROM events;

INSERT INTO event_sequencer (last_position)
SELECT count(*)
FROM event_positions;

-- Where events are sent. `cursor` is the position up to which each event has a delivery, or none was wanted.
-- Signatures need the secret itself; the one before stays good for a while after a rotation.
CREATE TABLE webhook_endpoints (
  id                     uuid PRIMARY KEY,
  url                    text NOT NULL,
  types                  text[],
  description            text,
  enabled                boolean NOT NULL DEFAULT true,
  disabled_reason        text,
  secret                 text NOT NULL,
  previous_secret        text,
  previous_secret_until  timestamptz(3),
  cursor                 bigint NOT NULL,
  failures_in_a_row      integer NOT NULL DEFAULT 0,
  resting_until          timestamptz(3),
  created_at             timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at             timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  CHECK (enabled OR disabled_reason IS NOT NULL),
  CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);

-- One row for each event that an endpoint was or is to be sent. `ordinal` is the order of sending; of one `ordering_key`
-- (a reservation, or another subject) a delivery waits for those before it. `next_attempt_at` is null for what waits so,
-- and for what has ended. `event` is set where the event stands in no table: a test call's.
CREATE TABLE webhook_deliveries (
  id               uuid PRIMARY KEY,
  endpoint_id      uuid NOT NULL,
  ordinal          bigint GENERATED ALWAYS AS IDENTITY,
  event_id         uuid NOT NULL,
  event_type       text NOT NULL,
  event            json,
  ordering_key     text NOT NULL,
  cause            text NOT NULL CHECK (cause IN ('event', 'replay', 'test')),
  state            text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
  attempts         integer NOT NULL DEFAULT 0,
  last_status      integer,
  last_error       text,
  next_attempt_at  timestamptz(3),
  created_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  first_attempt_at timestamptz(3),
  last_attempt_at  timestamptz(3),
  finished_at      timestamptz(3),
  CHECK ((state = 'pending') = (finished_at IS NULL))
);

CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (endpoint_id, ordinal DESC);
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (endpoint_id, ordinal DESC) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (endpoint_id, ordering_key, ordinal) WHERE state = 'pending';

-- What events have said of an order. The first lock of every command that is about one: so events of one order are decided
-- one after the other, in whichever order they come, and what came too early is remembered for what it waits for.
CREATE TABLE orders (
  order_id           text PRIMARY KEY,
  reserved_at        timestamptz(3),
  paid_at            timestamptz(3),
  payment_reference  text,
  cancelled_at       timestamptz(3),
  -- Fulfillments that came before there was a reservation: [{fulfillmentId, parts}].
  fulfillments       json NOT NULL DEFAULT '[]',
  created_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  updated_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- Events of others that could not be processed, and why. Gone when they have been.
CREATE TABLE dead_events (
  id                 uuid PRIMARY KEY,
  source             text NOT NULL,
  event_id           text NOT NULL,
  type               text NOT NULL,
  event              json NOT NULL,
  problem            json NOT NULL,
  caller             text NOT NULL,
  deliveries         integer NOT NULL DEFAULT 1,
  received_at        timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  last_tried_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT dead_events_once UNIQUE (source, event_id)
);
