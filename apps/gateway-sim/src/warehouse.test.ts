import { KEPT_REQUESTS_MAX, Warehouse } from './warehouse.ts';

let nowMs: number;
let warehouse: Warehouse;

beforeEach(() => {
  nowMs = Date.parse('2026-11-20T10:00:00Z');
  warehouse = new Warehouse(() => nowMs);
});

const arrive = (bodyBytes = 200) => warehouse.arrive('key', bodyBytes);
const arriveTimes = (count: number) => Array.from({ length: count }, () => arrive());

describe('the limit', () => {
  test('60 requests in a second pass, the 61st is told to wait', () => {
    expect(arriveTimes(60).every((arrival) => arrival.retryAfterSeconds === null)).toBe(true);
    expect(arrive().retryAfterSeconds).toBe(1);
  });

  test('the window slides: a burst at the end of one second leaves no room at the start of the next', () => {
    nowMs += 990;
    arriveTimes(60);
    nowMs += 20;
    expect(arrive().retryAfterSeconds).toBe(1);
    nowMs += 979;
    expect(arrive().retryAfterSeconds).toBe(1);
    nowMs += 1;
    expect(arrive().retryAfterSeconds).toBeNull();
  });

  test('refused requests do not count: a client that never pauses is still served', () => {
    arriveTimes(60);
    nowMs += 500;
    arriveTimes(100);
    nowMs += 500;
    expect(arriveTimes(60).every((arrival) => arrival.retryAfterSeconds === null)).toBe(true);
  });
});

describe('the report', () => {
  test('the busiest second counts all arrivals, refused ones too, in any sliding second', () => {
    arriveTimes(40);
    nowMs += 999;
    arriveTimes(50);
    nowMs += 1;
    arriveTimes(5);
    nowMs += 5_000;
    arrive();
    expect(warehouse.report().busiest_second).toBe(90);
  });

  test('a key has its effect once, and its first answer for ever', () => {
    const first = warehouse.hold('a');
    expect(warehouse.hold('a')).toEqual(first);
    expect(warehouse.hold('b')).not.toEqual(first);
    expect(warehouse.report()).toMatchObject({ keys: 2, repeats: 1 });
  });

  test('429s are counted as they are answered', () => {
    const { request } = arrive();
    warehouse.answered(request, 429);
    warehouse.answered(arrive().request, 200);
    expect(warehouse.report()).toMatchObject({
      throttled: 1,
      requests: [
        { at: '2026-11-20T10:00:00.000Z', idempotency_key: 'key', body: null, status: 429 },
        { status: 200 },
      ],
    });
  });

  test('only the newest requests are kept', () => {
    for (let n = 0; n < KEPT_REQUESTS_MAX + 10; n += 1) {
      nowMs += 1;
      arrive();
    }
    const { requests } = warehouse.report();
    expect(requests.length).toBe(KEPT_REQUESTS_MAX);
    expect(requests.at(-1)?.at).toBe(new Date(nowMs).toISOString());
  });

  test('large bodies do not fill the memory', () => {
    for (let n = 0; n < 100; n += 1) arrive(1_024 * 1_024);
    expect(warehouse.report().requests.length).toBe(64);
  });

  test('forgetting makes a clean slate', () => {
    arriveTimes(61);
    const first = warehouse.hold('a');
    warehouse.clear();
    expect(warehouse.report()).toEqual({
      requests: [],
      keys: 0,
      repeats: 0,
      throttled: 0,
      busiest_second: 0,
    });
    expect(arrive().retryAfterSeconds).toBeNull();
    expect(warehouse.hold('a')).not.toEqual(first);
  });
});
