import { parsed, scenarioOfSuite } from '../testing/api-scenario.ts';
import type { Reply } from '../testing/start-api.ts';
import { reservationHistoryAnswer } from './get-reservation.ts';

const scenario = scenarioOfSuite();
const WHY = { reason: 'Ada asked for it' };
const BY_ADA = { 'X-Actor': 'Ada' };

const sku = () => scenario.newSku({ EAST: 10, WEST: 10 });
const hold = async (rest: object = {}) => scenario.hold(await sku(), 2, rest);
const sold = async () => scenario.confirmed(await sku(), 2);
const lineOf = ({ lines }: Awaited<ReturnType<typeof hold>>) => ({ sku: lines[0]?.sku ?? '' });

/** Each call that takes a reason: what it is about, and the last event that it leads to. */
const CALLS: Readonly<Record<string, () => Promise<readonly [id: string, Reply, event: string]>>> = {
  'a confirm': async () => {
    const { id } = await hold();
    return [id, await scenario.confirm(id, WHY, BY_ADA), 'confirmed'];
  },
  'a confirm of an expired hold': async () => {
    const { id } = await hold();
    await scenario.makeDue(id);
    return [id, await scenario.confirm(id, { ...WHY, on_expired: 'reacquire' }, BY_ADA), 'confirmed'];
  },
  'an extend': async () => {
    const { id } = await hold();
    return [id, await scenario.extend(id, { ...WHY, ttl_seconds: 3_000 }, BY_ADA), 'extended'];
  },
  'a release': async () => {
    const { id } = await hold();
    return [id, await scenario.release(id, WHY, BY_ADA), 'released'];
  },
  'a release of a part': async () => {
    const held = await hold();
    const lines = [{ ...lineOf(held), quantity: 1 }];
    return [held.id, await scenario.release(held.id, { ...WHY, lines }, BY_ADA), 'changed'];
  },
  'a cancel': async () => {
    const { id } = await sold();
    return [id, await scenario.cancel(id, WHY, BY_ADA), 'released'];
  },
  'a withdraw': async () => {
    const { id } = await hold();
    return [id, await scenario.withdraw(id, WHY, BY_ADA), 'released'];
  },
  'a reallocate': async () => {
    const held = await hold();
    const lines = [{ ...lineOf(held), from: 'EAST', quantity: 1 }];
    return [held.id, await scenario.reallocate(held.id, { ...WHY, lines }, BY_ADA), 'changed'];
  },
  'new lines of a hold': async () => {
    const held = await hold();
    const lines = [{ ...lineOf(held), quantity: 3 }];
    return [held.id, await scenario.putLines(held.id, lines, WHY, BY_ADA), 'changed'];
  },
  'new lines of a waiting reservation that is held by them': async () => {
    const name = await sku();
    await scenario.hold(name, 15);
    const { id } = parsed(await scenario.tryHold(name, 9, { if_short: 'wait', wait_seconds: 900 }));
    return [id, await scenario.putLines(id, [{ sku: name, quantity: 5 }], WHY, BY_ADA), 'reserved'];
  },
  'what a cart is to hold, at first': async () => {
    const reply = await scenario.putCart('first', [{ sku: await sku(), quantity: 1 }], WHY, BY_ADA);
    return [parsed(reply).id, reply, 'reserved'];
  },
  'what a cart is to hold, afterwards': async () => {
    const held = await hold({ cart_id: 'then' });
    const lines = [{ ...lineOf(held), quantity: 1 }];
    return [held.id, await scenario.putCart('then', lines, WHY, BY_ADA), 'changed'];
  },
  'that a cart is empty': async () => {
    const { id } = await hold({ cart_id: 'empty' });
    return [id, await scenario.putCart('empty', [], WHY, BY_ADA), 'released'];
  },
  'a confirm of an order': async () => {
    const { id } = await hold({ order_id: 'o-paid' });
    return [id, await scenario.orderVerb('o-paid', 'confirm', WHY, BY_ADA), 'confirmed'];
  },
  'a cancel of an order': async () => {
    const { id } = await hold({ order_id: 'o-off' });
    return [id, await scenario.orderVerb('o-off', 'cancel', WHY, BY_ADA), 'released'];
  },
};

const history = async (id: string) =>
  reservationHistoryAnswer.parse((await scenario.api.call('get', `/v1/reservations/${id}/history`)).body);

describe.each(Object.entries(CALLS))('the reason of %s', (_name, call) => {
  test('stands in the history, with who gave it, and in what is published', async () => {
    const [id, { status }, type] = await call();
    expect(status).toBeLessThan(300);

    const { data } = await history(id);
    const events = data.flatMap((entry) => (entry.kind === 'event' ? [entry.data] : []));
    expect(events.at(-1)).toMatchObject({
      type: `warehouse.inventory.${type}`,
      reason: WHY.reason,
      caller: 'anonymous/Ada',
    });

    const published = await scenario.api.call('get', `/v1/events/${events.at(-1)?.id}`);
    expect(published.body).toMatchObject({ data: { reason: WHY.reason } });
    expect(published.body).not.toHaveProperty('data.caller');
  });
});

test('a confirm without a reason has none in the history', async () => {
  const { id } = await hold();
  await scenario.confirm(id);
  const { data } = await history(id);
  expect(data.at(-1)).toMatchObject({ kind: 'event', data: { reason: null, caller: null } });
});

test('the movements of a confirm and of new lines have its reason', async () => {
  const held = await hold();
  await scenario.putLines(held.id, [{ ...lineOf(held), quantity: 3 }], WHY, BY_ADA);
  await scenario.confirm(held.id, WHY, BY_ADA);
  const { data } = await history(held.id);
  const reasons = data.flatMap((entry) => (entry.kind === 'movement' ? [entry.data.reason] : []));
  expect(reasons).toEqual([null, WHY.reason, WHY.reason]);
});
