import { randomUUID } from 'node:crypto';
import { eventually, together } from '@holdfast/testing';
import { Client } from 'pg';
import { readEvents } from './event-feed-store.ts';
import { EVERY_EVENT } from './event-filter.ts';
import { readOldestNoteSeconds, sequenceEvents } from './event-sequencer-store.ts';
import { openTestDatabase, type OpenTestDatabase } from '../../db/src/fixtures/open-test-database.ts';

let db: OpenTestDatabase;
let clients: Client[];

beforeEach(async () => {
  db = await openTestDatabase(6);
  clients = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await db.close();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: db.url });
  await client.connect();
  clients.push(client);
  return client;
}

/** Writes events with one statement, as a batch of the ledger does, each about its own subject. */
const write = (client: Client, ...subjects: string[]) =>
  client.query(
    `INSERT INTO events (id, type, subject, time, data)
     SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n + txid_current() * 1000), 12, '0'))::uuid, 'type', subject,
       now(), '{}'
     FROM unnest($1::text[]) WITH ORDINALITY AS s (subject, n)
     ORDER BY n DESC`, // the rows' order is not the decisions': ids have that
    [subjects],
  );

const ALL = { eventsMax: 1_000 };
const page = { after: 0, filter: EVERY_EVENT, limit: 10_000 };
const published = async () => (await readEvents(db.prisma, page)).events;
const subjects = async () => (await published()).map(({ subject }) => subject);

test('events get places from 1, without gaps, in the order in which they were decided', async () => {
  const client = await connect();
  await write(client, 'a', 'b', 'c');
  await write(client, 'd');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 4, more: false });
  await write(client, 'e');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 1, more: false });
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 0, more: false });
  expect((await published()).map(({ position, subject }) => `${position}${subject}`)).toEqual([
    '1a',
    '2b',
    '3c',
    '4d',
    '5e',
  ]);
});

test('an event that is committed late is numbered later, and never skipped', async () => {
  const [early, late] = [await connect(), await connect()];
  await late.query('BEGIN');
  await write(late, 'late');
  await early.query('BEGIN');
  await write(early, 'early');
  await early.query('COMMIT');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 1, more: false });
  const { lookedTo } = await readEvents(db.prisma, page);
  await late.query('COMMIT');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 1, more: false });
  const { events } = await readEvents(db.prisma, { ...page, after: lookedTo });
  expect(events).toMatchObject([{ position: 2, subject: 'late' }]);
});

test('an event that was rolled back gets no position, and leaves no gap', async () => {
  const client = await connect();
  await client.query('BEGIN');
  await write(client, 'never');
  await client.query('ROLLBACK');
  await write(client, 'published');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 1, more: false });
  expect(await published()).toMatchObject([{ position: 1, subject: 'published' }]);
});

test('it takes no more notes than it may, and says that there are more', async () => {
  const client = await connect();
  await write(client, 'a', 'b', 'c');
  await write(client, 'd');
  await write(client, 'e');
  expect(await sequenceEvents(db, { eventsMax: 2 })).toEqual({ numbered: 3, more: true }); // all events of a note, or none
  expect(await sequenceEvents(db, { eventsMax: 2 })).toEqual({ numbered: 2, more: true });
  expect(await sequenceEvents(db, { eventsMax: 2 })).toEqual({ numbered: 0, more: false });
  expect(await subjects()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('while another session numbers, it says so and does not wait', async () => {
  const other = await connect();
  await write(other, 'a');
  await other.query('BEGIN');
  await other.query('SELECT FROM event_sequencer FOR UPDATE');
  expect(await sequenceEvents(db, ALL)).toBeNull();
  await other.query('ROLLBACK');
  expect(await sequenceEvents(db, ALL)).toEqual({ numbered: 1, more: false });
});

test('it says for how long the oldest event waits', async () => {
  const client = await connect();
  expect(await readOldestNoteSeconds(db.prisma)).toBeNull();
  await write(client, 'a');
  await client.query(`UPDATE event_notes SET noted_at = noted_at - interval '90 s'`);
  await write(client, 'b');
  expect(await readOldestNoteSeconds(db.prisma)).toBeGreaterThanOrEqual(90);
  await sequenceEvents(db, ALL);
  expect(await readOldestNoteSeconds(db.prisma)).toBeNull();
});

test('a reader with a cursor sees every event exactly once, while many write and several number', async () => {
  const [WRITERS, STATEMENTS] = [6, 150];
  const seen: string[] = [];
  let cursor = 0;
  let isWritten = false;
  const written: string[] = [];

  async function writeAll(n: number): Promise<void> {
    const client = await connect();
    for (let statement = 0; statement < STATEMENTS; statement += 1) {
      const some = Array.from({ length: 1 + (statement % 4) }, () => randomUUID());
      await client.query('BEGIN');
      await write(client, ...some);
      if (statement % 5 === n % 5) await client.query(`SELECT pg_sleep(0.01)`); // held open: its note is seen late
      const isKept = statement % 7 !== 0;
      await client.query(isKept ? 'COMMIT' : 'ROLLBACK');
      if (isKept) written.push(...some);
    }
  }
  async function numberAll(): Promise<void> {
    for (;;) {
      const isLast = isWritten;
      const { more } = (await sequenceEvents(db, { eventsMax: 7 })) ?? { more: true };
      if (isLast && !more) return;
    }
  }
  async function follow(): Promise<void> {
    await eventually(
      async () => {
        const { events, lookedTo } = await readEvents(db.prisma, { ...page, after: cursor, limit: 13 });
        seen.push(...events.map(({ subject }) => subject));
        cursor = lookedTo;
        return isWritten && seen.length >= written.length;
      },
      { everyMs: 1 },
    );
  }
  const numbering = [numberAll(), numberAll(), numberAll(), follow()];
  const ends = await together(WRITERS, writeAll);
  isWritten = true;
  await Promise.all(numbering);

  expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: WRITERS }, () => 'fulfilled'));
  expect(seen).toHaveLength(written.length);
  expect(new Set(seen)).toEqual(new Set(written));
  expect((await published()).map(({ position }) => position)).toEqual(written.map((_, index) => index + 1));
});
