import { randomInt } from 'node:crypto';
import { queueBackends } from '@holdfast/testing';
import { playFaultRound } from './faults/round.ts';

jest.setTimeout(180_000);

/** Each strategy on the queue backend that the other one does not have, where there are two. */
const ROUNDS = (['pessimistic', 'optimistic'] as const).map((locking, index) => ({
  locking,
  backend: queueBackends[index % queueBackends.length],
}));

describe.each(ROUNDS)(
  '$locking, queues on $backend.name, one fault after the other',
  ({ locking, backend }) => {
    test('what was acknowledged is so, once, and the books add up', async () => {
      if (!backend) throw new Error('no queue backend');
      const seed = randomInt(2 ** 31);
      process.stderr.write(`faults, ${locking}: seed ${seed}\n`);
      const findings = await playFaultRound({ locking, backend, seed });
      expect(findings.violations).toEqual([]);
      expect(findings.checks).toBeGreaterThan(findings.commands / 2);
    });
  },
);
