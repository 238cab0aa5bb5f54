import { openDatabase, type Database } from '@holdfast/db';
import type { JobName, JobPayload, SyncJob } from '@holdfast/jobs';
import { Ledger, newId } from '@holdfast/ledger';
import { queueRun, readRun } from '@holdfast/reconciliation';
import { closeAll, readConfig } from '@holdfast/runtime';
import { createTestDatabase, ofSuite, ofTest, settingsOfRun } from '@holdfast/testing';
import { workerEnvironment } from '../config.ts';
import { createContext, type WorkerContext } from '../context.ts';
import { jobHandlers } from '../jobs/job-handlers.ts';

/** The recorded requests, in order; for publisher, reviews and the line of syncs, their number. */
interface Asked {
  readonly expiries: { readonly dueAtMs: readonly number[]; readonly nowMs: number }[];
  readonly syncs: SyncJob[];
  syncLine: number;
  readonly reconciles: JobPayload<'reconcile-stale'>[];
  readonly schedules: number[];
  readonly forgetting: number[];
  readonly imports: string[];
  publisher: number;
  readonly sinks: { readonly names: readonly string[]; readonly delayMs: number }[];
  reviews: number;
  readonly grants: string[];
}

/** A worker without its queues: tests run its jobs, and its requests to the queue are recorded. */
export type TestWorker = Awaited<ReturnType<typeof openTestWorker>>;

export const nothingAsked = (): Asked => ({
  expiries: [],
  syncs: [],
  syncLine: 0,
  reconciles: [],
  schedules: [],
  forgetting: [],
  imports: [],
  sinks: [],
  grants: [],
  publisher: 0,
  reviews: 0,
});

/** The real context on a test's own database. Its ledger queues jobs on the real queue. */
export async function openTestWorker(databaseUrl: string, env: Readonly<Record<string, string>> = {}) {
  const settings = {
    LOG_LEVEL: 'error',
    GATEWAY_URL: 'http://127.0.0.1:1',
    ...settingsOfRun(),
    ...env,
  };
  const real = await createContext(readConfig(workerEnvironment, { DATABASE_URL: databaseUrl, ...settings }));
  const asked = nothingAsked();
  const producer: WorkerContext['producer'] = {
    ...real.producer,
    async ensureExpiryJobs(dueAtMs, nowMs) {
      asked.expiries.push({ dueAtMs, nowMs });
    },
    async enqueueSyncs(syncs) {
      asked.syncs.push(...syncs);
    },
    wakeSyncLine() {
      asked.syncLine += 1;
    },
    async enqueueReconcile(payload) {
      asked.reconciles.push(payload);
      return 'a job';
    },
    async scheduleReconcile(everySeconds) {
      asked.schedules.push(everySeconds);
    },
    async schedulePurge(everySeconds) {
      asked.forgetting.push(everySeconds);
    },
    async enqueueImport(importId) {
      asked.imports.push(importId);
    },
    wakePublisher() {
      asked.publisher += 1;
    },
    async wakeSinks(names, delayMs = 0) {
      if (names.length > 0) asked.sinks.push({ names, delayMs });
    },
    async enqueueGrants(skus) {
      asked.grants.push(...skus);
    },
    async enqueueStockReview() {
      asked.reviews += 1;
    },
  };
  const context = { ...real, producer };
  return {
    databaseUrl,
    context,
    asked,
    /** Runs a job's handler, with parts of the context replaced if wanted. */
    run: <Name extends JobName>(
      name: Name,
      payload: JobPayload<Name>,
      replaced: Partial<WorkerContext> = {},
      stopping = new AbortController().signal,
    ): Promise<void> =>
      jobHandlers({ ...context, ...replaced })[name](payload, { jobId: 'by hand', attempt: 1, stopping }),
    /** How many holds this worker has expired. */
    expired: async () => (await context.metrics.holdsExpired.get()).values[0]?.value ?? 0,
    close: () => closeAll(real.opened, real.log),
  };
}

/** On a database of its own, which `close` drops. */
export async function openOwnWorker(env?: Readonly<Record<string, string>>): Promise<TestWorker> {
  const own = await createTestDatabase();
  const worker = await openTestWorker(own.url, env);
  const close = async () => {
    await worker.close();
    await own.drop();
  };
  return { ...worker, close };
}

/** For each test of a suite a worker, and before each test an empty database. Mocks end with the test. */
export function workerOfTest(env?: Readonly<Record<string, string>>): TestWorker {
  const own = ofSuite(createTestDatabase);
  afterEach(() => jest.restoreAllMocks());
  return ofTest(async () => {
    const worker = await openTestWorker(own.url, env);
    await emptyTables(worker.context.database);
    return worker;
  });
}

/** Reconcile runs of a suite's worker. */
export function runsOf(worker: TestWorker) {
  const prisma = () => worker.context.database.prisma;
  return {
    queue: async (wishes: { limit?: number; dryRun?: boolean } = {}): Promise<string> => {
      const request = { id: newId(), trigger: 'manual', limit: 1_000, dryRun: false, ...wishes } as const;
      return (await queueRun(prisma(), request)).runId;
    },
    reconcile: (runId: string, by = worker, replaced: Partial<WorkerContext> = {}) =>
      by.run('reconcile-stale', { run_id: runId, trigger: 'manual' }, replaced),
    read: (runId: string) => readRun(prisma(), runId),
  };
}

/** No server listens there. */
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/nothing';
export const BY_HAND = { caller: 'ops', reason: null };
export const ledgerAway = (): Ledger => new Ledger({ databaseUrl: NOWHERE, applicationName: 'away' });
export const databaseAway = (): Database => openDatabase(NOWHERE, { poolMax: 1, applicationName: 'away' });

/** The database's own time, epoch milliseconds. */
export async function databaseNow({ prisma }: Database): Promise<number> {
  const [row] = await prisma.$queryRaw<{ now: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;
  return row?.now ?? Number.NaN;
}

/** Takes everything out again, history too: a new database takes much longer, as its queue needs tables. */
export async function emptyTables({ prisma }: Database): Promise<void> {
  await prisma.$transaction([
    prisma.$executeRaw`ALTER TABLE stock_movements DISABLE TRIGGER stock_movements_append_only`,
    prisma.$executeRaw`ALTER TABLE events DISABLE TRIGGER events_append_only`,
    prisma.$executeRaw`
      TRUNCATE locations, skus, stock_levels, reservations, reservation_lines, line_allocations, stock_movements,
        events, warehouse_syncs, warehouse_sync_attempts, reconciliation_runs, idempotency_keys, stock_imports,
        stock_import_chunks, stock_import_errors, event_notes, event_positions, webhook_endpoints, webhook_deliveries,
        orders, dead_events, expiry_notices, waiting_lines, sink_cursors`,
    prisma.$executeRaw`UPDATE event_sequencer SET last_position = 0`,
    prisma.$executeRaw`ALTER TABLE stock_movements ENABLE TRIGGER stock_movements_append_only`,
    prisma.$executeRaw`ALTER TABLE events ENABLE TRIGGER events_append_only`,
  ]);
}

/**
 * Holds of one unit each of a new SKU, with all that the ledger would have written, so that the invariants
 * hold: a hundred of them for each millisecond from `dueInMs` on. Answers their ids in the order in which
 * they fall due.
 */
export async function addHolds(
  { prisma }: Database,
  sku: string,
  { count = 1, dueInMs = -1_000 }: { count?: number; dueInMs?: number } = {},
): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ id: string }[]>`
    WITH hold AS MATERIALIZED (
      SELECT
        n,
        gen_random_uuid() AS id,
        statement_timestamp() - interval '1 hour' AS since,
        (statement_timestamp() + (${dueInMs}::integer + n / 100) * interval '1 ms')::timestamptz(3) AS due
      FROM generate_series(1, ${count}::integer) AS n
    ),
    place AS (
      INSERT INTO locations (location) VALUES ('EAST') ON CONFLICT DO NOTHING
    ),
    product AS (
      INSERT INTO skus (sku) VALUES (${sku})
    ),
    level AS (
      INSERT INTO stock_levels (sku, location, on_hand, reserved, version, level_seq)
      SELECT ${sku}, 'EAST', count(*), count(*), 1, count(*) + 1
      FROM hold
    ),
    movements AS (
      INSERT INTO stock_movements (
        id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
        on_hand, reserved, allocated, reservation_id, caller
      )
      SELECT gen_random_uuid(), min(since), ${sku}, 'EAST', 1, 'set', count(*), 0, 0, count(*), 0, 0, NULL::uuid, 'test'
      FROM hold
      UNION ALL
      SELECT gen_random_uuid(), since, ${sku}, 'EAST', n + 1, 'reserve', 0, 1, 0, ${count}::integer, n, 0, id, 'test'
      FROM hold
    ),
    reservation AS (
      INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
      SELECT id, 'held', 'split', due, 1, since, since
      FROM hold
    ),
    line AS (
      INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
      SELECT id, 1, ${sku}, 1
      FROM hold
    ),
    allocation AS (
      INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
      SELECT id, 1, 1, 'EAST', 1
      FROM hold
    ),
    event AS (
      INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
      SELECT gen_random_uuid(), 'warehouse.inventory.reserved', id::text, since, id, 1, '{"status": "held", "lines": []}'
      FROM hold
    )
    SELECT id
    FROM hold
    ORDER BY due, id`;
  return rows.map(({ id }) => id);
}

/** Afterwards the held units of the SKU cannot be given back. */
export const damage = ({ prisma }: Database, sku: string) =>
  prisma.$executeRaw`UPDATE stock_levels SET reserved = 0 WHERE sku = ${sku}`;

export async function statuses({ prisma }: Database, sku: string): Promise<Record<string, number>> {
  const rows = await prisma.$queryRaw<{ status: string; count: number }[]>`
    SELECT r.status, count(*)::integer AS count
    FROM reservations r
    JOIN reservation_lines line ON line.reservation_id = r.id
    WHERE line.sku = ${sku}
    GROUP BY r.status`;
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** One that waits since `overdueMs` ago. */
export async function addSync(
  { prisma }: Database,
  action: SyncJob['action'],
  { reservationId = newId(), ordinal = 1, overdueMs = 0, endsReservation = false } = {},
): Promise<string> {
  const id = newId();
  await prisma.$executeRaw`
    INSERT INTO warehouse_syncs (
      id, reservation_id, ordinal, action, lines, ends_reservation, occurred_at, created_at, next_attempt_at
    )
    SELECT
      ${id}::uuid, ${reservationId}::uuid, ${ordinal}::integer, ${action}, '[{"sku": "MUG", "location": "EAST", "quantity": 2}]',
      ${endsReservation}::boolean, now, now, now - ${overdueMs}::integer * interval '1 ms'
    FROM clock_timestamp() AS now`;
  return id;
}

/** The worker that has a sync has not been heard of in time. */
export const letClaimRunOut = ({ prisma }: Database, syncId: string) =>
  prisma.$executeRaw`
    UPDATE warehouse_syncs SET claimed_until = claimed_until - interval '1 hour' WHERE id = ${syncId}::uuid`;

/** So many events that are committed and have no place yet, one statement each. */
export async function addEvents({ prisma }: Database, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await prisma.$executeRaw`
      INSERT INTO events (id, type, subject, time, data)
      VALUES (
        ${newId()}::uuid, 'warehouse.inventory.stock_low', 'MUG', clock_timestamp(),
        '{"sku": "MUG", "available": 1, "low_stock_threshold": 5}'
      )`;
  }
}

/** A webhook endpoint at which no server listens. */
export async function addWebhook({ prisma }: Database, { enabled = true } = {}): Promise<string> {
  const id = newId();
  await prisma.$executeRaw`
    INSERT INTO webhook_endpoints (id, url, secret, cursor, enabled, disabled_reason)
    SELECT
      ${id}::uuid, 'http://127.0.0.1:1/', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', last_position,
      ${enabled}::boolean, CASE WHEN ${enabled}::boolean THEN NULL ELSE 'by hand' END
    FROM event_sequencer`;
  return id;
}
