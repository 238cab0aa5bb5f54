import { randomInt } from 'node:crypto';
import { seededDice } from '@holdfast/domain/testing';
import { queueBackends } from '@holdfast/testing';
import { ACCIDENTS, type Accident, mayBeMissing, ONLY_WITH_REDIS } from './faults/accidents.ts';
import { playFaultRound } from './faults/round.ts';

/** Both rounds come from one seed: `npm run test:faults -- --seed N --only …` repeats one of their accidents. */
const seed = randomInt(2 ** 31);

/** Each strategy on the queue backend that the other one does not have, where there are two. */
const ROUNDS = (['pessimistic', 'optimistic'] as const).map((locking, index) => ({
  locking,
  backend: queueBackends[index % queueBackends.length],
}));

/** Some 100 changes a second of all clients. */
const THINK_TIME_MS = 100;

/** Each accident happens in one of the rounds, by the seed: over many runs, in both. */
const shares: [Accident[], Accident[]] = [[], []];
const dice = seededDice(seed);
for (const accident of ACCIDENTS) {
  const round = ONLY_WITH_REDIS.has(accident) ? 1 : dice.whole(0, 1);
  shares[round === 1 ? 1 : 0].push(accident);
}

describe.each(ROUNDS)(
  '$locking, queues on $backend.name, one fault after the other',
  ({ locking, backend }) => {
    test('acknowledged changes are stored once, and the counters add up', async () => {
      if (!backend) throw new Error('no queue backend');
      const accidents = shares[locking === 'pessimistic' ? 0 : 1];
      process.stderr.write(`faults, ${locking}: seed ${seed}: ${accidents.join(', ')}\n`);
      const findings = await playFaultRound({
        locking,
        backend,
        seed,
        accidents,
        thinkTimeMs: THINK_TIME_MS,
      });
      const seconds = [...findings.faultMs].map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`);
      process.stderr.write(`faults, ${locking}: ${seconds.join(', ')}\n`);
      expect(findings.violations).toEqual([]);
      const missing = accidents.filter((accident) => !findings.faults.has(accident));
      expect(missing.filter((accident) => !mayBeMissing(accident, backend.redisUrl !== undefined))).toEqual(
        [],
      );
      expect(findings.checks).toBeGreaterThan(findings.commands / 2);
    });
  },
);
