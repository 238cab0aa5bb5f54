import { setTimeout as pause } from 'node:timers/promises';
import { checkBooks } from '../consistency.ts';
import { feltIn } from '../import/phase.ts';
import type { Stage } from '../stage.ts';
import { checkout } from './checkout.ts';
import { countHeld, readExpiryLag } from './expired.ts';
import { exactly, type Finding } from './finding.ts';
import { openFleet, type QueuePlace } from './fleet.ts';
import type { Scale, Scenario } from './scenario.ts';
import { until } from './until.ts';

const WORKERS = 2;
const LOAD = { holds: 500, confirms: 200, ttlSeconds: 10 } as const;
const SECONDS = 40;
const LAG_P99_SECONDS = 1.5;
const PATIENCE_MS = 60_000;

async function play(stage: Stage, place: QueuePlace, { count }: Scale): Promise<readonly Finding[]> {
  const fleet = await openFleet(stage, place, { workers: WORKERS });
  try {
    const load = stage.generator.begin({ kind: 'background', ...checkout(fleet.shop.baseUrl, LOAD) });
    const from = Date.now();
    await pause((LOAD.ttlSeconds + count(SECONDS)) * 1_000);
    const ended = new Date();
    const background = await load.end();
    await until(async () => (await countHeld(fleet)) === 0, PATIENCE_MS);
    // What falls due when the load has ended is not part of it.
    const lag = await readExpiryLag(fleet, ended);
    const all = await readExpiryLag(fleet);
    await checkBooks(fleet.shop.baseUrl, { deep: true });
    const expiring = { from: from + LOAD.ttlSeconds * 1_000, until: ended.getTime() };
    const before = feltIn({ from, until: expiring.from }, background);
    const felt = feltIn(expiring, background);
    return [
      { what: 'Holds a second that fell due', value: lag.count / felt.seconds },
      { what: 'Lag p50, s', value: lag.p50 },
      { what: 'Lag p99, s', value: lag.p99, goal: { atMost: LAG_P99_SECONDS } },
      { what: 'Lag at most, s', value: lag.max },
      { what: 'Holds still held at the end', value: await countHeld(fleet), goal: exactly(0) },
      { what: 'Holds given back in all', value: all.count },
      { what: 'Checkout, p99 ms, before the first fell due', value: before.p99Ms },
      { what: 'Checkout, p99 ms, while they fall due', value: felt.p99Ms },
      { what: 'Errors', value: before.errors + felt.errors, goal: exactly(0) },
    ];
  } finally {
    await fleet.close();
  }
}

export const steadyExpiry: Scenario = {
  name: 'expiry-steady',
  title: `${LOAD.holds} holds a second fall due while checkout goes on`,
  how:
    `${WORKERS} workers. ${LOAD.holds} holds a second that live for ${LOAD.ttlSeconds} s, and ${LOAD.confirms} orders a second that are ` +
    `confirmed as they are made, for ${LOAD.ttlSeconds + SECONDS} s. Of the holds that fell due meanwhile: the movement’s \`at\`, when it ` +
    'was decided with all rows locked, less `expires_at`. Then the books are checked.',
  play,
};
