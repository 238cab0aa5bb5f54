import { chooseAmong, judgeReplica, type Candidate, type ReplicaLook } from './judge-replica.ts';
import { PositionHistory } from './position-history.ts';

const at = (lsn: number, timeline = 1) => ({ timeline, lsn: BigInt(lsn) });

describe('the lag of a replica', () => {
  const history = new PositionHistory(10_000);
  history.add(at(100), 1_000);
  history.add(at(200), 2_000);
  history.add(at(300), 3_000);

  test.each([
    [300, 4],
    [299, 1_004],
    [200, 1_004],
    [100, 2_004],
    [99, Infinity],
  ])('at position %d is the time since the primary was there: %d ms', (position, lagMs) => {
    expect(history.lagMs(at(position), 3_004)).toBe(lagMs);
  });

  test('is not measured by the positions of another timeline', () => {
    expect(history.lagMs(at(300, 2), 3_004)).toBe(Infinity);
  });

  test('does not grow while the primary writes nothing, or does not answer', () => {
    const idle = new PositionHistory(10_000);
    idle.add(at(100), 1_000);
    idle.add(at(100), 9_000);
    expect(idle.lagMs(at(100), 9_004)).toBe(4);
    idle.addSilence(60_000);
    expect(idle.lagMs(at(100), 60_004)).toBe(4);
  });

  test('is infinite once it is longer than what is kept', () => {
    const long = new PositionHistory(10_000);
    for (let second = 0; second <= 60; second += 1) long.add(at(second), second * 1_000);
    expect(long.lagMs(at(50), 60_000)).toBe(10_000);
    expect(long.lagMs(at(49), 60_000)).toBe(Infinity);
  });
});

describe('a replica', () => {
  const history = new PositionHistory(10_000);
  history.add(at(100, 2), 1_000);
  const primary = { identity: 'cluster/holdfast', history };
  const good: ReplicaLook = {
    isStandby: true,
    startedAt: '1',
    identity: 'cluster/holdfast',
    position: at(100, 2),
    timeMs: 50_000,
  };
  const judge = (look: Partial<ReplicaLook>, lagMs = 3) =>
    judgeReplica({ ...good, ...look }, primary, { asked: [50_000, 50_002], lagMs, lagMaxMs: 10_000 });

  test.each([
    ['in_use', {}, 10_000],
    ['lags', {}, 10_001],
    ['lags', {}, Infinity],
    ['promoted', { isStandby: false, position: at(0, 0) }, 3],
    ['other_database', { identity: 'cluster/other' }, 3],
    ['other_timeline', { position: at(100, 1) }, 3],
    ['in_use', { timeMs: 51_002 }, 3],
    ['wrong_clock', { timeMs: 51_003 }, 3],
    ['wrong_clock', { timeMs: 48_999 }, 3],
  ] as const)('is %s by what it says: %j, a lag of %d ms', (state, look, lagMs) => {
    expect(judge(look, lagMs)).toBe(state);
  });

  test('is not judged before the primary has answered', () => {
    const unknown = { identity: '', history: new PositionHistory(1) };
    expect(judgeReplica(good, unknown, { asked: [0, 0], lagMs: 0, lagMaxMs: 1 })).toBe('unchecked');
  });
});

const replica = (name: string, rest: Partial<Candidate> = {}) => ({
  name,
  state: 'in_use' as const,
  position: at(100),
  reads: 0,
  ...rest,
});

const choose = (replicas: readonly ReturnType<typeof replica>[], wanted = 100, turn = 0) =>
  chooseAmong(replicas, at(wanted), turn)?.name;

describe('the choice', () => {
  test('is a replica that has reached the position', () => {
    expect(choose([replica('a', { position: at(99) }), replica('b')])).toBe('b');
    expect(choose([replica('a', { position: at(200, 2) })])).toBeUndefined();
    expect(choose([replica('a', { position: undefined })])).toBeUndefined();
    expect(choose([])).toBeUndefined();
  });

  test('is none that is left out, for whatever reason', () => {
    for (const state of ['unchecked', 'unreachable', 'promoted', 'other_timeline', 'lags'] as const) {
      expect(chooseAmong([{ ...replica('a'), state }], null, 0)).toBeUndefined();
    }
  });

  test('is the one with the fewest reads, and between equal ones each in its turn', () => {
    expect(choose([replica('a', { reads: 2 }), replica('b', { reads: 1 })])).toBe('b');
    const equal = [replica('a'), replica('b'), replica('c')];
    expect([0, 1, 2, 3].map((turn) => choose(equal, 100, turn))).toEqual(['a', 'b', 'c', 'a']);
  });

  test('needs no position for a read that may lag', () => {
    expect(chooseAmong([replica('a', { position: at(1) })], null, 0)?.name).toBe('a');
  });
});
