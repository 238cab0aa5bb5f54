import { confirm, extend, line, release, replaceLines, reserve } from '@holdfast/testing/vocabulary';
import { level, NOTHING, NOW, Scenario } from '../fixtures/scenario.ts';
import type { Command } from '../commands.ts';

const TTL = 900;
const BEFORE = 120;
const AT = NOW + (TTL - BEFORE) * 1000;

const notify: Command = { kind: 'notify-expiring', reservationId: 'r1' };

function scenarioAt(now: number, ...commands: readonly Command[]): Scenario {
  const scenario = new Scenario([level('MUG', 10)]);
  scenario.submit(reserve('r1', [line('MUG', 2)], { ttlSeconds: TTL, notifyBeforeSeconds: BEFORE }));
  for (const command of commands) scenario.submit(command);
  scenario.now = now;
  return scenario;
}

test('a hold asks for its announcement, and again when it ends later', () => {
  const scenario = new Scenario([level('MUG', 10)]);
  const wanted = { ttlSeconds: TTL, notifyBeforeSeconds: BEFORE };
  const { changes } = scenario.submit(reserve('r1', [line('MUG', 2)], wanted));
  expect(changes.expiryNotices).toEqual([{ reservationId: 'r1', notifyAt: AT }]);
  expect(scenario.submit(replaceLines('r1', [line('MUG', 1)])).changes.expiryNotices).toEqual([]);
  const { changes: extended } = scenario.submit(extend('r1', TTL + 60));
  expect(extended.expiryNotices).toEqual([{ reservationId: 'r1', notifyAt: AT + 60_000 }]);
});

test.each([
  ['without the wish', {}],
  ['that is confirmed at once', { ttlSeconds: null, notifyBeforeSeconds: BEFORE }],
])('one %s asks for none', (_what, rest) => {
  const scenario = new Scenario([level('MUG', 10)]);
  const { changes } = scenario.submit(reserve('r1', [line('MUG', 2)], rest));
  expect(changes.expiryNotices).toEqual([]);
});

test('it is published at its time, and each time with the same id', () => {
  const scenario = scenarioAt(AT);
  const published = [scenario.submit(notify), scenario.submit(notify)].map(({ changes }) => changes.refusals);
  expect(published[0]).toMatchObject([
    {
      type: 'warehouse.inventory.expiring',
      subject: 'r1',
      reservationVersion: 1,
      data: { id: 'r1', status: 'held', notify_before_seconds: BEFORE },
      changed: null,
    },
  ]);
  expect(published[1]?.[0]?.id).toBe(published[0]?.[0]?.id);
});

test.each<[when: string, now: number, ...commands: Command[]]>([
  ['before its time', AT - 1],
  ['when the hold is over', NOW + TTL * 1000],
  ['of a hold that was confirmed', AT, confirm('r1')],
  ['of a hold that was released', AT, release('r1')],
  ['of a hold that was extended', AT, extend('r1', TTL + 60)],
])('nothing is published %s', (_when, now, ...commands) => {
  const { changes } = scenarioAt(now, ...commands).submit(notify);
  expect(changes.refusals).toEqual(NOTHING.refusals);
  expect(changes.events.map(({ type }) => type)).not.toContain('warehouse.inventory.expiring');
});

test('a hold that was extended is announced anew', () => {
  const scenario = scenarioAt(AT);
  const first = scenario.submit(notify).changes.refusals[0];
  scenario.submit(extend('r1', TTL));
  scenario.now = AT + (TTL - BEFORE) * 1000;
  const second = scenario.submit(notify).changes.refusals[0];
  expect(second?.type).toBe(first?.type);
  expect(second?.id).not.toBe(first?.id);
});
