import { readLowStock, type Database } from '@holdfast/db';

/** How the page is read: the indexes, and the large tables that are read whole, of which there should be none. */
export interface Plan {
  readonly indexes: readonly string[];
  readonly scanned: readonly string[];
}

/** As often as PostgreSQL must have seen a statement to plan it for any value. */
const GENERIC_AFTER = 6;
const LIMIT = 51;

/** Asks the server for the plan of the very statement that `readLowStock` has prepared. On a pool of one connection. */
export async function explainLowStock(db: Database, afterSku: string): Promise<Plan> {
  for (let n = 0; n < GENERIC_AFTER; n += 1) await readLowStock(db.prisma, { afterSku, limit: LIMIT });
  const [prepared] = await db.prisma.$queryRaw<{ call: string }[]>`
    SELECT format('EXPLAIN EXECUTE %I (%L, %s)', name, ${afterSku}::text, ${LIMIT}::integer) AS call
    FROM pg_prepared_statements
    WHERE statement LIKE ${'%candidate.is_low%'}`;
  if (!prepared) throw new Error('the statement of readLowStock is not prepared');
  const lines = await db.prisma.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(prepared.call);
  const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
  const named = (pattern: RegExp) => [...plan.matchAll(pattern)].map(([, name = '']) => name);
  return {
    indexes: named(/(?:using|Bitmap Index Scan on) (\w+)/g),
    scanned: named(/Seq Scan on (skus|stock_levels)\b/g),
  };
}
