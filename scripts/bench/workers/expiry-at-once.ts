import { createProducer, queueConnection } from '@holdfast/jobs';
import { createLogger } from '@holdfast/runtime';
import { checkBooks } from '../consistency.ts';
import type { Stage } from '../stage.ts';
import { countHeld, readExpiryLag } from './expired.ts';
import { exactly, type Finding } from './finding.ts';
import { openFleet, type Fleet, type QueuePlace } from './fleet.ts';
import { makeHolds } from './holds.ts';
import type { Scale, Scenario } from './scenario.ts';
import { until } from './until.ts';

const WORKERS = 2;
const HOLDS = 10_000;
const GIVEN_BACK_WITHIN_SECONDS = 5;
/** Past anything that the making takes. */
const TTL_SECONDS = 3_600;
const DUE_IN_SECONDS = 5;
const PATIENCE_MS = 60_000;

const playing =
  (spreadMs: number) =>
  async (stage: Stage, place: QueuePlace, { count }: Scale): Promise<readonly Finding[]> => {
    const fleet = await openFleet(stage, place, { workers: WORKERS });
    try {
      const holds = count(HOLDS);
      await makeHolds(fleet, holds, () => TTL_SECONDS);
      await letFallDue(fleet, spreadMs);
      await until(async () => (await countHeld(fleet)) === 0, PATIENCE_MS);
      const { p50, max, count: givenBack } = await readExpiryLag(fleet);
      await checkBooks(fleet.shop.baseUrl, { deep: true });
      return [
        { what: 'Holds given back', value: givenBack, goal: exactly(holds) },
        { what: 'After its time: half of them, s', value: p50 },
        { what: 'After its time: the last one, s', value: max, goal: { atMost: GIVEN_BACK_WITHIN_SECONDS } },
      ];
    } finally {
      await fleet.close();
    }
  };

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
  const { databaseUrl, redisUrl } = fleet;
  const producer = await createProducer(queueConnection({ databaseUrl, redisUrl }), {
    log: createLogger('bench', 'warn'),
  });
  await producer.ensureExpiryJobs(due.dueAtMs, due.nowMs);
  await producer.close();
}

const how = (when: string) =>
  `${WORKERS} workers. ${HOLDS.toLocaleString('en')} holds of one unit over 1,000 SKUs, made through the API; then all of them get ` +
  `another \`expires_at\`, ${when}, ${DUE_IN_SECONDS} s ahead, and the queue gets the jobs that belong to it. “After its time” is the ` +
  'movement’s `at`, when it was decided with all rows locked, less `expires_at`. Then the books are checked.';

export const expiryAtOnceScenarios: readonly Scenario[] = [
  {
    name: 'expiry-instant',
    title: `${HOLDS.toLocaleString('en')} holds that fall due at one instant`,
    how: how('the same for all'),
    play: playing(0),
  },
  {
    name: 'expiry-second',
    title: `${HOLDS.toLocaleString('en')} holds that fall due within one second`,
    how: how('spread over one second'),
    play: playing(999),
  },
];
