import { sql, type Database, type Queryable } from './client.ts';
import { isoTime } from './iso-time.ts';
import type { CounterIssue } from './reconciliation-runs.ts';

/** Levels compared by one statement. */
const CHUNK = 1_000;

/** Open reservations are summed in one statement, because they change; it may take longer than others. */
const OPEN_LINES_TIMEOUT_MS = 60_000;

/** What a check of all counters came to, as the contract shows it. */
export interface Consistency {
  readonly is_consistent: boolean;
  /** When the check began, by the database's clock. ISO 8601. */
  readonly checked_at: string;
  readonly total_stock_levels: number;
  readonly issues: readonly CounterIssue[];
}

/**
 * Checks the counters of all levels, while they are being changed as well.
 *
 * @param issuesMax most issues that are named
 */
export async function checkConsistency(database: Database, issuesMax: number): Promise<Consistency> {
  const [row] = await database.prisma.$queryRaw<{ checked_at: string; total_stock_levels: number }[]>`
    SELECT
      ${isoTime(sql`statement_timestamp()`)} AS checked_at,
      count(*)::integer AS total_stock_levels
    FROM stock_levels`;
  if (!row) throw new Error('a count of stock levels answered nothing');
  const issues = await findCounterIssues(database, issuesMax);
  return { is_consistent: issues.length === 0, ...row, issues };
}

/**
 * Where the counters of a level are not what they should be: other than the balances of its newest movement, or, for
 * `reserved` and `allocated`, than what open reservations hold. Each statement sees one instant, so it finds nothing
 * that is only half written.
 *
 * @param limit most issues that are named
 */
export async function findCounterIssues(
  { prisma }: Database,
  limit: number,
): Promise<readonly CounterIssue[]> {
  const issues: CounterIssue[] = [];
  let after: { sku: string; location: string } | undefined = { sku: '', location: '' };
  while (after && issues.length < limit) {
    const chunk: { issues: CounterIssue[]; last?: { sku: string; location: string } } =
      await compareWithMovements(prisma, after);
    issues.push(...chunk.issues);
    after = chunk.last;
  }
  const ofLines = await prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(OPEN_LINES_TIMEOUT_MS)}, true)`;
      return compareWithOpenLines(tx, limit);
    },
    { timeout: OPEN_LINES_TIMEOUT_MS },
  );
  const known = new Set(issues.map((issue) => JSON.stringify(issue)));
  return [...issues, ...ofLines.filter((issue) => !known.has(JSON.stringify(issue)))].slice(0, limit);
}

async function compareWithMovements(
  db: Queryable,
  after: { sku: string; location: string },
): Promise<{ issues: CounterIssue[]; last?: { sku: string; location: string } }> {
  const [row] = await db.$queryRaw<
    { issues: CounterIssue[]; levels: number; last: { sku: string; location: string } | null }[]
  >`
    WITH levels AS MATERIALIZED (
      SELECT sku, location, on_hand, reserved, allocated
      FROM stock_levels
      WHERE (sku, location) > (${after.sku}, ${after.location})
      ORDER BY sku, location
      LIMIT ${CHUNK}::integer
    )
    SELECT
      (SELECT count(*)::integer FROM levels) AS levels,
      (
        SELECT json_build_object('sku', sku, 'location', location)
        FROM levels
        ORDER BY sku DESC, location DESC
        LIMIT 1
      ) AS last,
      (
        SELECT coalesce(json_agg(json_build_object(
          'sku', sku, 'location', location, 'kind', kind, 'expected', expected, 'actual', actual
        ) ORDER BY sku, location, kind), '[]')
        FROM levels
        LEFT JOIN LATERAL (
          SELECT m.on_hand, m.reserved, m.allocated
          FROM stock_movements m
          WHERE m.sku = levels.sku
            AND m.location = levels.location
          ORDER BY m.level_seq DESC
          LIMIT 1
        ) newest ON true
        CROSS JOIN LATERAL (
          VALUES
            ('on_hand', coalesce(newest.on_hand, 0), levels.on_hand),
            ('reserved', coalesce(newest.reserved, 0), levels.reserved),
            ('allocated', coalesce(newest.allocated, 0), levels.allocated)
        ) AS found (kind, expected, actual)
        WHERE expected <> actual
      ) AS issues`;
  if (!row) throw new Error('a comparison of counters answered nothing');
  return { issues: row.issues, ...(row.levels === CHUNK && row.last ? { last: row.last } : {}) };
}

async function compareWithOpenLines(db: Queryable, limit: number): Promise<readonly CounterIssue[]> {
  return db.$queryRaw<CounterIssue[]>`
    WITH open_lines AS (
      SELECT
        line.sku,
        a.location,
        sum(a.quantity) FILTER (WHERE r.status = 'held') AS reserved,
        sum(a.quantity - a.fulfilled_quantity) FILTER (WHERE r.status = 'confirmed') AS allocated
      FROM reservations r
      JOIN reservation_lines line ON line.reservation_id = r.id
      JOIN line_allocations a USING (reservation_id, line_no)
      WHERE r.status IN ('held', 'confirmed')
      GROUP BY line.sku, a.location
    )
    SELECT sku, location, found.kind, found.expected::integer AS expected, found.actual
    FROM stock_levels
    FULL JOIN open_lines USING (sku, location) -- what is held of a level that is gone is an issue, too
    CROSS JOIN LATERAL (
      VALUES
        ('reserved', coalesce(open_lines.reserved, 0), coalesce(stock_levels.reserved, 0)),
        ('allocated', coalesce(open_lines.allocated, 0), coalesce(stock_levels.allocated, 0))
    ) AS found (kind, expected, actual)
    WHERE found.expected <> found.actual
    ORDER BY sku, location, found.kind
    LIMIT ${limit}::integer`;
}
