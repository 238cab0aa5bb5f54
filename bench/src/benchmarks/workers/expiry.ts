import { setTimeout as pause } from 'node:timers/promises';
import { createProducer, queueConnection } from '@holdfast/jobs';
import { createLogger } from '@holdfast/runtime';
import { checkCounters } from '../../api-calls.ts';
import { exactly } from '../../findings.ts';
import { figuresIn } from '../../load/load-figures.ts';
import { checkout } from '../../load/loads.ts';
import { makeHolds, readExpiryLag, readHolds, untilNoneHeld, type Fleet } from './fleet.ts';
import { onFleet, type Scenario } from './scenario.ts';

const WORKERS = 2;
const PATIENCE_MS = 60_000;

const HOLDS = 10_000;
const GIVEN_BACK_WITHIN_SECONDS = 5;
/** Past anything that the making takes. */
const TTL_SECONDS = 3_600;
const DUE_IN_SECONDS = 5;

const atOnce = (name: string, title: string, when: string, spreadMs: number): Scenario => ({
  name,
  title: `${HOLDS.toLocaleString('en')} holds that fall due ${title}`,
  how:
    `${WORKERS} workers. ${HOLDS.toLocaleString('en')} holds of one unit over 1,000 SKUs, made through the API; then all of them get ` +
    `another \`expires_at\`, ${when}, ${DUE_IN_SECONDS} s ahead, and the queue gets the jobs that belong to it. “After its time” is the ` +
    'movement’s `at`, when it was decided with all rows locked, less `expires_at`. Then the books are checked.',
  run: onFleet({ workers: WORKERS }, async (fleet, { count }) => {
    const holds = count(HOLDS);
    await makeHolds(fleet, holds, () => TTL_SECONDS);
    await letFallDue(fleet, spreadMs);
    await untilNoneHeld(fleet, PATIENCE_MS);
    const { p50, max, count: givenBack } = await readExpiryLag(fleet);
    await checkCounters(fleet.client.baseUrl, { deep: true });
    return [
      { what: 'Holds given back', value: givenBack, goal: exactly(holds) },
      { what: 'After its time: half of them, s', value: p50 },
      { what: 'After its time: the last one, s', value: max, goal: { atMost: GIVEN_BACK_WITHIN_SECONDS } },
    ];
  }),
});

export const fallingDueAtOnce: readonly Scenario[] = [
  atOnce('expiry-instant', 'at one instant', 'the same for all', 0),
  atOnce('expiry-second', 'within one second', 'spread over one second', 999),
];

/** Has all holds fall due soon, evenly over `spreadMs`, and asks for the jobs that the API would have asked for. */
async function letFallDue(fleet: Fleet, spreadMs: number): Promise<void> {
  const [due] = await fleet.query<{ nowMs: number; dueAtMs: number[] }>(
    `WITH due AS (
       UPDATE reservations
       SET expires_at = date_trunc('second', clock_timestamp()) + $1::integer * interval '1 second'
         + (random() * $2::integer)::integer * interval '1 millisecond'
       WHERE status = 'held'
       RETURNING expires_at
     )
     SELECT
       (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs",
       json_agg(DISTINCT (extract(epoch FROM expires_at) * 1000)::float8) AS "dueAtMs"
     FROM due`,
    [DUE_IN_SECONDS, spreadMs],
  );
  if (!due) throw new Error('no hold falls due');
  const where = { databaseUrl: fleet.databaseUrl, redisUrl: fleet.redis?.url };
  const log = createLogger('bench', 'warn');
  const producer = await createProducer(queueConnection(where), { log });
  await producer.ensureExpiryJobs(due.dueAtMs, due.nowMs);
  await producer.close();
}

const LOAD = { holds: 500, confirms: 200, ttlSeconds: 10 } as const;
const SECONDS = 40;
const LAG_P99_SECONDS = 1.5;

export const steadyExpiry: Scenario = {
  name: 'expiry-steady',
  title: `${LOAD.holds} holds a second fall due while checkout goes on`,
  how:
    `${WORKERS} workers. ${LOAD.holds} holds a second that live for ${LOAD.ttlSeconds} s, and ${LOAD.confirms} orders a second that are ` +
    `confirmed as they are made, for ${LOAD.ttlSeconds + SECONDS} s. Of the holds that fell due meanwhile: the movement’s \`at\`, when it ` +
    'was decided with all rows locked, less `expires_at`. Then the books are checked.',
  run: onFleet({ workers: WORKERS }, async (fleet, { count }, testbed) => {
    const load = testbed.generator.begin(checkout(fleet.client.baseUrl, LOAD));
    const from = Date.now();
    await pause((LOAD.ttlSeconds + count(SECONDS)) * 1_000);
    const ended = new Date();
    const background = await load.end();
    await untilNoneHeld(fleet, PATIENCE_MS);
    // What falls due when the load has ended is not part of it.
    const lag = await readExpiryLag(fleet, ended);
    const all = await readExpiryLag(fleet);
    await checkCounters(fleet.client.baseUrl, { deep: true });
    const expiring = { from: from + LOAD.ttlSeconds * 1_000, until: ended.getTime() };
    const before = figuresIn({ from, until: expiring.from }, background);
    const during = figuresIn(expiring, background);
    return [
      { what: 'Holds a second that fell due', value: lag.count / during.seconds },
      { what: 'Lag p50, s', value: lag.p50 },
      { what: 'Lag p99, s', value: lag.p99, goal: { atMost: LAG_P99_SECONDS } },
      { what: 'Lag at most, s', value: lag.max },
      { what: 'Holds still held at the end', value: (await readHolds(fleet)).count, goal: exactly(0) },
      { what: 'Holds given back in all', value: all.count },
      { what: 'Checkout, p99 ms, before the first fell due', value: before.p99Ms },
      { what: 'Checkout, p99 ms, while they fall due', value: during.p99Ms },
      { what: 'Errors', value: before.errors + during.errors, goal: exactly(0) },
    ];
  }),
};
