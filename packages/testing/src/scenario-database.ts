import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { createTestDatabase } from './databases.ts';

const HOT_PATH_LIFE_MS = 550;

/** A lock of a session outside the code under test. */
export interface ForeignLock {
  readonly client: Client;
  readonly unlock: () => Promise<void>;
}

/** A database with a session on it beside the code under test. */
export async function openScenarioDatabase() {
  const database = await createTestDatabase();
  const { url } = database;
  // One session: queries that are made together run one after the other.
  const sql = new Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
  sql.on('error', () => {}); // the drop of the database may end its session before it has closed
  const clients: Client[] = [];

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  }
  async function lockRows(from: string, values: readonly unknown[]): Promise<ForeignLock> {
    const client = await connect();
    await client.query('BEGIN');
    await client.query(`SELECT FROM ${from} FOR UPDATE`, [...values]);
    const unlock = async () => {
      await client.query('ROLLBACK');
      await client.end();
    };
    return { client, unlock };
  }

  return {
    url,
    sql,
    connect,
    /** How many rows there are. */
    async rows(from: string, values: readonly unknown[] = []): Promise<number> {
      const counted = `SELECT count(*)::integer FROM ${from}`;
      const { rows } = await sql.query<{ count: number }>(counted, [...values]);
      return rows[0]?.count ?? 0;
    },
    /** Makes holds due now. */
    async makeDue(...ids: readonly string[]): Promise<void> {
      await sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = ANY($1)', [ids]);
      // What other programs change, the hot path may overlook for half a second.
      if (process.env['HOT_PATH'] !== undefined) await pause(HOT_PATH_LIFE_MS);
    },
    /** Makes the waiting in line of these end now. */
    async endWait(...ids: readonly string[]): Promise<void> {
      await sql.query(
        `WITH ended AS (
           UPDATE reservations SET waiting_until = clock_timestamp() WHERE id = ANY($1) RETURNING id, waiting_until
         )
         UPDATE waiting_lines SET waiting_until = ended.waiting_until FROM ended WHERE reservation_id = ended.id`,
        [ids],
      );
    },
    lockRows,
    lock: (sku: string): Promise<ForeignLock> => lockRows('stock_levels WHERE sku = $1', [sku]),
    async close(): Promise<void> {
      await Promise.all(clients.map((client) => client.end()));
      await sql.end();
      await database.drop();
    },
  };
}
