import type { Command } from './commands.ts';
import { level, line, orderCancelled, orderCreated, orderFulfilled, orderPaid, orderPaymentFailed, part, release, reserve } from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((each, i) => permutations([...all.slice(0, i), ...all.slice(i + 1)]).map((rest) => [each, ...rest]));
}
const shopNew = () => new Shop([level('MUG', 'EAST', 6, { priority: 1 }), level('MUG', 'WEST', 6), level('TEE', 'EAST', 5, { priority: 1 })]);
const created = orderCreated('o-1', [line('MUG', 8), line('TEE', 2)]);
const createdPinned = orderCreated('o-1', [line('MUG', 3, 'WEST'), line('MUG', 2)]);
const paid = orderPaid('o-1');
const paidR = orderPaid('o-1', { onExpired: 'reacquire' });
const failed = orderPaymentFailed('o-1');
const cancelled = orderCancelled('o-1');
const f = (id: string, ...p: Parameters<typeof part>[]) => orderFulfilled('o-1', id, p.length ? p.map((x) => part(...x)) : null);

const http2 = [reserve('r1', [line('MUG', 8)], { orderId: 'o-1' }), reserve('r2', [line('TEE', 2)], { orderId: 'o-1' })];
const http1 = [reserve('r1', [line('MUG', 8), line('TEE', 2)], { orderId: 'o-1' })];
const httpReleased = [...http1, release('r1')];
const stories: Record<string, { before?: Command[]; wait?: boolean; events: Command[] }> = {
  'paid': { events: [created, paid] },
  'paid twice (confirmed, paid)': { events: [created, paid, orderPaid('o-1', { paymentReference: 'p2' })] },
  'cancelled': { events: [created, paid, cancelled] },
  'failed release': { events: [created, failed] },
  'failed, paid': { events: [created, failed, paid] },
  'paid then failed': { events: [created, paid, failed] },
  'failed cancelled': { events: [created, failed, cancelled] },
  'sent all': { events: [created, paid, f('f1')] },
  'sent parts': { events: [created, paid, f('f1', ['MUG', 7]), f('f2', ['MUG', 1], ['TEE', 2])] },
  'sent part then rest': { events: [created, paid, f('f1', ['MUG', 7]), f('f2')] },
  'parts with locations': { events: [created, paid, f('f1', ['MUG', 6, 'EAST']), f('f2', ['MUG', 2, 'WEST'], ['TEE', 2])] },
  'parts located and not': { events: [created, paid, f('f1', ['MUG', 2, 'WEST']), f('f2', ['MUG', 6])] },
  'parts not located first': { events: [created, paid, f('f1', ['MUG', 3]), f('f2', ['MUG', 3, 'EAST'])] },
  'parts that fit in order only': { events: [created, paid, f('f1', ['MUG', 2]), f('f2', ['MUG', 4, 'EAST']), f('f3', ['MUG', 2, 'WEST'])] },
  'pinned parts': { events: [createdPinned, paid, f('f1', ['MUG', 4]), f('f2', ['MUG', 1])] },
  'http1 paid': { before: http1, events: [created, paid] },
  'http1 sent': { before: http1, events: [created, paid, f('f1')] },
  'http1 cancelled': { before: http1, events: [created, paid, cancelled] },
  'http2 sent all': { before: http2, events: [created, paid, f('f1')] },
  'http2 cancelled': { before: http2, events: [created, paid, cancelled] },
  'http2 parts': { before: http2, events: [created, paid, f('f1', ['MUG', 8]), f('f2', ['TEE', 2])] },
  'http expired, paid': { before: http1, wait: true, events: [created, paid] },
  'http expired, reacq': { before: http1, wait: true, events: [created, paidR] },
  'http expired, sent': { before: http1, wait: true, events: [created, paid, f('f1')] },
  'http released, paid': { before: httpReleased, events: [created, paid] },
  'http released, sent parts': { before: httpReleased, events: [created, paid, f('f1', ['MUG', 7])] },
  'too much': { events: [created, paid, f('f1', ['MUG', 9])] },
};
function end(shop: Shop) {
  const open = shop.snapshot.reservations.filter(({ orderId, status }) => orderId === 'o-1' && (status === 'confirmed' || status === 'held' || status === 'fulfilled'));
  return JSON.stringify({
    levels: shop.snapshot.levels.map((l) => [l.sku, l.location, l.onHand, l.reserved, l.allocated]),
    open: open.map((r) => [r.status, r.lines.map((l) => [l.sku, l.quantity, l.confirmedQuantity, l.fulfilledQuantity, l.cancelledQuantity, l.allocations.map((a) => [a.location, a.quantity, a.fulfilledQuantity])])]),
  });
}
function play(story: { before?: Command[]; wait?: boolean }, events: readonly Command[], retries: boolean, dup: boolean) {
  const shop = shopNew();
  for (const c of story.before ?? []) shop.submit(c);
  if (story.wait) { shop.passTime(); shop.decide(); }
  let dead: Command[] = [];
  let told = 0;
  for (const c of events) {
    const { outcome, changes } = shop.submit(c);
    told += changes.refusals.length;
    if (!outcome.ok) dead.push(c);
    if (dup) { const again = shop.submit(c); if (!again.outcome.ok && !dead.includes(c)) dead.push(c); }
  }
  if (retries) for (const c of [...dead]) if (shop.submit(c).outcome.ok) dead = dead.filter((d) => d !== c);
  return { end: end(shop), dead: dead.length, told };
}
test('permutations', () => {
  for (const [name, story] of Object.entries(stories)) {
    const ordered = play(story, story.events, false, false);
    const odd = new Map<string, number>();
    const all = permutations(story.events);
    for (const events of all) {
      for (const retries of [false, true]) for (const dup of [false, true]) {
        const got = play(story, events, retries, dup);
        const what = [got.end !== ordered.end ? `END ${got.end.slice(0, 400)}` : '', got.dead !== ordered.dead ? `dead ${got.dead} for ${ordered.dead}` : '', got.told !== ordered.told ? `told ${got.told} for ${ordered.told}` : ''].filter(Boolean).join('; ');
        if (what && !retries && !dup) odd.set(`${events.map((e) => e.kind.slice(6) + ('fulfillmentId' in e ? e.fulfillmentId : '')).join(' ')} -> ${what}`, 1);
        if (dup && got.end !== play(story, events, retries, false).end) odd.set(`DUP differs ${events.map((e) => e.kind).join(' ')}`, 1);
        if (retries && got.end !== ordered.end) odd.set(`${events.map((e) => e.kind.slice(6)).join(' ')} -> after retry of dead still differs`, 1);
      }
    }
    if (odd.size > 0) process.stderr.write(`${name} (${all.length}) ordered ${ordered.end.slice(0, 300)} dead ${ordered.dead} told ${ordered.told}:\n${[...odd.keys()].map((k) => `    ${k}`).slice(0, 14).join('\n')}\n`);
  }
});
