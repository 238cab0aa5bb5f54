import { createLogger } from './logger.ts';

let chunks: string[];
beforeEach(() => {
  chunks = [];
  jest.useFakeTimers();
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
});
afterEach(() => {
  jest.advanceTimersByTime(1_000);
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const linesOf = (chunk: string | undefined) => chunk?.trimEnd().split('\n') ?? [];

test('lines are written together, soon', () => {
  const log = createLogger('api', 'info');
  for (let n = 0; n < 10; n += 1) log.info('request.answered', { n });
  expect(chunks).toEqual([]);
  jest.advanceTimersByTime(50);
  expect(chunks).toHaveLength(1);
  expect(linesOf(chunks[0]).map((line) => JSON.parse(line) as unknown)).toMatchObject(
    Array.from({ length: 10 }, (_, n) => ({ level: 'info', message: 'request.answered', app: 'api', n })),
  );
});

test('a field that JSON cannot have is written in another way', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  createLogger('api', 'info').error('broken', { cycle, count: 3n });
  expect(JSON.parse(chunks.join(''))).toMatchObject({ message: 'broken', cycle: { self: '[Circular]' } });
});

test('an error is written at once, behind the lines that came before it', () => {
  const log = createLogger('api', 'info');
  log.info('first');
  log.error('second');
  expect(linesOf(chunks.join('')).map((line) => Reflect.get(JSON.parse(line) as object, 'message'))).toEqual([
    'first',
    'second',
  ]);
});

test('a chunk is bounded: the memory of a process does not grow with its traffic', () => {
  const log = createLogger('api', 'info');
  for (let n = 0; n < 1_000; n += 1) log.info('request.answered', { path: 'x'.repeat(100) });
  expect(chunks.length).toBeGreaterThan(5);
  for (const chunk of chunks) expect(chunk.length).toBeLessThan(17_000);
});
