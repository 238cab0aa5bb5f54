/** Holds that fall due within a quarter second share one job: 4 a second at most. */
const EXPIRY_BUCKET_MS = 250;

/** How long a bucket that the queue took is not asked for again. Short: a flushed queue heals by itself. */
const REMEMBER_MS = 5_000;
/** Nearer buckets are always asked for: their job may run already, and then must run once more. */
const NEAR_MS = 1_000;
/** More than all quarter seconds of the longest hold (3600 s: 14,400). Above it the oldest are dropped. */
const REMEMBER_MAX = 20_000;

export interface ExpiryJob {
  readonly bucketMs: number;
  readonly delayMs: number;
}

/**
 * The quarter second in which the job for a hold that falls due at `dueAtMs` runs: its end, so that it is
 * never early. Overdue holds go into the present bucket: no dead worker can have its job.
 */
function expiryBucketMs(dueAtMs: number, nowMs: number): number {
  return Math.ceil(Math.max(dueAtMs, nowMs) / EXPIRY_BUCKET_MS) * EXPIRY_BUCKET_MS;
}

/**
 * Collects buckets, so that thousands of reservations a second become a few calls to the queue: while one
 * call is under way, the next one collects, and a bucket that the queue took a moment ago is not sent again.
 *
 * Not sending it again is safe because its job will see this hold too: the hold is committed, and the job
 * reads all due holds when it runs. If the queue loses the job after that, the next call after `REMEMBER_MS`,
 * each worker's timer and reconcile bring it back.
 */
export function createExpiryBuckets(add: (jobs: readonly ExpiryJob[]) => Promise<void>) {
  /** By bucket: when the queue certainly had its job, by `performance.now()`. In order of that time. */
  const taken = new Map<number, number>();
  /** By bucket: when its job has to run, by `performance.now()`. */
  let gathering = new Map<number, number>();
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function send(): Promise<void> {
    const buckets = gathering;
    gathering = new Map();
    next = undefined;
    const now = performance.now();
    // In order: PostgreSQL locks each as it is added, and two processes must not deadlock.
    const inOrder = [...buckets].toSorted(([a], [b]) => a - b);
    const jobs = inOrder.map(([bucketMs, runAt]) => ({
      bucketMs,
      delayMs: Math.ceil(Math.max(0, runAt - now)),
    }));
    await add(jobs);
    remember(buckets.keys());
  }

  function remember(buckets: Iterable<number>): void {
    const now = performance.now();
    for (const bucketMs of buckets) {
      taken.delete(bucketMs);
      taken.set(bucketMs, now);
    }
    for (const [bucketMs, since] of taken) {
      if (taken.size <= REMEMBER_MAX && now - since < REMEMBER_MS) break;
      taken.delete(bucketMs);
    }
  }

  function isTaken(bucketMs: number, nowMs: number): boolean {
    const since = taken.get(bucketMs);
    return since !== undefined && performance.now() - since < REMEMBER_MS && bucketMs - nowMs > NEAR_MS;
  }

  async function flush(): Promise<void> {
    // Its own callers get the error of the call before. Without a call before it, this still waits for the
    // end of the tick, so that all requests of the tick are collected.
    await underWay?.catch(() => {});
    underWay = send();
    await underWay;
  }

  return {
    /** Whether the queue has all of these already, as far as this process knows. */
    have: (dueAtMs: readonly number[], nowMs: number) =>
      dueAtMs.every((due) => isTaken(expiryBucketMs(due, nowMs), nowMs)),

    /** Resolves when the queue has a job for each. @param nowMs the database's time, as `dueAtMs` */
    async ensure(dueAtMs: readonly number[], nowMs: number): Promise<void> {
      const hereNow = performance.now();
      for (const due of dueAtMs) {
        const bucketMs = expiryBucketMs(due, nowMs);
        // Only the difference is used: this process's clock may differ from the database's.
        if (!isTaken(bucketMs, nowMs)) gathering.set(bucketMs, hereNow + bucketMs - nowMs);
      }
      if (gathering.size > 0) await (next ??= flush());
    },
  };
}
