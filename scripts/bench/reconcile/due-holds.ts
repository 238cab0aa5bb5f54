import { readDueHolds, type Database } from '@holdfast/db';
import { Client } from 'pg';
import { z } from 'zod';

const AT_ONCE = 50;
const SKUS = 1_000;

/** Makes holds through the API, so that the books are right, and lets all of them be past their time. */
export async function makeDueHolds(apiUrl: string, databaseUrl: string, count: number): Promise<void> {
  const hold = async (n: number) => {
    const response = await fetch(new URL('/v1/reservations', apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lines: [{ sku: `SKU-${n % SKUS}`, quantity: 1 }] }),
    });
    const text = await response.text();
    if (response.status !== 201) throw new Error(`a hold was answered ${response.status}: ${text}`);
  };
  for (let start = 0; start < count; start += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - start);
    await Promise.all(Array.from({ length: size }, (_, n) => hold(start + n)));
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `UPDATE reservations SET expires_at = clock_timestamp() - interval '1 minute' WHERE status = 'held'`,
    );
  } finally {
    await client.end();
  }
}

export interface DueHoldsPlan {
  readonly text: string;
  readonly indexes: readonly string[];
  readonly scansTable: boolean;
  /** 8 kB pages that it looked at. */
  readonly pages: number;
}

/** As often as PostgreSQL must have seen a statement to plan it for any value. */
const GENERIC_AFTER = 6;
const CHUNK = 500;
const planLine = z.object({ 'QUERY PLAN': z.string() });

/** Asks the server how it did the very statement that `readDueHolds` has prepared. On a pool of one connection. */
export async function explainDueHolds(db: Database): Promise<DueHoldsPlan> {
  for (let n = 0; n < GENERIC_AFTER; n += 1) await readDueHolds(db.prisma, CHUNK);
  const [prepared] = await db.prisma.$queryRaw<{ call: string }[]>`
    SELECT format('EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) EXECUTE %I (%s)', name, ${CHUNK}::integer) AS call
    FROM pg_prepared_statements
    WHERE statement LIKE ${'%ORDER BY expires_at, id%'}`;
  if (!prepared) throw new Error('the statement of readDueHolds is not prepared');
  const lines = z.array(planLine).parse(await db.prisma.$queryRawUnsafe(prepared.call));
  const text = lines.map((line) => line['QUERY PLAN']).join('\n');
  const [execution = ''] = text.split('Planning:');
  const pages = Math.max(
    ...[...execution.matchAll(/shared(?: hit=(\d+))?(?: read=(\d+))?/g)].map(
      ([, hit = '0', read = '0']) => Number(hit) + Number(read),
    ),
  );
  return {
    text,
    indexes: [...text.matchAll(/(?:using|Bitmap Index Scan on) (\w+)/g)].map(([, name = '']) => name),
    scansTable: text.includes('Seq Scan'),
    pages,
  };
}
