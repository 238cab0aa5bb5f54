import type { EventResult, IncomingEvent } from '@holdfast/events';
import type { ReceivedMessage } from '@holdfast/kafka';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '@holdfast/ledger';
import { takeMessages } from './take-messages.ts';

const messageOf = (id: string, source = '/orders'): ReceivedMessage => ({
  topic: 'orders',
  partition: 0,
  offset: id,
  headers: { 'content-type': 'application/cloudevents+json' },
  value: Buffer.from(JSON.stringify({ specversion: '1.0', id, source, type: 'order.order.cancelled' })),
});

/** An intake that fails in the given ways, before it takes anything. */
function openIntake(failures: (events: readonly IncomingEvent[]) => Error | undefined = () => undefined) {
  const taken: string[] = [];
  const dead: (readonly [id: string, code: string])[] = [];
  const waits: unknown[] = [];
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  const take = takeMessages({
    intake: {
      async take(events) {
        const failure = failures(events);
        if (failure) throw failure;
        taken.push(...events.map(({ id }) => id));
        return events.map(({ id, source }): EventResult => ({
          id,
          source,
          state: 'processed',
          effects: [],
          note: null,
          reservation_id: null,
          problem: null,
        }));
      },
      async keepDead({ id }, { code }) {
        dead.push([id, code]);
        return true;
      },
    },
    maySend: (_caller, source) => source !== '/bound',
    log: { warn: log, error: log },
    onWait: (error) => waits.push(error),
    retryMs: 1,
  });
  return { take, taken, dead, waits, lines };
}

const never = new AbortController().signal;
const failing = (times: number, error: Error) => () => (times-- > 0 ? error : undefined);

test.each([
  new LedgerOverloaded('5000 commands wait already'),
  new LedgerUnavailable('the database is away'),
  new OutcomeUnknown('the database went away during COMMIT'),
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
])('after %s it waits and tries again, and nothing is dead', async (error) => {
  const intake = openIntake(failing(2, error));
  await intake.take([messageOf('1'), messageOf('2')], never);
  expect(intake).toMatchObject({ taken: ['1', '2'], dead: [], waits: [error, error] });
});

test('an event that fails for no known reason is dead, and those around it are taken in their order', async () => {
  const intake = openIntake((events) =>
    events.some(({ id }) => id === '2') ? new TypeError('a bug') : undefined,
  );
  await intake.take([messageOf('1'), messageOf('2'), messageOf('3')], never);
  expect(intake).toMatchObject({ taken: ['1', '3'], dead: [['2', 'internal_error']], waits: [] });
  expect(intake.lines).toContain('kafka.event_failed');
});

test('an event that fails for no known reason and then succeeds is taken', async () => {
  const intake = openIntake(failing(3, new TypeError('a deploy is under way')));
  await intake.take([messageOf('1')], never);
  expect(intake).toMatchObject({ taken: ['1'], dead: [] });
});

test('a message that is not an event, or has the source of another key, becomes a dead event, and the others are taken', async () => {
  const intake = openIntake();
  const broken = { ...messageOf('2'), value: Buffer.from('{') };
  await intake.take([messageOf('1'), broken, messageOf('3', '/bound'), messageOf('4')], never);
  expect(intake).toMatchObject({
    taken: ['1', '4'],
    dead: [
      ['0/2', 'malformed_json'],
      ['3', 'forbidden'],
    ],
  });
});

test('when it stops while it waits, it gives up, and nothing is dead', async () => {
  const stopping = new AbortController();
  const intake = openIntake(() => {
    stopping.abort(new Error('the worker stops'));
    return new LedgerUnavailable('away');
  });
  await expect(intake.take([messageOf('1')], stopping.signal)).rejects.toThrow('the worker stops');
  expect(intake).toMatchObject({ taken: [], dead: [] });
});
