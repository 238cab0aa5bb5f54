import { Client } from 'pg';
import { latenciesOf } from '../statistics.ts';
import type { Order, Timing } from './orders.ts';

/**
 * The yardstick of latency: BEGIN, INSERT of one row, COMMIT, one after the other on one connection, by the driver that
 * the service uses, prepared, as durable as the service's own commits.
 */
export async function bareInserts({
  databaseUrl,
  seconds,
}: Extract<Order, { kind: 'bare-inserts' }>): Promise<Timing> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1_000;
  try {
    await client.query('CREATE TABLE IF NOT EXISTS bench_bare (id bigint PRIMARY KEY, note text NOT NULL)');
    const { rows } = await client.query<{ next: string }>(
      'SELECT coalesce(max(id), 0) + 1 AS next FROM bench_bare',
    );
    let id = Number(rows[0]?.next);
    for (let now = performance.now(); now < end; id += 1) {
      await client.query('BEGIN');
      await client.query({
        name: 'insert',
        text: 'INSERT INTO bench_bare (id, note) VALUES ($1, $2)',
        values: [id, 'one row'],
      });
      await client.query('COMMIT');
      const done = performance.now();
      latencies.push(done - now);
      now = done;
    }
  } finally {
    await client.end();
  }
  return {
    count: latencies.length,
    seconds: (performance.now() - started) / 1_000,
    ...latenciesOf(latencies),
  };
}
