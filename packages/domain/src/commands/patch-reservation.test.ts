import {
  cancel,
  codeOf,
  confirm,
  fulfill,
  line,
  orderCancelled,
  patch,
  release,
  withdraw,
} from '@holdfast/testing/vocabulary';
import type { Command } from '../commands.ts';
import { brokenBy } from '../fixtures/promises.ts';
import { iso, NOTHING, NOW, published, type Scenario, scenarioWithHold } from '../fixtures/scenario.ts';

/** Decides one command, and expects that the decision breaks no rule. */
function submitTo(scenario: Scenario, command: Command) {
  const before = scenario.snapshot;
  const { outcome, changes } = scenario.submit(command);
  expect(brokenBy(before, [outcome], changes)).toEqual([]);
  return { outcome, changes };
}

/** The refusal's code, if nothing was changed. */
function refusalOf(scenario: Scenario, command: Command): string {
  const { outcome, changes } = scenario.submit(command);
  expect(changes).toMatchObject(NOTHING);
  return codeOf(outcome);
}

const due = () => {
  const scenario = scenarioWithHold();
  scenario.passTime();
  return scenario;
};

const scenarioWithNames = () =>
  scenarioWithHold({ orderId: 'o-1', customerId: 'cu-1' }).after(confirm('r1', { paymentReference: 'p-1' }));

const scenarioWithMetadata = () => scenarioWithHold({ source: 'web', metadata: { a: '1', b: '2' } });

test('sets what was not known, and publishes it as a change that moves nothing', () => {
  const scenario = scenarioWithHold();
  scenario.now += 1_000;
  const fields = { orderId: 'o-1', customerId: 'cu-1', paymentReference: 'p-1', source: 'phone' };
  const { outcome, changes } = submitTo(scenario, patch('r1', fields));
  expect(outcome).toMatchObject({
    ok: true,
    changed: true,
    reservation: {
      status: 'held',
      order_id: 'o-1',
      customer_id: 'cu-1',
      payment_reference: 'p-1',
      source: 'phone',
      version: 2,
      updated_at: iso(NOW + 1_000),
    },
  });
  expect(published(changes)).toEqual({ events: ['changed r1'], syncs: [] });
  expect(changes.events[0]).toMatchObject({ changed: { previous_status: 'held', stock_changes: [] } });
  expect(changes).toMatchObject({ movements: [], linesChanged: [], linesReplaced: [], reallocated: [] });
});

test.each<[string, () => Scenario]>([
  ['held', scenarioWithHold],
  ['expired', due],
  ['confirmed', () => scenarioWithHold().after(confirm('r1'))],
  ['fulfilled', () => scenarioWithHold().after(fulfill('r1'))],
  ['released', () => scenarioWithHold().after(release('r1'))],
  ['cancelled', () => scenarioWithHold().after(confirm('r1'), cancel('r1'))],
])('changes a reservation that is %s, and its status stays', (status, state) => {
  const { outcome } = submitTo(state(), patch('r1', { orderId: 'o-1', metadata: { note: 'vip' } }));
  expect(outcome).toMatchObject({
    changed: true,
    reservation: { status, order_id: 'o-1', metadata: { note: 'vip' } },
  });
});

test.each([
  ['no fields', {}],
  ['the same fields', { orderId: 'o-1', customerId: 'cu-1', paymentReference: 'p-1', source: 'web' }],
  ['metadata that is there, or is to be removed and is not there', { metadata: { a: '1', b: null } }],
])('%s change nothing: the version stays, and there is no event', (_what, fields) => {
  const scenario = scenarioWithHold({
    orderId: 'o-1',
    customerId: 'cu-1',
    source: 'web',
    metadata: { a: '1' },
  });
  scenario.after(confirm('r1', { paymentReference: 'p-1' }));
  expect(scenario.submit(patch('r1', fields))).toMatchObject({
    outcome: { ok: true, changed: false, reservation: { version: 2 } },
    changes: NOTHING,
  });
});

describe('what is set once', () => {
  test.each([
    ['order', { orderId: 'o-2' }],
    ['customer', { customerId: 'cu-2' }],
    ['payment', { paymentReference: 'p-2' }],
  ])('is refused when it is another one: %s', (_what, fields) => {
    expect(refusalOf(scenarioWithNames(), patch('r1', { ...fields, source: 'phone' }))).toBe(
      'invalid_transition',
    );
  });

  test('stays when a later confirm names none', () => {
    const scenario = scenarioWithHold().after(patch('r1', { paymentReference: 'p-1' }), confirm('r1'));
    expect(scenario.reservation('r1')).toMatchObject({ status: 'confirmed', paymentReference: 'p-1' });
  });
});

test('a payment that was refused for good cannot become that of the reservation', () => {
  const scenario = due();
  scenario.submit(confirm('r1', { paymentReference: 'p-1' }));
  scenario.damage('TEE', 'EAST', { onHand: 0 });
  const reacquire = { onExpired: 'reacquire', paymentReference: 'p-1' } as const;
  expect(codeOf(scenario.submit(confirm('r1', reacquire)))).toBe('insufficient_stock');
  expect(refusalOf(scenario, patch('r1', { paymentReference: 'p-1' }))).toBe('invalid_transition');
  expect(scenario.submit(patch('r1', { paymentReference: 'p-2' })).outcome).toMatchObject({ changed: true });
});

describe('a cancelled order', () => {
  test.each<[string, () => Scenario]>([
    ['held', scenarioWithHold],
    ['expired', due],
    ['released', () => scenarioWithHold().after(release('r1'))],
  ])('gets no reservation that is %s', (status, state) => {
    const scenario = state().after(orderCancelled('o-9'));
    expect(scenario.submit(patch('r1', { orderId: 'o-9', source: 'phone' }))).toMatchObject({
      outcome: { refusal: { code: 'order_cancelled', currentStatus: status } },
      changes: NOTHING,
    });
  });

  test('keeps its own, whose other fields can be changed', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(orderCancelled('o-1'));
    const { outcome } = submitTo(scenario, patch('r1', { orderId: 'o-1', source: 'phone' }));
    expect(outcome).toMatchObject({ changed: true, reservation: { status: 'released', source: 'phone' } });
  });
});

describe('source and metadata', () => {
  test('null clears the source', () => {
    expect(submitTo(scenarioWithMetadata(), patch('r1', { source: null })).outcome).toMatchObject({
      reservation: { source: null, metadata: { a: '1', b: '2' } },
    });
  });

  test('metadata is merged: null removes a key, others stay', () => {
    const scenario = scenarioWithMetadata().after(patch('r1', { metadata: { a: null, b: '3', c: '4' } }));
    expect(scenario.reservation('r1').metadata).toEqual({ b: '3', c: '4' });
  });

  test('null in place of metadata removes all of it', () => {
    const scenario = scenarioWithMetadata().after(patch('r1', { metadata: null }));
    expect(scenario.reservation('r1').metadata).toEqual({});
  });

  test('may have as many keys as a create, counted after the merge', () => {
    const scenario = scenarioWithMetadata();
    const { outcome } = scenario.submit(patch('r1', { metadata: { c: '3' }, metadataMax: 2 }));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'validation_failed',
        errors: [{ path: 'metadata', message: expect.stringContaining('3') }],
      },
    });
    expect(
      scenario.submit(patch('r1', { metadata: { c: '3', a: null }, metadataMax: 2 })).outcome,
    ).toMatchObject({ changed: true });
  });

  test('a key with a name of objects is a key', () => {
    const scenario = scenarioWithHold();
    const metadata = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    scenario.submit(patch('r1', { metadata }));
    expect(Object.entries(scenario.reservation('r1').metadata)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('If-Match', () => {
  test.each([
    ['the version', [1], 'ok'],
    ['a list with the version', [7, 1], 'ok'],
    ['any version', 'any', 'ok'],
    ['another version', [2], 'version_conflict'],
    ['no version at all', [], 'version_conflict'],
    ['that it does not exist', 'none', 'version_conflict'],
  ] as const)('with %s: %s', (_what, ifVersion, code) => {
    expect(codeOf(scenarioWithHold().submit(patch('r1', { source: 'phone', ifVersion })))).toBe(code);
  });

  test('of two in one batch with the same version, one is done', () => {
    const { outcomes } = scenarioWithHold().decide(
      patch('r1', { source: 'phone', ifVersion: [1] }),
      patch('r1', { source: 'web', ifVersion: [1] }),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'version_conflict']);
  });

  test('sees that a due hold has been given back since: that is another version', () => {
    expect(codeOf(due().submit(patch('r1', { source: 'phone', ifVersion: [1] })))).toBe('version_conflict');
  });

  test('comes before what the fields would be refused for', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' });
    expect(refusalOf(scenario, patch('r1', { orderId: 'o-2', ifVersion: [7] }))).toBe('version_conflict');
  });
});

test('one that was withdrawn is changed as one that was released; a withdrawn id of which nothing is known is not', () => {
  const scenario = scenarioWithHold().after(withdraw('r1'));
  expect(refusalOf(scenario, patch('r1', { source: 'phone', ifVersion: [1] }))).toBe('version_conflict');
  scenario.submit(patch('r1', { source: 'phone' }));
  expect(scenario.reservation('r1')).toMatchObject({ status: 'released', source: 'phone' });
  scenario.pretend('r1', { status: 'withdrawn', lines: [] });
  expect(refusalOf(scenario, patch('r1', { source: 'web', ifVersion: [1] }))).toBe('reservation_withdrawn');
});

test('a due hold whose stock cannot be given back is not stored as expired', () => {
  const scenario = due();
  scenario.damage('TEE', 'EAST', { reserved: 0 });
  expect(refusalOf(scenario, patch('r1', { source: 'phone' }))).toBe('reservation_expired');
  expect(scenario.reservation('r1').status).toBe('held');
});

test('one that never was is not found', () => {
  expect(refusalOf(scenarioWithHold(), patch('r9', { source: 'phone' }))).toBe('reservation_not_found');
});

test('the lines of a patched reservation are as they were', () => {
  const scenario = scenarioWithHold();
  const { lines } = scenario.reservation('r1');
  scenario.submit(patch('r1', { metadata: { a: '1' } }));
  expect(scenario.reservation('r1').lines).toBe(lines);
  expect(scenario.submit(fulfill('r1', [line('MUG', 1)])).outcome).toMatchObject({ ok: true });
});
