import type { Page, Queryable } from '@holdfast/db';

/** The permanent name of an event of another service. */
interface EventIdentity {
  readonly source: string;
  readonly id: string;
}

/** An event that could not be processed. */
export interface DeadEventFound {
  readonly id: string;
  readonly event: EventIdentity & { readonly type: string };
  readonly problem: unknown;
}

/**
 * Keeps events that could not be processed, each once, with the number of deliveries and the newest content
 * and reason. A dead event is its sender's: another caller's event with the same source and id, and other
 * content, does not replace it. All lock in one order, so that they cannot deadlock.
 *
 * @returns those of `found` that were not stored, because another caller has a dead event with the same name
 */
export async function keepDeadEvents(
  db: Queryable,
  found: readonly DeadEventFound[],
  caller: string,
): Promise<readonly DeadEventFound[]> {
  const once = addUp(found);
  const rows = await db.$queryRaw<{ source: string; event_id: string }[]>`
    INSERT INTO dead_events AS kept (id, source, event_id, type, event, problem, caller, deliveries)
    SELECT id, source, event_id, type, event::json, problem::json, ${caller}, deliveries
    FROM unnest(
      ${once.map(({ id }) => id)}::uuid[],
      ${once.map(({ event }) => event.source)}::text[],
      ${once.map(({ event }) => event.id)}::text[],
      ${once.map(({ event }) => event.type)}::text[],
      ${once.map(({ event }) => JSON.stringify(event))}::text[],
      ${once.map(({ problem }) => JSON.stringify(problem))}::text[],
      ${once.map(({ deliveries }) => deliveries)}::integer[]
    ) AS found (id, source, event_id, type, event, problem, deliveries)
    ORDER BY source, event_id
    ON CONFLICT (source, event_id) DO UPDATE
    SET
      type = EXCLUDED.type,
      event = EXCLUDED.event,
      problem = EXCLUDED.problem,
      caller = EXCLUDED.caller,
      deliveries = kept.deliveries + EXCLUDED.deliveries,
      last_tried_at = EXCLUDED.last_tried_at
    WHERE kept.caller = EXCLUDED.caller
      OR kept.event::text = EXCLUDED.event::text
    RETURNING source, event_id`;
  const kept = new Set(rows.map(({ source, event_id }) => nameOf({ source, id: event_id })));
  return found.filter(({ event }) => !kept.has(nameOf(event)));
}

const nameOf = ({ source, id }: EventIdentity): string => JSON.stringify([source, id]);

/** A statement cannot change a row twice: of one that came twice in a request, the last is taken. */
function addUp(found: readonly DeadEventFound[]): (DeadEventFound & { deliveries: number })[] {
  const byName = new Map<string, DeadEventFound & { deliveries: number }>();
  for (const each of found) {
    const name = nameOf(each.event);
    byName.set(name, { ...each, deliveries: (byName.get(name)?.deliveries ?? 0) + 1 });
  }
  return [...byName.values()];
}

/** An event that was processed, now or before. */
interface ProcessedEvent {
  readonly event: EventIdentity;
  /** Whether it was processed now. A duplicate deletes only a dead event with the same content. */
  readonly isNew: boolean;
}

/**
 * Deletes dead events that have been processed now, or were corrected by their sender. An event of another
 * caller with the same source and id and other content stays.
 */
export async function deleteDeadEvents(
  db: Queryable,
  events: readonly ProcessedEvent[],
  caller: string,
): Promise<void> {
  await db.$executeRaw`
    DELETE FROM dead_events
    WHERE id IN (
      SELECT dead_events.id
      FROM dead_events
      JOIN unnest(
        ${events.map(({ event }) => event.source)}::text[],
        ${events.map(({ event }) => event.id)}::text[],
        ${events.map(({ event }) => JSON.stringify(event))}::text[],
        ${events.map(({ isNew }) => isNew)}::boolean[]
      ) AS processed (source, event_id, content, is_new) USING (source, event_id)
      WHERE dead_events.event::text = processed.content
        OR (processed.is_new AND dead_events.caller = ${caller})
      ORDER BY source, event_id
      FOR UPDATE OF dead_events
    )`;
}

/** It was tried once more, and was processed. */
export const deleteDeadEvent = (db: Queryable, id: string) => db.deadEvent.deleteMany({ where: { id } });

/** It was tried once more, and is dead for this reason. A dead event that was deleted is not stored again. */
export async function renewDeadEvent(db: Queryable, id: string, problem: unknown): Promise<void> {
  await db.$executeRaw`
    UPDATE dead_events
    SET problem = ${JSON.stringify(problem)}::json, last_tried_at = clock_timestamp()
    WHERE id = ${id}::uuid`;
}

/** It was tried once more, and is dead for the same reason. */
export async function touchDeadEvent(db: Queryable, id: string): Promise<void> {
  await db.$executeRaw`
    UPDATE dead_events
    SET last_tried_at = clock_timestamp()
    WHERE id = ${id}::uuid`;
}

/** With the event as it was received. */
export const readDeadEvent = (db: Queryable, id: string) => db.deadEvent.findUnique({ where: { id } });

/** A page of dead events, newest first, without their content: each may have a megabyte. */
export const readDeadEvents = (
  db: Queryable,
  { source, type, after, limit }: Page & { readonly source: string | null; readonly type: string | null },
) =>
  db.deadEvent.findMany({
    omit: { event: true },
    where: { id: after === null ? {} : { lt: after }, source: source ?? {}, type: type ?? {} },
    orderBy: { id: 'desc' },
    take: limit,
  });

/** Ids of dead events, those tried the longest time ago first. Null: of any source, or type. */
export async function readDeadEventIds(
  db: Queryable,
  {
    source,
    type,
    limit,
  }: { readonly source: string | null; readonly type: string | null; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.deadEvent.findMany({
    select: { id: true },
    where: { source: source ?? {}, type: type ?? {} },
    orderBy: [{ last_tried_at: 'asc' }, { id: 'asc' }],
    take: limit,
  });
  return rows.map(({ id }) => id);
}

export const countDeadEvents = (db: Queryable): Promise<number> => db.deadEvent.count();
