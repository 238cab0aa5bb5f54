import type { PostgresClient } from './postgres-client.ts';

/** `DATABASE_URL` leads to a pooler that gives each transaction another session. */
export class TransactionPooling extends Error {
  override name = 'TransactionPooling';

  constructor() {
    super(
      'DATABASE_URL leads through a pooler in transaction (or statement) mode, and Holdfast needs sessions of its own: ' +
        "set pool_mode = session for this database (PgBouncer), or use PostgreSQL's own address.",
    );
  }
}

/** SQLSTATE of PgBouncer's refusal of BEGIN in statement mode. */
const PROTOCOL_VIOLATION = '08P01';

/** A pooler with other clients may give the same session twice by chance, at worst in one of three checks. */
const TRIES = 20;

/**
 * Refuses a pooler that gives one client's session to another: session settings, prepared statements, LISTEN
 * and session locks would be lost, or apply to the wrong client.
 *
 * A session has one server process. So while `first` is connected, no other client may get its process, and
 * its own process may not change. `second` opens a transaction, which keeps a process: in transaction mode it
 * is the one that `first` had, or `first` then gets another. A direct connection is recognised without
 * `second`: in the handshake PostgreSQL sends the number of its process, and a pooler sends an invented
 * number.
 *
 * @param connectSecond called only where there is a pooler
 * @throws {TransactionPooling}
 */
export async function refuseTransactionPooling(
  first: PostgresClient,
  connectSecond: () => Promise<PostgresClient>,
): Promise<void> {
  const own = await processOf(first);
  if (own === Reflect.get(first, 'processID')) return;
  const second = await connectSecond();
  try {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const before = await processOf(first);
      await begin(second);
      if ((await processOf(second)) === before) throw new TransactionPooling();
      if ((await processOf(first)) !== before) throw new TransactionPooling();
      await second.query('ROLLBACK');
    }
  } finally {
    await second.end();
  }
}

async function begin(client: PostgresClient): Promise<void> {
  try {
    await client.query('BEGIN');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === PROTOCOL_VIOLATION) {
      throw new TransactionPooling();
    }
    throw error;
  }
}

async function processOf(client: PostgresClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}
