import { z } from 'zod';

/**
 * The one list of what can be queued: which queue, what a payload looks like, how often it is tried, how long
 * it is kept. Producer and consumer both read it. Nothing is repeated elsewhere. It imports only zod, so that
 * a module which needs only a name loads no queue.
 *
 * No job here carries truth. Each names rows of PostgreSQL, its handler looks at them again, and all jobs can
 * be rebuilt from them. So a job that is finished or given up may be dropped soon, and none is ever restored
 * by hand.
 */

/** Unlimited attempts: rows decide when the work has ended. PostgreSQL keeps it in an integer. */
const UNLIMITED_ATTEMPTS = 1_000_000_000;

/** Exponential with full jitter: a random time up to `min(capMs, firstMs * 2^(attempt - 1))`. */
export interface Backoff {
  readonly firstMs: number;
  readonly capMs: number;
}

/** On PostgreSQL each costs every worker a connection to listen on: new jobs share one if they can. */
export const queueNames = [
  'expiry',
  'warehouse-sync',
  'events',
  'reconcile',
  'stock-import',
  'housekeeping',
] as const;
export type QueueName = (typeof queueNames)[number];

/** Jobs of a queue, whatever their names, that one worker process runs at once. */
export const queueConcurrency: Readonly<Record<QueueName, number>> = {
  // A bucket that takes long must not hold up the next one; more than two would only meet at the same rows.
  expiry: 2,
  // 60 calls a second of up to 2 s each would need 120; but the answer comes in tens of milliseconds, and
  // calls in flight are what a killed worker leaves unknown.
  'warehouse-sync': 8,
  // More than the number of sinks (50 webhook endpoints, Redis) and the job that numbers events, so a sink
  // that waits 15 s for an answer delays no other. They wait for others, and cost next to nothing while they
  // do. Those that give stock to the line take milliseconds, and share the rest.
  events: 60,
  reconcile: 1,
  // Checkout goes first: one import at a time leaves the ledger and the pool to it.
  'stock-import': 1,
  // Nothing here is urgent. A job that has much to do gives way to the others every few seconds.
  housekeeping: 1,
};

export interface JobDefinition {
  readonly queue: QueueName;
  readonly payload: z.ZodType;
  /** How often it is tried before it counts as failed. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Failed jobs that Bull Board can still show: a row each on PostgreSQL, a kilobyte on Redis. */
  readonly keepFailed?: number;
}

/** The request that a job was made for, in the data of those jobs that have one. */
const ofRequest = { request_id: z.string().max(128).optional(), traceparent: z.string().max(55).optional() };

export const jobCatalog = {
  /** Gives back all due holds, in chunks. One job for each quarter second in which a hold falls due. */
  'expire-due-holds': {
    queue: 'expiry',
    payload: z.strictObject({ bucket_ms: z.int().nonnegative() }),
    // About 15 s of trying. If the database is away for longer, the timer of each worker asks again; a job
    // that retries on would only stand in the way of that (same deduplication id).
    attempts: 10,
    // Stock that is not given back is stock that is not sold: never more than 2 s of extra waiting.
    backoff: { firstMs: 100, capMs: 2_000 },
    keepFailed: 1_000,
  },
  /** Gives stock of one SKU that has come free to those who wait in line for it. */
  'grant-waiting': {
    queue: 'events',
    payload: z.strictObject({ sku: z.string().min(1).max(255) }),
    // Like expire-due-holds: each worker's timer asks again while a SKU has stock for waiting reservations.
    attempts: 10,
    backoff: { firstMs: 50, capMs: 1_000 },
  },
  /** Queues the syncs at the front of the line, as the gateway takes them. */
  'queue-syncs': {
    queue: 'events',
    payload: z.strictObject({}),
    // If the queue has no room for all, it runs again a moment later, which BullMQ counts as an attempt.
    attempts: UNLIMITED_ATTEMPTS,
    backoff: { firstMs: 100, capMs: 2_000 },
  },
  /**
   * Sends a reservation's change to the warehouse. One job for each row of `warehouse_syncs` whose turn is
   * near (`queue-syncs`).
   */
  'sync-reservation': {
    queue: 'warehouse-sync',
    payload: z.strictObject({
      sync_id: z.uuid(),
      /** Jobs that have failed permanently, for people: the row has the failure too. */
      reservation_id: z.uuid().optional(),
      order_id: z.string().nullable().optional(),
      ...ofRequest,
    }),
    // A 429 from the gateway is an attempt to BullMQ, and must not be one to us: the real count is in
    // `warehouse_sync_attempts`, and its limit is GATEWAY_MAX_ATTEMPTS.
    attempts: UNLIMITED_ATTEMPTS,
    // For errors of our own (database away). Waits for the gateway come from the row, by RetryLater.
    backoff: { firstMs: 250, capMs: 10_000 },
    keepFailed: 1_000,
  },
  /** Numbers the events that are committed, until all have their place, and wakes the sinks. */
  'publish-events': {
    queue: 'events',
    payload: z.strictObject({}),
    // If it finds another job at work, it runs again a moment later, which BullMQ counts as an attempt.
    attempts: UNLIMITED_ATTEMPTS,
    backoff: { firstMs: 50, capMs: 1_000 },
  },
  /** Gives one sink the events that it does not have yet. */
  'publish-to-sink': {
    queue: 'events',
    payload: z.strictObject({ sink: z.string().min(1).max(100) }),
    // If it has much to do, it runs again every few seconds, which BullMQ counts as an attempt. Metrics show
    // a sink that is away; its job need not fail for that.
    attempts: UNLIMITED_ATTEMPTS,
    // For a sink or a database that is away. While it waits, wake-ups are swallowed: no longer than this.
    backoff: { firstMs: 250, capMs: 5_000 },
    keepFailed: 500,
  },
  /**
   * Asks for `publish-to-sink` when its time has come. A separate job: it must neither replace a wake-up that
   * comes earlier, nor run beside the job that is publishing.
   */
  'wake-sink': {
    queue: 'events',
    payload: z.strictObject({ sink: z.string().min(1).max(100) }),
    attempts: 3,
    backoff: { firstMs: 100, capMs: 1_000 },
  },
  /** Compares rows with jobs and counters with balances, and repairs. */
  'reconcile-stale': {
    queue: 'reconcile',
    payload: z.strictObject({
      /** The row of `reconciliation_runs` to fill in; null when the job shall make one. */
      run_id: z.uuid().nullable(),
      trigger: z.enum(['manual', 'schedule', 'startup']),
      /** For people: jobs whose runs have failed. */
      failed_run_ids: z.array(z.uuid()).optional(),
      ...ofRequest,
    }),
    // It comes again by itself in RECONCILE_EVERY_SECONDS.
    attempts: 3,
    backoff: { firstMs: 1_000, capMs: 10_000 },
  },
  /** Works off the staged rows of one stock import. One job for each row of `stock_imports`. */
  'import-stock': {
    queue: 'stock-import',
    payload: z.strictObject({ import_id: z.uuid(), ...ofRequest }),
    // An import ends in its row, as succeeded or failed; until then its caller waits.
    attempts: UNLIMITED_ATTEMPTS,
    backoff: { firstMs: 250, capMs: 10_000 },
  },
  /**
   * Has the ledger check again whether SKUs are low, after a change of a threshold or of the available units.
   */
  'review-stock': {
    queue: 'housekeeping',
    payload: z.strictObject({}),
    // As for expire-due-holds: each worker's timer asks again while there is a SKU to look at.
    attempts: 10,
    backoff: { firstMs: 100, capMs: 2_000 },
  },
  /**
   * Deletes rows whose retention has ended: idempotency keys, events and deliveries, staged rows of imports.
   */
  'forget-old-rows': {
    queue: 'housekeeping',
    payload: z.strictObject({}),
    // One attempt deletes for some seconds. The next run takes what 100 of them leave.
    attempts: 100,
    backoff: { firstMs: 1_000, capMs: 60_000 },
  },
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobCatalog;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobCatalog)[Name]['payload']>;

/** Lower goes first. Never 0: to BullMQ that is "no priority", which overtakes all others. */
export const syncPriority = { urgent: 1, other: 10 } as const;

/**
 * The times of a worker, the same for all queues.
 *
 * They decide when another worker takes the job of a killed one. The lock lasts up to `lockDurationMs`, and
 * two stalled checks follow (mark, then sweep): at most 5 + 2 * 2 = 9 s. The price of a short lock is that a
 * process whose event loop stands still for 5 s loses its job to another one while it still runs it; handlers
 * bear that. The lock is renewed at half time. Checks cost one cheap call a second for each queue.
 */
export const workerTimes = {
  lockDurationMs: 5_000,
  stalledIntervalMs: 1_000,
  /** Rolling restarts may strike the same job several times; one that kills its worker 10 times is poison. */
  maxStalledCount: 10,
  /** An idle worker is woken by a notification. Should one get lost, it looks by itself after this time. */
  idleLookEveryMs: 5_000,
  /** After a refused connection. BullMQ's 15 s would delay holds after each restart of the database. */
  reconnectDelayMs: 500,
} as const;
