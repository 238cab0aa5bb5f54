import { setTimeout as pause } from 'node:timers/promises';
import { checkCounters } from '../../api-calls.ts';
import { exactly } from '../../findings.ts';
import {
  confirmOrders,
  countConfirms,
  makeHolds,
  readExpiryLag,
  readHolds,
  untilNoneHeld,
  untilSynced,
} from './fleet.ts';
import { onFleet, type Scenario } from './scenario.ts';

const WORKERS = 2;
const HOLDS = 1_000;
const SYNCS = 200;
const TTL_SECONDS = { min: 20, max: 40 } as const;
/** Before the first of them falls due: each worker's timer looks every 5 s, so some fall due before one has looked. */
const LOST_BEFORE_MS = 2_000;
const LATE_AT_MOST_SECONDS = 10;
const PATIENCE_MS = 120_000;

export const lostQueues: Scenario = {
  name: 'flush',
  title: 'The queues lose everything',
  how:
    `${WORKERS} workers, reconcile every 300 s. ${HOLDS.toLocaleString('en')} holds that fall due after ${TTL_SECONDS.min} to ` +
    `${TTL_SECONDS.max} s, and ${SYNCS} syncs that wait because the gateway is down. ${LOST_BEFORE_MS / 1_000} s before the first hold ` +
    'falls due: `FLUSHALL`, or `TRUNCATE` of all of BullMQ’s tables, and the gateway is back. Nothing is restarted.',
  run: onFleet({ workers: WORKERS }, async (fleet, { count }) => {
    const [holds, syncs] = [count(HOLDS), count(SYNCS)];
    await fleet.warehouse.spoil({ down: true });
    await confirmOrders(fleet, syncs);
    const { min, max } = TTL_SECONDS;
    await makeHolds(fleet, holds, (n) => min + (n % (max - min + 1)));
    await pause((await readHolds(fleet)).msUntilDue - LOST_BEFORE_MS);
    const held = (await readHolds(fleet)).count;
    const { all, synced } = await countConfirms(fleet);
    await fleet.loseQueues();
    await fleet.warehouse.spoil({});
    const lost = performance.now();
    await untilSynced(fleet, PATIENCE_MS);
    const tookSeconds = (performance.now() - lost) / 1_000;
    await untilNoneHeld(fleet, PATIENCE_MS);
    const lag = await readExpiryLag(fleet);
    await checkCounters(fleet.client.baseUrl, { deep: true });
    return [
      { what: 'Holds that waited', value: held, goal: exactly(holds) },
      { what: 'Holds given back', value: lag.count, goal: exactly(holds) },
      { what: 'After its time: half of them, s', value: lag.p50 },
      { what: 'After its time: the last one, s', value: lag.max, goal: { atMost: LATE_AT_MOST_SECONDS } },
      { what: 'Syncs that waited', value: all - synced, goal: exactly(syncs) },
      { what: 'Syncs that succeeded', value: (await countConfirms(fleet)).synced, goal: exactly(syncs) },
      { what: 'From the loss to the last of them, s', value: tookSeconds },
    ];
  }),
};
