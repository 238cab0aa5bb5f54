import type { Database } from '@holdfast/db';

/** How PostgreSQL runs a statement. */
export interface QueryPlan {
  readonly text: string;
  readonly indexes: readonly string[];
  /** Tables that it reads whole. */
  readonly scanned: readonly string[];
}

/** As often as PostgreSQL must have seen a statement to plan it for any value. */
const GENERIC_AFTER = 6;

/**
 * Asks the server for the plan of the very statement that `read` has prepared. On a pool of one connection.
 *
 * @param containing a text that only this statement contains
 * @param parameters of the statement, as SQL literals
 */
export async function explainPrepared(
  { prisma }: Database,
  read: () => Promise<unknown>,
  { containing, explain, parameters }: { containing: string; explain: string; parameters: string },
): Promise<QueryPlan> {
  for (let n = 0; n < GENERIC_AFTER; n += 1) await read();
  const [prepared] = await prisma.$queryRaw<{ call: string }[]>`
    SELECT ${explain}::text || format(' EXECUTE %I (%s)', name, ${parameters}::text) AS call
    FROM pg_prepared_statements
    WHERE statement LIKE ${`%${containing}%`}`;
  if (!prepared) throw new Error(`no statement with "${containing}" is prepared`);
  const lines = await prisma.$queryRawUnsafe<{ 'QUERY PLAN': string }[]>(prepared.call);
  const text = lines.map((line) => line['QUERY PLAN']).join('\n');
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
  return {
    text,
    indexes: named(/(?:using|Bitmap Index Scan on) (\w+)/g),
    scanned: named(/Seq Scan on (\w+)/g),
  };
}
