import { randomInt } from 'node:crypto';
import { seededDice } from '@holdfast/domain/testing';
import { queueBackends } from '@holdfast/testing';
import { ACCIDENTS, type Accident, mayBeMissing, ONLY_WITH_REDIS } from './faults/accidents.ts';
import { playFaultRound } from './faults/round.ts';

/** Both rounds come from one seed: `npm run test:faults -- --seed N --only …` repeats one of their accidents. */
const seed = randomInt(2 ** 31);

/** Some 100 changes a second of all clients. */
const THINK_TIME_MS = 100;

/** One round for each queue, Redis last. Each accident happens in one of them, by the seed: over many runs, in both. */
const rounds = [0, 1].map((index) => ({
  backend: queueBackends[index % queueBackends.length],
  accidents: [] as Accident[],
}));
const dice = seededDice(seed);
for (const accident of ACCIDENTS) {
  rounds[ONLY_WITH_REDIS.has(accident) ? 1 : dice.whole(0, 1)]?.accidents.push(accident);
}

describe.each(rounds)('queues on $backend.name, one fault after the other', ({ backend, accidents }) => {
  test('acknowledged changes are stored once, and the counters add up', async () => {
    if (!backend) throw new Error('no queue backend');
    process.stderr.write(`faults, ${backend.name}: seed ${seed}: ${accidents.join(', ')}\n`);
    const findings = await playFaultRound({ backend, seed, accidents, thinkTimeMs: THINK_TIME_MS });
    const seconds = [...findings.faultMs].map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`);
    process.stderr.write(`faults, ${backend.name}: ${seconds.join(', ')}\n`);
    expect(findings.violations).toEqual([]);
    const missing = accidents.filter((accident) => !findings.faults.has(accident));
    expect(missing.filter((accident) => !mayBeMissing(accident, backend.redisUrl !== undefined))).toEqual([]);
    expect(findings.checks).toBeGreaterThan(findings.commands / 2);
  });
});
