import { only, type Database, type Queryable, type Transaction } from '@holdfast/db';

/**
 * Gives committed events without a place the next positions, without gaps, in the order of their notes.
 *
 * One session numbers at a time, with the one row of `event_sequencer` locked, so positions become visible in
 * their order: a reader's cursor never passes over an event that was committed late. Events of a reservation
 * follow its versions, as a note gets its id under the reservation's lock.
 *
 * @param eventsMax after so many events no further note is taken. A note has those of one ledger statement
 * @returns null: another session is numbering, and may have read before the newest events were committed
 */
export async function sequenceEvents(
  { prisma }: Database,
  { eventsMax }: { readonly eventsMax: number },
): Promise<{ readonly numbered: number; readonly more: boolean } | null> {
  return prisma.$transaction(async (tx) => {
    const [held] = await tx.$queryRaw<unknown[]>`
      SELECT is_only
      FROM event_sequencer
      FOR UPDATE SKIP LOCKED`;
    if (!held) return null;
    // A separate statement: it begins after the lock, so it sees all that the session before has numbered.
    const numbered = await numberNoted(tx, eventsMax);
    return { numbered, more: numbered >= eventsMax };
  });
}

async function numberNoted(tx: Transaction, eventsMax: number): Promise<number> {
  const rows = await tx.$queryRaw<{ numbered: number }[]>`
    WITH oldest AS MATERIALIZED (
      SELECT id, sum(cardinality(event_ids)) OVER (ORDER BY id) - cardinality(event_ids) AS events_before
      FROM (
        SELECT id, event_ids
        FROM event_notes
        ORDER BY id
        LIMIT ${eventsMax}::integer
      ) note
    ),
    taken AS (
      DELETE FROM event_notes
      WHERE id = ANY(ARRAY(SELECT id FROM oldest WHERE events_before < ${eventsMax}::integer))
      RETURNING id, event_ids
    ),
    numbered AS (
      INSERT INTO event_positions (position, event_id)
      SELECT last_position + row_number() OVER (ORDER BY taken.id, event.place), event.id
      FROM event_sequencer
      CROSS JOIN taken
      CROSS JOIN LATERAL unnest(taken.event_ids) WITH ORDINALITY AS event (id, place)
      RETURNING position
    ),
    remembered AS (
      UPDATE event_sequencer
      SET last_position = newest.position
      FROM (SELECT max(position) AS position FROM numbered) newest
      WHERE newest.position IS NOT NULL
    )
    SELECT count(*)::integer AS numbered
    FROM numbered`;
  return only(rows).numbered;
}

/** For how many seconds the oldest event without a place has waited; null: all have one. */
export async function readOldestNoteSeconds(db: Queryable): Promise<number | null> {
  const [oldest] = await db.$queryRaw<{ seconds: number }[]>`
    SELECT greatest(0, extract(epoch FROM clock_timestamp() - noted_at))::float8 AS seconds
    FROM event_notes
    ORDER BY id
    LIMIT 1`;
  return oldest?.seconds ?? null;
}
