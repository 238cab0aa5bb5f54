/**
 * What workers promise when there are several of them, when something fails, and when much falls due at once; each promise on
 * both kinds of queue.
 */
import { say } from './measure.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import { expiryAtOnceScenarios } from './workers/expiry-at-once.ts';
import { steadyExpiry } from './workers/expiry-steady.ts';
import type { Finding } from './workers/finding.ts';
import { queuePlaces, type QueuePlace } from './workers/fleet.ts';
import { flush } from './workers/flush.ts';
import { gatewayScenarios } from './workers/gateway.ts';
import { outage } from './workers/outage.ts';
import type { Scenario } from './workers/scenario.ts';

const scenarios: readonly Scenario[] = [
  ...gatewayScenarios,
  outage,
  flush,
  ...expiryAtOnceScenarios,
  steadyExpiry,
];

export interface Played extends Pick<Scenario, 'name' | 'title' | 'how'> {
  readonly findings: Readonly<Partial<Record<QueuePlace, readonly Finding[]>>>;
}

export interface WorkersResult {
  readonly percent: number;
  readonly played: readonly Played[];
}

const ROUNDS = 3;

/** @throws {Error} when no scenario has such a name */
export async function benchWorkers(
  stage: Stage,
  { scenario: wanted, percent, rounds }: Options,
): Promise<WorkersResult> {
  const chosen = scenarios.filter(({ name }) => name.startsWith(wanted));
  if (chosen.length === 0) {
    throw new Error(`--scenario ${wanted}: there are ${scenarios.map(({ name }) => name).join(', ')}`);
  }
  const scale = { count: (full: number) => Math.ceil((full * percent) / 100), rounds: rounds ?? ROUNDS };
  const played: Played[] = [];
  for (const { name, title, how, places = queuePlaces, play } of chosen) {
    const findings: Partial<Record<QueuePlace, readonly Finding[]>> = {};
    for (const place of places) {
      findings[place] = await play(stage, place, scale);
      say(
        `${name}, ${place}: ${findings[place].map(({ what, value }) => `${what} ${+value.toFixed(2)}`).join('; ')}`,
      );
    }
    played.push({ name, title, how, findings });
  }
  return { percent, played };
}
