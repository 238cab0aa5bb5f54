import { Hearing } from './hearing.ts';

const at = (ms: number) => new Date(ms).toISOString();

test('an event counts once, however often it comes', () => {
  const hearing = new Hearing();
  hearing.hear({ id: 'a', time: at(1_000) }, 1_010);
  hearing.hear({ id: 'a', time: at(1_000) }, 1_020);
  hearing.hear({ id: 'b', time: at(1_000) }, 1_030);
  expect(hearing.count).toBe(2);
  expect(hearing.take()).toEqual({
    events: 2,
    repeats: 1,
    lastAtMs: 1_030,
    lag: { p50Ms: 10, p90Ms: 30, p99Ms: 30, maxMs: 30 },
  });
});

test('a take counts anew, and still knows what came before', () => {
  const hearing = new Hearing();
  hearing.hear({ id: 'a', time: at(1_000) }, 1_010);
  hearing.take();
  hearing.hear({ id: 'a', time: at(1_000) }, 1_020);
  hearing.hear({ id: 'b', time: at(1_000) }, 1_015);
  expect(hearing.take()).toMatchObject({ events: 1, repeats: 1, lastAtMs: 1_015, lag: { maxMs: 15 } });
});
