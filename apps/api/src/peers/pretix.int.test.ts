/*
 * pretix has a waiting list for each product: entries are ordered by priority and then by their time, and
 * when a quota has room again, the next ones get a voucher that keeps a ticket for some hours. While entries
 * wait, tickets that come free are not sold to others. In Holdfast the entry is the reservation itself: it
 * becomes a hold, so that there is no voucher to redeem. It waits for several SKUs and units at once, keeps
 * others only from what it is short of, and ends by itself.
 */
import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

/** A ticket of which all are held. */
async function soldOut(tickets: number) {
  const sku = await scenario.newSku(tickets);
  return { sku, held: await scenario.hold(sku, tickets) };
}

async function joinList(sku: string, priority: number, quantity = 1): Promise<string> {
  const rest = { if_short: 'wait', wait_seconds: 600, wait_priority: priority, ttl_seconds: 1_800 };
  const answer = await scenario.tryHold(sku, quantity, rest);
  expect(answer.status).toBe(202);
  return parsed(answer).id;
}

const sendOut = (sku: string) =>
  scenario.api.context.ledger.submit({ kind: 'grant-waiting', sku, after: null, limit: 100 });

const statusesOf = (...ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await scenario.read(id)).status));

test('tickets that come free go by priority, then by who came first', async () => {
  const { sku, held } = await soldOut(2);
  const [early, vip, late] = [await joinList(sku, 0), await joinList(sku, 9), await joinList(sku, 0)];
  await scenario.release(held.id);
  await sendOut(sku);
  expect(await statusesOf(vip, early, late)).toEqual(['held', 'held', 'waiting']);
});

test('while a reservation waits, a ticket that came free is not sold to others', async () => {
  const { sku, held } = await soldOut(1);
  const waiting = await joinList(sku, 0);
  await scenario.release(held.id);
  expect(await scenario.tryHold(sku)).toMatchObject(refused(409, 'insufficient_stock'));
  await sendOut(sku);
  expect(await statusesOf(waiting)).toEqual(['held']);
});

test('one who lets the time pass loses the ticket to the next', async () => {
  const { sku, held } = await soldOut(1);
  const [first, second] = [await joinList(sku, 0), await joinList(sku, 0)];
  await scenario.release(held.id);
  await sendOut(sku);
  await scenario.makeDue(first);
  await sendOut(sku);
  expect(await statusesOf(first, second)).toEqual(['expired', 'held']);
});

test('who wants two tickets is not passed over for who wants one', async () => {
  const { sku, held } = await soldOut(2);
  const [couple, single] = [await joinList(sku, 0, 2), await joinList(sku, 0)];
  await scenario.release(held.id, { lines: [{ sku, quantity: 1 }] });
  await sendOut(sku);
  expect(await statusesOf(couple, single)).toEqual(['waiting', 'waiting']);
  await scenario.release(held.id);
  await sendOut(sku);
  expect(await statusesOf(couple, single)).toEqual(['held', 'waiting']);
});
