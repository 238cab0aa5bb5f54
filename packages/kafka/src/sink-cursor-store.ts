import type { Queryable } from '@holdfast/db';

/** The position of the last event that a sink has; 0: it has none, and gets all that are kept. */
export async function readSinkCursor(db: Queryable, sink: string): Promise<number> {
  const row = await db.sinkCursor.findUnique({ where: { sink } });
  return Number(row?.position ?? 0);
}

/** Moves it forward only: of two that publish at once, the slower one must not set it back. */
export async function moveSinkCursor(db: Queryable, sink: string, position: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO sink_cursors AS kept (sink, position)
    VALUES (${sink}, ${position}::bigint)
    ON CONFLICT (sink) DO UPDATE
    SET position = EXCLUDED.position, moved_at = clock_timestamp()
    WHERE kept.position < EXCLUDED.position`;
}
