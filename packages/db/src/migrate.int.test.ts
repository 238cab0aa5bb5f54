import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@holdfast/testing';
import { Client } from 'pg';
import { migrate, type MigrationErrorCode } from './migrate.ts';

const ADMIN_URL = process.env.HOLDFAST_TEST_POSTGRES_URL ?? '';

/** Prisma's own statement, from prisma-engines, sql-schema-connector/src/flavour/postgres. */
const PRISMA_CREATES = `
  CREATE TABLE _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0
  );`;
const PRISMA_LOCKS = 'SELECT pg_advisory_lock(72707369)';

const SHELVES = '20260101000000_shelves';
const BOXES = '20260102000000_boxes';
const LABELS = '20260103000000_labels';
const SQL = {
  [SHELVES]: 'CREATE TABLE shelves (id INTEGER PRIMARY KEY);\nINSERT INTO shelves VALUES (1);\n',
  [BOXES]: 'CREATE TABLE boxes (shelf INTEGER REFERENCES shelves);\n',
  [LABELS]: 'CREATE TABLE labels (box INTEGER);\n',
};

let url: string;
let db: Client;
let directory: string;

beforeEach(async () => {
  url = await createEmptyDatabase();
  db = new Client({ connectionString: url });
  await db.connect();
  directory = await mkdtemp(path.join(tmpdir(), 'holdfast-migrations-'));
});

afterEach(async () => {
  await db.end();
  await admin(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  await rm(directory, { recursive: true });
});

describe('an empty database', () => {
  test('gets all migrations of the repository, from the first to the newest', async () => {
    const entries = await readdir(path.join(__dirname, '../../../prisma/migrations'));
    const names = entries.filter((name) => name !== 'migration_lock.toml').toSorted();

    expect(await migrate(url)).toEqual({ applied: names });
    expect(names.length).toBeGreaterThan(0);
    expect(await tables()).toContain('stock_levels');
  });

  test('gets each migration once when five processes start together', async () => {
    await write(SQL);

    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(url, { directory })));

    expect(runs.flatMap((run) => run.applied)).toEqual([SHELVES, BOXES, LABELS]);
    expect(await recordedNames()).toEqual([SHELVES, BOXES, LABELS]);
  });

  test('is left alone when a directory is no migration', async () => {
    await write({ ...SQL, shelves_again: 'SELECT 1;' });
    await expectRefusal('invalid_files', /shelves_again/);

    await rm(path.join(directory, 'shelves_again'), { recursive: true });
    await mkdir(path.join(directory, '20260104000000_empty'));
    await expectRefusal('invalid_files', /20260104000000_empty/);

    await expectRefusal('invalid_files', /nowhere/, path.join(directory, 'nowhere'));
    expect(await tables()).toEqual([]);
  });
});

describe('a migrated database', () => {
  beforeEach(async () => {
    await write({ [SHELVES]: SQL[SHELVES] });
    await migrate(url, { directory });
  });

  test('is not touched by a second run', async () => {
    const before = await rows();

    expect(await migrate(url, { directory })).toEqual({ applied: [] });
    expect(await rows()).toEqual(before);
  });

  test('gets only what is new', async () => {
    await write({ [LABELS]: SQL[LABELS] });
    expect(await migrate(url, { directory })).toEqual({ applied: [LABELS] });

    // Merged late, with an older time than one that is applied: Prisma applies it too.
    await write({ [BOXES]: SQL[BOXES] });
    expect(await migrate(url, { directory })).toEqual({ applied: [BOXES] });
  });

  test('refuses a file that was changed after it was applied, and applies nothing', async () => {
    await write({ [SHELVES]: `${SQL[SHELVES]}-- and more`, [BOXES]: SQL[BOXES] });

    await expectRefusal('changed', new RegExp(SHELVES));
    expect(await tables()).toEqual(['_prisma_migrations', 'shelves']);
    expect(await recordedNames()).toEqual([SHELVES]);
  });

  test('takes a file whose line ends alone have changed, as Prisma does', async () => {
    await write({ [SHELVES]: SQL[SHELVES].replaceAll('\n', '\r\n') });

    expect(await migrate(url, { directory })).toEqual({ applied: [] });
  });

  test('gets each migration with its own settings, not with those that the one before it made', async () => {
    await write({ [BOXES]: 'CREATE SCHEMA other; SET search_path = other;', [LABELS]: SQL[LABELS] });

    await migrate(url, { directory });
    expect(await tables()).toEqual(['_prisma_migrations', 'labels', 'shelves']);
  });

  test('starts older code, with a warning that names what the code does not know', async () => {
    await rm(path.join(directory, SHELVES), { recursive: true });
    await write({ [BOXES]: 'CREATE TABLE boxes ();' });
    const warn = jest.fn();

    expect(await migrate(url, { directory, log: { info: jest.fn(), warn } })).toEqual({ applied: [BOXES] });
    expect(warn).toHaveBeenCalledWith('migrations.newer_than_code', { migrations: [SHELVES] });
  });
});

describe('a migration that fails', () => {
  const BROKEN = 'CREATE TABLE boxes (id INTEGER);\n-- größer\nINSERT INTO boxes VALUES (nonsense);\n';

  test('leaves nothing half done, keeps the earlier ones, and can be corrected and run again', async () => {
    await write({ ...SQL, [BOXES]: BROKEN });

    await expectRefusal('failed', new RegExp(`${BOXES}.*nonsense.*42703.*line 3: INSERT INTO boxes`, 's'));
    expect(await tables()).toEqual(['_prisma_migrations', 'shelves']);
    expect(await recordedNames()).toEqual([SHELVES]);

    await write({ [BOXES]: SQL[BOXES] });
    expect(await migrate(url, { directory })).toEqual({ applied: [BOXES, LABELS] });
  });

  test('at its commit leaves nothing half done either', async () => {
    const late = 'CREATE TABLE boxes (shelf INTEGER REFERENCES shelves INITIALLY DEFERRED);';
    await write({ ...SQL, [BOXES]: `${late} INSERT INTO boxes VALUES (2);` });

    await expectRefusal('failed', new RegExp(`${BOXES}.*23503`));
    expect(await tables()).toEqual(['_prisma_migrations', 'shelves']);
    expect(await recordedNames()).toEqual([SHELVES]);
  });

  test('by ending its own transaction is found out, and not passed over by the next run', async () => {
    await write({ [SHELVES]: `${SQL[SHELVES]}COMMIT;\n` });

    await expectRefusal('failed', /COMMIT/);
    await expectRefusal('unfinished', new RegExp(SHELVES));
  });
});

describe("Prisma's bookkeeping", () => {
  test('has the table that Prisma creates', async () => {
    await migrate(url, { directory });
    await db.query(`CREATE SCHEMA prisma; SET search_path = prisma; ${PRISMA_CREATES}`);

    expect(await columns('public')).toEqual(await columns('prisma'));
    expect(await columns('public')).toHaveLength(8);
  });

  test('has the row that Prisma writes', async () => {
    await write(SQL);
    await migrate(url, { directory });

    expect((await rows())[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      checksum: sha256(SQL[SHELVES]),
      finished_at: expect.any(Date),
      migration_name: SHELVES,
      logs: null,
      rolled_back_at: null,
      started_at: expect.any(Date),
      applied_steps_count: 1,
    });
    // The order in which Prisma reads its history.
    expect(await recordedNames()).toEqual([SHELVES, BOXES, LABELS]);
  });

  test('counts what Prisma has applied', async () => {
    await write(SQL);
    await prismaRecordsShelves({ finished: true });
    await db.query(SQL[SHELVES]);

    expect(await migrate(url, { directory })).toEqual({ applied: [BOXES, LABELS] });
  });

  test('is refused while a migration of Prisma is unfinished, and says how to resolve it', async () => {
    await write(SQL);
    await prismaRecordsShelves({ finished: false });

    await expectRefusal('unfinished', new RegExp(`prisma migrate resolve --rolled-back ${SHELVES}`));
    expect(await tables()).toEqual(['_prisma_migrations']);

    await db.query('UPDATE _prisma_migrations SET rolled_back_at = now()');
    expect(await migrate(url, { directory })).toEqual({ applied: [SHELVES, BOXES, LABELS] });
  });
});

describe("while Prisma's lock is held", () => {
  beforeEach(() => write(SQL));

  test('a run waits no longer than it may, and names the holder', async () => {
    await db.query(`SET application_name = 'outsider'`);
    await db.query(PRISMA_LOCKS);

    await expectRefusal('lock_timeout', /outsider.*50 ms/);
    expect(await tables()).toEqual([]);
  });

  test('a run goes on as soon as the lock is free', async () => {
    await db.query(PRISMA_LOCKS);
    const run = migrate(url, { directory });
    await someoneWaits();
    expect(await tables()).toEqual([]);

    await db.query('SELECT pg_advisory_unlock_all()');
    expect(await run).toEqual({ applied: [SHELVES, BOXES, LABELS] });
  });
});

async function write(migrations: Record<string, string>): Promise<void> {
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(path.join(directory, name), { recursive: true });
    await writeFile(path.join(directory, name, 'migration.sql'), sql);
  }
}

async function expectRefusal(code: MigrationErrorCode, message: RegExp, from = directory): Promise<void> {
  const run = migrate(url, { directory: from, lockWaitMs: 50 });
  await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
}

/** The statements of prisma-engines, sql-schema-connector/src/sql_migration_persistence.rs. */
async function prismaRecordsShelves({ finished }: { finished: boolean }): Promise<void> {
  await db.query(PRISMA_CREATES);
  await db.query(
    'INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name) VALUES ($1, $2, now(), $3)',
    [randomUUID(), sha256(SQL[SHELVES]), SHELVES],
  );
  if (finished) await db.query('UPDATE _prisma_migrations SET applied_steps_count = 1, finished_at = now()');
}

async function select(sql: string, values: string[] = []): Promise<Record<string, unknown>[]> {
  return (await db.query<Record<string, unknown>>(sql, values)).rows;
}

const sha256 = (sql: string) => createHash('sha256').update(sql).digest('hex');
const rows = () => select('SELECT * FROM _prisma_migrations ORDER BY started_at');
const recordedNames = async () => (await rows()).map((row) => row.migration_name);

async function tables(): Promise<unknown[]> {
  const found = await select(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  return found.map((row) => row.tablename);
}

function columns(schema: string): Promise<unknown[]> {
  return select(
    `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
     FROM information_schema.columns
     WHERE table_schema = $1 AND table_name = '_prisma_migrations'
     ORDER BY ordinal_position`,
    [schema],
  );
}

const someoneWaits = () =>
  eventually(async () => {
    const waiting = await select(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    return waiting.length === 1;
  });

async function createEmptyDatabase(): Promise<string> {
  const name = `migrate_${randomUUID().replaceAll('-', '')}`;
  await admin(`CREATE DATABASE ${name}`);
  return new URL(name, ADMIN_URL).href;
}

async function admin(sql: string): Promise<void> {
  const client = new Client({ connectionString: ADMIN_URL });
  await client.connect();
  await client.query(sql);
  await client.end();
}
