import { RepeatedCauses, type LogFields } from './repeated-causes.ts';

interface Line extends LogFields {
  readonly level: string;
  readonly event: string;
}

function openLog() {
  const lines: Line[] = [];
  const log = new RepeatedCauses((level, event, fields) => lines.push({ level, event, ...fields }));
  return { log, lines };
}

const refused = () =>
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });

const wrapped = (call: string) => new Error(`${call}: failed`, { cause: new AggregateError([refused()]) });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a line without an error or a cause is written as it is, however often', () => {
  const { log, lines } = openLog();
  for (let at = 0; at < 3; at += 1) log.log('warn', 'job.stalled', { job_id: '7' });
  const line = { level: 'warn', event: 'job.stalled', job_id: '7' };
  expect(lines).toEqual([line, line, line]);
});

test('the first line of a cause is written in full, and the others are counted until it ends', () => {
  const { log, lines } = openLog();
  for (let at = 0; at < 813; at += 1) log.log('warn', 'queue.away', { error: refused(), queue: 'expiry' });
  expect(lines).toEqual([
    { level: 'warn', event: 'queue.away', queue: 'expiry', error: refused(), cause: 'ECONNREFUSED' },
  ]);
  jest.advanceTimersByTime(10_000);
  expect(lines.at(-1)).toEqual({ level: 'warn', event: 'queue.away', cause: 'ECONNREFUSED', repeated: 812 });
  jest.advanceTimersByTime(10_000);
  expect(lines.slice(2)).toEqual([
    {
      level: 'info',
      event: 'log.cause_ended',
      of: 'queue.away',
      cause: 'ECONNREFUSED',
      repeated: 0,
      total: 813,
    },
  ]);
});

test('a cause that lasts for an hour makes some 25 lines, whose counts add up', () => {
  const { log, lines } = openLog();
  for (let second = 0; second < 3_600; second += 1) {
    log.log('error', 'job.attempt_failed', { error: refused() });
    jest.advanceTimersByTime(1_000);
  }
  log.flush();
  expect(lines.length).toBeLessThan(30);
  const repeated = lines.reduce((sum, line) => sum + Number(line['repeated'] ?? 0), 1);
  expect(repeated).toBe(3_600);
  expect(lines.at(-1)).toMatchObject({ event: 'log.cause_ended', total: 3_600 });
});

test('a cause is the root of an error, without its wrappers and without the ids and ports in its message', () => {
  const { log, lines } = openLog();
  log.log('warn', 'queue.away', { error: wrapped('enqueueSyncs') });
  log.log('warn', 'queue.away', { error: wrapped('wakeSinks') });
  log.log('warn', 'queue.away', { error: new Error('no answer from port 1234 in 500 ms') });
  log.log('warn', 'queue.away', { error: new Error('no answer from port 4321 in 250 ms') });
  log.log('warn', 'library.wrote', { cause: 'a line of text' });
  log.log('warn', 'library.wrote', { cause: 'another line of text' });
  expect(lines.map(({ cause }) => cause)).toEqual([
    'ECONNREFUSED',
    'Error: no answer from port # in # ms',
    'a line of text',
    'another line of text',
  ]);
});

const failed = (message: string) => Object.assign(new Error(message), { code: 'P2010' });

test('errors with the same library code are distinguished by their messages', () => {
  const { log, lines } = openLog();
  for (let at = 0; at < 3; at += 1) {
    log.log('warn', 'ledger.try_failed', { error: failed('canceling statement due to lock timeout') });
    log.log('warn', 'ledger.try_failed', { error: failed('value 3000000000 is out of range') });
  }
  expect(lines.map(({ cause }) => cause)).toEqual([
    'P2010: canceling statement due to lock timeout',
    'P2010: value # is out of range',
  ]);
});

test('a cause that ended and occurs again is written in full', () => {
  const { log, lines } = openLog();
  log.log('warn', 'queue.away', { error: refused() });
  jest.advanceTimersByTime(20_000);
  log.log('warn', 'queue.away', { error: refused() });
  expect(lines).toHaveLength(2);
  expect(jest.getTimerCount()).toBe(1);
});

test('when the process ends, it reports how many lines were left out', () => {
  const { log, lines } = openLog();
  for (let at = 0; at < 5; at += 1) log.log('error', 'queue.away', { error: refused() });
  log.flush();
  expect(lines.at(-1)).toMatchObject({ event: 'log.cause_ended', repeated: 4, total: 5 });
  expect(jest.getTimerCount()).toBe(0);
});
