import { createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { Client } from 'pg';
import { openDatabase, type Database } from './client.ts';
import { readEvents } from './event-feed.ts';
import { sequenceEvents } from './event-sequencer.ts';

jest.setTimeout(580_000);
let database: TestDatabase;
let db: Database;
let sql: Client;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { poolMax: 6, applicationName: 'r1' });
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});
afterEach(async () => {
  await sql.end();
  await db.close();
  await database.drop();
});
const say = (text: string) => process.stderr.write(`${text}\n`);
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const t = performance.now();
  const r = await work();
  say(`${name}: ${Math.round(performance.now() - t)} ms ${JSON.stringify(r)}`);
  return r;
}
const notes = (count: number, each: number) =>
  sql.query(`INSERT INTO event_notes (event_ids) SELECT (SELECT array_agg(gen_random_uuid()) FROM generate_series(1, $2::int) x WHERE n > 0) FROM generate_series(1, $1::int) n`, [count, each]);
async function drain(name: string, max: number) {
  const t = performance.now(); let calls = 0; let worst = 0; let total = 0;
  for (;;) {
    const s = performance.now();
    const r = await sequenceEvents(db, { eventsMax: max });
    worst = Math.max(worst, performance.now() - s);
    calls += 1; total += r?.numbered ?? 0;
    if (!r?.more) break;
    if (performance.now() - t > 120_000) { say('gave up'); break; }
  }
  say(`${name}: ${total} in ${calls} calls, ${Math.round(performance.now() - t)} ms, worst ${Math.round(worst)} ms`);
}
test('1,000,000 notes of 1', async () => {
  await timed('write', () => notes(1_000_000, 1).then(() => 0));
  await timed('first', () => sequenceEvents(db, { eventsMax: 1000 }));
  for (let n = 0; n < 5; n += 1) await timed('next', () => sequenceEvents(db, { eventsMax: 1000 }));
  await drain('drain', 1000);
});
test('5,000 notes of 200', async () => {
  await timed('write', () => notes(5_000, 200).then(() => 0));
  await timed('first', () => sequenceEvents(db, { eventsMax: 1000 }));
  await drain('drain', 1000);
});
test('long snapshot: dead notes', async () => {
  const long = new Client({ connectionString: database.url });
  await long.connect();
  await long.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await long.query('SELECT count(*) FROM events');
  for (const count of [50_000, 150_000, 400_000]) {
    await notes(count, 3);
    await drain(`drain ${count}`, 10_000);
    await notes(1, 3);
    await timed('lone', () => sequenceEvents(db, { eventsMax: 1000 }));
    await notes(1, 3);
    await timed('lone', () => sequenceEvents(db, { eventsMax: 1000 }));
    await timed('idle', () => sequenceEvents(db, { eventsMax: 1000 }));
    await timed('feed', async () => (await readEvents(db.prisma, { after: 1_000_000_000, types: null, limit: 100, lookedAtMax: 1000 })).lookedTo);
  }
  const plan = await sql.query(`EXPLAIN (ANALYZE, BUFFERS) SELECT id, event_ids FROM event_notes ORDER BY id LIMIT 1000`);
  say(plan.rows.map((r) => r['QUERY PLAN']).join('\n'));
  await long.query('ROLLBACK');
  await long.end();
  await notes(1, 3);
  await timed('lone after', () => sequenceEvents(db, { eventsMax: 1000 }));
  await timed('idle after', () => sequenceEvents(db, { eventsMax: 1000 }));
});
