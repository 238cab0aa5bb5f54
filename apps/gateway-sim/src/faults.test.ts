import { faultFor, faultScript, noFaults } from './faults.ts';

test('nothing scripted, nothing happens', () => {
  expect(noFaults).toEqual({
    error_rate: 0,
    status: 503,
    latency_ms: 0,
    drop_reply_rate: 0,
    hang_rate: 0,
    down: false,
  });
  expect([0, 0.5, 0.999].map((draw) => faultFor(noFaults, draw))).toEqual(['none', 'none', 'none']);
});

test('null is the default, like an absent field', () => {
  expect(faultScript.parse({ error_rate: null, status: null, down: null })).toEqual(noFaults);
});

test('each draw has one fault, in the shares that were asked for', () => {
  const script = faultScript.parse({ error_rate: 0.2, hang_rate: 0.05, drop_reply_rate: 0.1 });
  const draws = Array.from({ length: 100 }, (_, n) => faultFor(script, (n + 0.5) / 100));
  const count = (fault: string) => draws.filter((drawn) => drawn === fault).length;
  expect(['error', 'hang', 'drop_reply', 'none'].map(count)).toEqual([20, 5, 10, 65]);
});

test('a rate of 1 means every call', () => {
  expect(faultFor(faultScript.parse({ drop_reply_rate: 1 }), 0.9999)).toBe('drop_reply');
});

test.each([{ error_rate: 1.1 }, { error_rate: '0.5' }, { status: 200 }, { latency_ms: -1 }, { rate: 1 }, []])(
  'a script that is wrong is refused: %j',
  (script) => {
    expect(faultScript.safeParse(script).success).toBe(false);
  },
);
