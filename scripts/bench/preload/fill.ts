import { Client } from 'pg';
import { runStatements } from '../statement.ts';
import { LOCATION, ON_HAND, SOLD_OUT, skuNames } from '../stock.ts';
import { imagineChunk, prepareTemporaryTables } from './imagine-chunk.ts';
import { stockTheShop } from './stock-the-shop.ts';
import { writeChunk } from './write-chunk.ts';

/** What lies in the database before the bench begins. */
export interface Filled {
  readonly reservations: number;
  readonly movements: number;
  readonly events: number;
  readonly gigabytes: number;
}

const CHUNK = 20_000;
/** The oldest reservation is this old, and the newest a day. */
const OLDEST_DAYS = 180;

/**
 * Fills an empty database with the bench's shop and the past of it: `reservations` that have come to all kinds of ends,
 * with all that the ledger would have written for them, so that its books are right.
 *
 * @param onProgress told after each chunk how many are done
 * @param chunk reservations in one transaction
 */
export async function fillDatabase(
  databaseUrl: string,
  reservations: number,
  onProgress: (done: number) => void = () => undefined,
  chunk = CHUNK,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    for (const statement of prepareTemporaryTables) await client.query(statement);
    for (const statement of stockTheShop) {
      await client.query(statement, [[SOLD_OUT, ...skuNames], LOCATION, SOLD_OUT, ON_HAND, OLDEST_DAYS]);
    }
    for (let done = 0; done < reservations;) {
      const until = Math.min(done + chunk, reservations);
      await runStatements(client, [...imagineChunk, ...writeChunk], {
        first: done + 1,
        last: until,
        reservations,
        oldestDays: OLDEST_DAYS,
        location: LOCATION,
      });
      done = until;
      onProgress(done);
    }
  } finally {
    await client.end();
  }
}

/** Vacuums, analyses and writes to disk what autovacuum and checkpoints would have long before a shop is so old. */
export async function settleDatabase(databaseUrl: string): Promise<Filled> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{
      reservations: string;
      movements: string;
      events: string;
      bytes: string;
    }>(`
      SELECT
        (SELECT count(*) FROM reservations) AS reservations,
        (SELECT count(*) FROM stock_movements) AS movements,
        (SELECT count(*) FROM events) AS events,
        pg_database_size(current_database()) AS bytes`);
    return {
      reservations: Number(rows[0]?.reservations),
      movements: Number(rows[0]?.movements),
      events: Number(rows[0]?.events),
      gigabytes: Number(rows[0]?.bytes) / 1e9,
    };
  } finally {
    await client.end();
  }
}
