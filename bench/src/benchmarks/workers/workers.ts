import { say, type Benchmark } from '../../benchmark.ts';
import { findingsTable, type Finding, type FindingsByPlace } from '../../findings.ts';
import { queuePlaces, type QueuePlace } from '../../options.ts';
import { paragraphs } from '../../table.ts';
import { fallingDueAtOnce, steadyExpiry } from './expiry.ts';
import { gatewayScenarios } from './gateway.ts';
import { lostQueues } from './lost-queues.ts';
import { outage } from './outage.ts';
import type { Scenario } from './scenario.ts';

const SCENARIOS: readonly Scenario[] = [
  ...gatewayScenarios,
  outage,
  lostQueues,
  ...fallingDueAtOnce,
  steadyExpiry,
];

const ROUNDS = 3;

/** When there are several workers, when something fails, and when much falls due at once. */
export const workers: Benchmark = {
  name: 'workers',
  compares: 'what a fleet does with what it promises, with the queues in PostgreSQL and in Redis',
  async run(testbed, { scenario: wanted, percent, rounds = ROUNDS }) {
    const chosen = SCENARIOS.filter(({ name }) => name.startsWith(wanted));
    if (chosen.length === 0) {
      throw new Error(`--scenario ${wanted}: there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
    }
    const scale = { count: (full: number) => Math.ceil((full * percent) / 100), rounds };
    const results: (Pick<Scenario, 'name' | 'title' | 'how'> & { findings: FindingsByPlace })[] = [];
    for (const { name, title, how, places = queuePlaces, run } of chosen) {
      const findings: Partial<Record<QueuePlace, readonly Finding[]>> = {};
      for (const place of places) {
        const found = await run(testbed, place, scale);
        findings[place] = found;
        say(
          `${name}, ${place}: ${found.map(({ what, value }) => `${what} ${+value.toFixed(2)}`).join('; ')}`,
        );
      }
      results.push({ name, title, how, findings });
    }
    const markdown = paragraphs(
      '## Workers',
      'Each scenario with a fresh fleet, once with the queues in PostgreSQL and once in Redis. Figures that miss their target are bold.',
      percent === 100 ? null : `**A try with ${percent}% of the numbers: the targets are for all of them.**`,
      ...results.map(({ name, title, how, findings }) =>
        paragraphs(`### ${title}`, `\`--scenario ${name}\`. ${how}`, findingsTable(findings)),
      ),
    );
    return { markdown, figures: { percent, results } };
  },
};
