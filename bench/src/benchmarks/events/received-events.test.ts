import { ReceivedEvents } from './received-events.ts';

const at = (ms: number) => new Date(ms).toISOString();

test('an event counts once, however often it comes', () => {
  const events = new ReceivedEvents();
  events.add({ id: 'a', time: at(1_000) }, 1_010);
  events.add({ id: 'a', time: at(1_000) }, 1_020);
  events.add({ id: 'b', time: at(1_000) }, 1_030);
  expect(events.count).toBe(2);
  expect(events.take()).toEqual({
    events: 2,
    repeats: 1,
    lastAtMs: 1_030,
    lag: { p50Ms: 10, p90Ms: 30, p99Ms: 30, maxMs: 30 },
  });
});

test('a take counts anew, and still knows what came before', () => {
  const events = new ReceivedEvents();
  events.add({ id: 'a', time: at(1_000) }, 1_010);
  events.take();
  events.add({ id: 'a', time: at(1_000) }, 1_020);
  events.add({ id: 'b', time: at(1_000) }, 1_015);
  expect(events.take()).toMatchObject({ events: 1, repeats: 1, lastAtMs: 1_015, lag: { maxMs: 15 } });
});
