import { Ledger, newId } from '@holdfast/ledger';
import { eventually, openCommitBreaker } from '@holdfast/testing';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { Client } from 'pg';
import { startOwnPostgres } from './faults/own-postgres.ts';

/**
 * After a crash PostgreSQL gives the ids of transactions that never reached its log to others, and
 * `pg_xact_status` then answers for a lost transaction with the result of another one.
 */
test('a commit that was lost in a crash is not acknowledged because another transaction got its id', async () => {
  const postgres = await startOwnPostgres();
  const breaker = await openCommitBreaker(postgres.url);
  const ledger = new Ledger({ databaseUrl: breaker.url, applicationName: 'ledger under test' });
  const connect = async () => {
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => {}); // it is cut off on purpose
    await client.connect();
    return client;
  };
  try {
    const before = await connect();
    await before.query(`INSERT INTO locations (location) VALUES ('EAST')`);
    await before.query(`INSERT INTO skus (sku) VALUES ('MUG')`);
    await before.query(
      `CREATE TABLE others (n integer)`, // whose transactions take the ids
    );
    const caller = 'shop';
    const counted = { onHand: 10, safetyStock: null, reason: null, ifVersion: null };
    await ledger.submit({ kind: 'set-stock', sku: 'MUG', location: 'EAST', ...counted, caller });

    breaker.breakNext('before');
    const reservationId = newId();
    const submitted = ledger.submit(reserve(reservationId, [line('MUG')], { caller })).then(
      ({ outcome }) => outcome.ok,
      (error: unknown) => String(error),
    );
    await eventually(() => breaker.broken === 1);
    await postgres.crash();
    const after = await connect();
    for (let n = 0; n < 30; n += 1) await after.query('INSERT INTO others VALUES ($1)', [n]);

    const answer = await submitted;
    const { rows } = await after.query('SELECT FROM reservations WHERE id = $1', [reservationId]);
    await after.end();
    // An error is all right: the outcome is not known. Only a success must be one.
    expect({ saidDone: answer === true, isThere: rows.length === 1 }).toEqual({
      saidDone: rows.length === 1,
      isThere: rows.length === 1,
    });
  } finally {
    await ledger.close();
    await breaker.close();
    await postgres.drop();
  }
});
