import { withKey } from '@holdfast/testing';
import { countReservations, idsOf, resultsOf, sendBatch, shortly, oneLine } from '../testing/batch-calls.ts';
import { isReplay, scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import type { TestApi } from '../testing/start-api.ts';

let other: TestApi;
let keys = 0;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  other = await scenario.openApi();
});

const newKey = () => `key-${(keys += 1)}`;
const batch = (reservations: readonly object[], rest?: object, headers?: Record<string, string>) =>
  sendBatch(scenario.api, reservations, rest, headers);
const atomic = { atomic: true };
const reused = refused(422, 'idempotency_key_reused');

describe('a key of the whole', () => {
  test.each([
    ['each for itself', {}, 200],
    ['atomic', atomic, 201],
  ])('%s: a repeat is answered as the first time, in any process', async (_what, rest, status) => {
    const [sku, key] = [await scenario.newSku(10), newKey()];
    const sent = [oneLine(sku, 1), oneLine(sku, 2)];
    const first = await batch(sent, rest, withKey(key));
    expect([first.status, isReplay(first)]).toEqual([status, false]);
    for (const api of [scenario.api, other]) {
      const again = await sendBatch(api, sent, rest, withKey(key));
      expect([again.status, isReplay(again)]).toEqual([status, true]);
      expect(again.body).toEqual(first.body);
    }
    expect(await scenario.counters(sku)).toEqual([10, 3, 0]);
  });

  test('a 200 with refusals inside is kept: what was refused stays so, whatever there is now', async () => {
    const [sku, key] = [await scenario.newSku(1), newKey()];
    const sent = [oneLine(sku), oneLine(sku, 5), oneLine('LATER')];
    const came = ['201', '409 insufficient_stock', '422 unknown_sku'];
    expect(shortly(await batch(sent, {}, withKey(key)))).toEqual(came);
    await scenario.setStock(sku, 9);
    await scenario.api.call('put', '/v1/skus/LATER', {});

    const again = await batch(sent, {}, withKey(key));

    expect(shortly(again)).toEqual(came);
    expect(isReplay(again)).toBe(true);
    expect(resultsOf(again)[1]).toMatchObject({ problem: { instance: again.headers['x-request-id'] } });
    expect(await scenario.counters(sku)).toEqual([9, 1, 0]);
  });

  test('an atomic batch that was refused with 409 is refused again; with 422 it is tried again', async () => {
    const [sku, key, later] = [await scenario.newSku(1), newKey(), newKey()];
    const sent = [oneLine(sku), oneLine(sku)];
    expect(await batch(sent, atomic, withKey(key))).toMatchObject(refused(409, 'insufficient_stock'));
    expect(await batch([oneLine(later)], atomic, withKey(later))).toMatchObject(refused(422, 'unknown_sku'));
    await scenario.setStock(sku, 9);
    await scenario.api.call('put', `/v1/skus/${later}`, {});
    await scenario.setStock(later, 9);
    const again = await batch(sent, atomic, withKey(key));
    expect(again).toMatchObject(refused(409, 'insufficient_stock', { lines: [{ sku }] }));
    expect(isReplay(again)).toBe(true);
    const repeated = await batch([oneLine(later)], atomic, withKey(later));
    expect([repeated.status, isReplay(repeated)]).toEqual([201, false]);
  });

  test('is not for another batch', async () => {
    const [sku, key] = [await scenario.newSku(9), newKey()];
    const sent = [oneLine(sku, 1), oneLine(sku, 2)];
    await batch(sent, {}, withKey(key));
    for (const [others, rest] of [
      [sent, atomic],
      [sent.toReversed(), {}],
      [[...sent, oneLine(sku)], {}],
    ] as const) {
      expect(await batch(others, rest, withKey(key))).toMatchObject(reused);
    }
    expect(await countReservations(scenario, sku)).toBe(2);
  });

  test('with the defaults spelled out it is the same batch', async () => {
    const [sku, key] = [await scenario.newSku(9), newKey()];
    const first = await batch([oneLine(sku)], {}, withKey(key));
    const spelled = { ...oneLine(sku), sourcing: 'split', confirm: false, ttl_seconds: 900, metadata: {} };
    const again = await batch([spelled], { atomic: false }, withKey(key));
    expect(isReplay(again)).toBe(true);
    expect(again.body).toEqual(first.body);
  });
});

describe('keys of the entries', () => {
  test('are kept each for itself: known entries are replayed, new ones are done', async () => {
    const sku = await scenario.newSku(10);
    const [a, b, c] = [newKey(), newKey(), newKey()];
    const first = await batch([oneLine(sku, 1, a), oneLine(sku, 2, b)]);
    expect(shortly(first)).toEqual(['201', '201']);

    const second = await sendBatch(other, [
      oneLine(sku, 2, b),
      oneLine(sku, 3, c),
      oneLine(sku, 1),
      oneLine(sku, 1, a),
    ]);

    expect(shortly(second)).toEqual(['201 replayed', '201', '201', '201 replayed']);
    expect(isReplay(second)).toBe(false);
    const [idA, idB] = idsOf(first);
    expect(idsOf(second)).toEqual([idB, expect.any(String), expect.any(String), idA]);
    expect(await scenario.counters(sku)).toEqual([10, 7, 0]);
  });

  test('a refusal of 409 is replayed, one of 422 is tried again', async () => {
    const sku = await scenario.newSku(1);
    const [a, b] = [newKey(), newKey()];
    const sent = [oneLine(sku, 5, a), oneLine(b, 1, b)];
    expect(shortly(await batch(sent))).toEqual(['409 insufficient_stock', '422 unknown_sku']);
    await scenario.setStock(sku, 9);
    await scenario.api.call('put', `/v1/skus/${b}`, {});
    await scenario.setStock(b, 9);
    expect(shortly(await batch(sent))).toEqual(['409 insufficient_stock replayed', '201']);
  });

  test('a known key with another request refuses that entry only', async () => {
    const sku = await scenario.newSku(9);
    const a = newKey();
    await batch([oneLine(sku, 1, a)]);
    const reply = await batch([oneLine(sku, 2, a), oneLine(sku, 1)]);
    expect(reply.status).toBe(200);
    expect(shortly(reply)).toEqual(['422 idempotency_key_reused', '201']);
    expect(shortly(await batch([oneLine(sku, 1, a)]))).toEqual(['201 replayed']);
    expect(await countReservations(scenario, sku)).toBe(2);
  });

  test('are of the batch: a single create may have the same', async () => {
    const sku = await scenario.newSku(9);
    const a = newKey();
    await batch([oneLine(sku, 1, a)]);
    expect(await scenario.create(oneLine(sku, 1, a))).toMatchObject({ status: 201 });
    expect(await countReservations(scenario, sku)).toBe(2);
  });
});

describe('keys of the entries of an atomic batch', () => {
  test('that are all known: all replayed, nothing done', async () => {
    const sku = await scenario.newSku(9);
    const sent = [oneLine(sku, 1, newKey()), oneLine(sku, 2, newKey())];
    const first = await batch(sent, atomic);
    const again = await sendBatch(other, sent, atomic);
    expect([again.status, ...shortly(again)]).toEqual([201, '201 replayed', '201 replayed']);
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(await countReservations(scenario, sku)).toBe(2);
  });

  test('of which some are known: those are replayed, the rest is all or none', async () => {
    const sku = await scenario.newSku(4);
    const [a, b, c] = [newKey(), newKey(), newKey()];
    const first = await batch([oneLine(sku, 1, a)]);
    const tooMuch = await batch([oneLine(sku, 2, b), oneLine(sku, 1, a), oneLine(sku, 2, c)], atomic);
    expect(tooMuch).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ requested: 2, available: 1 }] }),
    );
    expect(await countReservations(scenario, sku)).toBe(1);
    const reply = await batch(
      [oneLine(sku, 1, newKey()), oneLine(sku, 1, a), oneLine(sku, 2, newKey())],
      atomic,
    );
    expect([reply.status, ...shortly(reply)]).toEqual([201, '201', '201 replayed', '201']);
    expect(idsOf(reply)[1]).toBe(idsOf(first)[0]);
    expect(await scenario.counters(sku)).toEqual([4, 4, 0]);
    // The key of the entry that was refused stands for its refusal; that of its neighbour stands for nothing.
    expect(shortly(await batch([oneLine(sku, 2, b), oneLine(sku, 2, c)]))).toEqual([
      '409 insufficient_stock',
      '409 insufficient_stock replayed',
    ]);
  });

  test('of which one is known with another request: that is the problem, and nothing is done', async () => {
    const sku = await scenario.newSku(9);
    const a = newKey();
    await batch([oneLine(sku, 1, a)]);
    expect(await batch([oneLine(sku, 1, newKey()), oneLine(sku, 2, a)], atomic)).toMatchObject(reused);
    expect(await countReservations(scenario, sku)).toBe(1);
  });

  test('of which one is known as refused (409): that refusal is replayed, and nothing is done', async () => {
    const sku = await scenario.newSku(1);
    const a = newKey();
    await batch([oneLine(sku, 5, a)]);
    await scenario.setStock(sku, 9);
    const reply = await batch([oneLine(sku, 1, newKey()), oneLine(sku, 5, a)], atomic);
    expect(reply).toMatchObject(refused(409, 'insufficient_stock'));
    expect(isReplay(reply)).toBe(true);
    expect(await countReservations(scenario, sku)).toBe(0);
  });
});

describe('cannot be', () => {
  test('a key of the whole and keys of its entries', async () => {
    const sku = await scenario.newSku(9);
    const reply = await batch([oneLine(sku), oneLine(sku, 1, newKey())], {}, withKey(newKey()));
    expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path: 'reservations' }] }));
    expect(await countReservations(scenario, sku)).toBe(0);
  });

  test('one key for two entries', async () => {
    const sku = await scenario.newSku(9);
    const a = newKey();
    const reply = await batch([oneLine(sku, 1, a), oneLine(sku), oneLine(sku, 1, a)]);
    expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path: 'reservations' }] }));
    expect(await countReservations(scenario, sku)).toBe(0);
  });

  test('a key of the whole that is none', async () => {
    const sku = await scenario.newSku(9);
    expect(await batch([oneLine(sku)], {}, withKey(''))).toMatchObject(
      refused(400, 'validation_failed', { errors: [{ path: 'Idempotency-Key' }] }),
    );
  });
});
