import { setTimeout as pause } from 'node:timers/promises';
import { checkBooks } from '../consistency.ts';
import type { Stage } from '../stage.ts';
import { countHeld, msUntilDue, readExpiryLag } from './expired.ts';
import { exactly, type Finding } from './finding.ts';
import { openFleet, type QueuePlace } from './fleet.ts';
import { makeHolds } from './holds.ts';
import type { Scale, Scenario } from './scenario.ts';
import { confirmOrders, countConfirms, untilTold } from './syncs.ts';
import { until } from './until.ts';

const WORKERS = 2;
const HOLDS = 1_000;
const SYNCS = 200;
const TTL_SECONDS = { min: 20, max: 40 } as const;
/** Before the first of them falls due: each worker's timer looks every 5 s, so some fall due before anybody has looked. */
const FLUSH_BEFORE_MS = 2_000;
const LATE_AT_MOST_SECONDS = 10;
const PATIENCE_MS = 120_000;

async function play(stage: Stage, place: QueuePlace, { count }: Scale): Promise<readonly Finding[]> {
  const fleet = await openFleet(stage, place, { workers: WORKERS });
  try {
    const [holds, syncs] = [count(HOLDS), count(SYNCS)];
    await fleet.warehouse.spoil({ down: true });
    await confirmOrders(fleet, syncs);
    const { min, max } = TTL_SECONDS;
    await makeHolds(fleet, holds, (n) => min + (n % (max - min + 1)));
    await pause((await msUntilDue(fleet)) - FLUSH_BEFORE_MS);
    const heldAtFlush = await countHeld(fleet);
    const { all, told } = await countConfirms(fleet);
    await fleet.loseQueues();
    await fleet.warehouse.spoil({});
    const flushed = performance.now();
    await untilTold(fleet, PATIENCE_MS);
    const tookSeconds = (performance.now() - flushed) / 1_000;
    await until(async () => (await countHeld(fleet)) === 0, PATIENCE_MS);
    const lag = await readExpiryLag(fleet);
    await checkBooks(fleet.shop.baseUrl, { deep: true });
    return [
      { what: 'Holds that waited', value: heldAtFlush, goal: exactly(holds) },
      { what: 'Holds given back', value: lag.count, goal: exactly(holds) },
      { what: 'After its time: half of them, s', value: lag.p50 },
      { what: 'After its time: the last one, s', value: lag.max, goal: { atMost: LATE_AT_MOST_SECONDS } },
      { what: 'Syncs that waited', value: all - told, goal: exactly(syncs) },
      { what: 'Syncs that succeeded', value: (await countConfirms(fleet)).told, goal: exactly(syncs) },
      { what: 'From the loss to the last of them, s', value: tookSeconds },
    ];
  } finally {
    await fleet.close();
  }
}

export const flush: Scenario = {
  name: 'flush',
  title: 'The queues lose everything',
  how:
    `${WORKERS} workers, reconcile every 300 s. ${HOLDS.toLocaleString('en')} holds that fall due after ${TTL_SECONDS.min} to ` +
    `${TTL_SECONDS.max} s, and ${SYNCS} syncs that wait because the gateway is down. ${FLUSH_BEFORE_MS / 1_000} s before the first hold ` +
    'falls due: `FLUSHALL`, or `TRUNCATE` of all of BullMQ’s tables, and the gateway is back. Nothing is restarted.',
  play,
};
