import { pick } from '@holdfast/domain/testing';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createFakeClock,
  eventually,
  hasFakeClock,
  type TestProcess,
  type Reservation,
} from '@holdfast/testing';
import { UNWANTED_SKU } from './goods.ts';
import { Owned } from './owned.ts';
import { patientClient, type Scene, startSupervised } from './scene.ts';

/** Longer than a job's lock (5 s) and the interval of the check for expired locks (1 s): another worker takes the jobs over. */
const WORKER_FROZEN_MS = 7_000;
/** Shorter than a client waits, and than PostgreSQL's limit for idle transactions. */
const API_FROZEN_MS = 3_000;
/** Ahead of the host's clock, and behind it. */
const CLOCK_STEPS_SECONDS = [3_600, -3_600, -75];
const CLOCK_STEP_MS = 1_500;
/** Holds that expire while no worker runs, in batches. */
const LATE_BATCHES = 3;
const BATCH = 100;
const LATE_WITHIN_MS = 5_000;
const LATE_WORKERS = 3;

/** Meanwhile another worker takes over the frozen worker's jobs. */
export const freezeWorker = ({ fleet, dice }: Scene): Promise<void> =>
  freeze(pick(dice, fleet.workers), WORKER_FROZEN_MS);

export const freezeApi = ({ fleet, dice }: Scene): Promise<void> =>
  freeze(pick(dice, fleet.apis), API_FROZEN_MS);

/** SIGSTOP and SIGCONT, as on a host that is suspended and resumed. */
async function freeze({ pid }: TestProcess, forMs: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await pause(forMs); // the duration is the fault
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** Sets the clocks of one API and one worker, as an operator or NTP does; the others' stay right. @returns false without libfaketime */
export async function stepClocks(scene: Scene): Promise<boolean> {
  const { fleet } = scene;
  if (!hasFakeClock) return false;
  const clock = createFakeClock();
  const [api, worker] = await Promise.all([
    startSupervised(scene, 'api', { ...clock.env }),
    startSupervised(scene, 'worker', { ...clock.env }),
  ]);
  for (const seconds of CLOCK_STEPS_SECONDS) {
    clock.set(seconds);
    await pause(CLOCK_STEP_MS); // the duration is the fault
  }
  clock.set(0);
  await Promise.all([fleet.stop(worker), fleet.stop(api)]);
  clock.remove();
  return true;
}

/**
 * Holds expire while no worker works; then all workers begin at once with the same oldest holds. They are frozen until then, as
 * started workers would begin one after another.
 */
export async function workersComeLate(scene: Scene): Promise<void> {
  const { fleet } = scene;
  const late = async () => {
    const [row] = await fleet.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM reservations
       WHERE order_id LIKE 'late-%' AND status = 'held' AND expires_at <= clock_timestamp()`,
    );
    return row?.count ?? 0;
  };
  const areLate = () =>
    eventually(async () => (await late()) >= BATCH, { timeoutMs: LATE_WITHIN_MS }).catch(() => false);
  const more = await Promise.all(
    Array.from({ length: LATE_WORKERS - fleet.workers.length }, () => startSupervised(scene, 'worker')),
  );
  const { workers } = fleet;
  for (const { pid } of workers) process.kill(pid, 'SIGSTOP');
  try {
    // A batch gives back the due holds of earlier ones, and a repeated call also those of its own.
    for (let batch = 0; batch < LATE_BATCHES || !(await areLate()); batch += 1) await holdMany(scene, batch);
  } finally {
    for (const { pid } of workers) process.kill(pid, 'SIGCONT');
  }
  await eventually(async () => (await late()) === 0);
  await Promise.all(more.map((worker) => fleet.stop(worker)));
}

/** Holds that last for a second, and that only a worker gives back. */
async function holdMany(scene: Scene, batch: number): Promise<void> {
  const { findings, records, name } = scene;
  const key = `late-${name}-${records.keys.size}-${batch}`;
  const reservations = Array.from({ length: BATCH }, (_, number) => ({
    order_id: `${key}-${number}`,
    lines: [{ sku: UNWANTED_SKU, quantity: 1 }],
    ttl_seconds: 1,
  }));
  const answer = await patientClient(scene).insist<{
    results: readonly { reservation: Reservation }[];
  }>({ method: 'POST', path: '/v1/reservations/batch', body: { atomic: true, reservations }, key });
  records.keys.set(key, answer);
  for (const { reservation } of answer.body.results) records.owned.push(new Owned(reservation, findings));
}

/** @returns false if the queues are not in Redis, as {@link evictFromRedis} */
export async function killRedis({ redis }: Scene): Promise<boolean> {
  if (!redis) return false;
  await redis.kill();
  await redis.start();
  return true;
}

/** Redis runs out of memory and evicts any keys: jobs, schedules, the gateway's slots. Then its limit is removed. */
export async function evictFromRedis({ redis }: Scene): Promise<boolean> {
  if (!redis) return false;
  const evicted = async () => /evicted_keys:[1-9]/.test(String(await redis.run('INFO', 'stats')));
  await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1mb');
  try {
    await eventually(evicted);
  } finally {
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0');
  }
  return true;
}
