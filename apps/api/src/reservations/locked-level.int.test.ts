import { eventually, timed } from '@holdfast/testing';
import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import type { Reply } from '../testing/start-api.ts';

const LOCKED_SECONDS = 5;
const CLIENTS = 8;
const OTHERS = 200;
/** The promised delay, in addition to the create itself, whose batch is tried more than once. */
const DELAY_MAX_MS = 500;
const TRIES = 3;

const scenario = scenarioOfSuite();

const create = (sku: string): Promise<Reply> => scenario.tryHold(sku);

/** Resolves with the duration of each create. */
async function createOthers(skus: readonly string[], before: (number: number) => void = () => {}) {
  const tookMs: number[] = [];
  await Promise.all(
    skus.map(async (sku) => {
      for (let each = 0; each < OTHERS / CLIENTS; each += 1) {
        before(tookMs.length);
        const started = performance.now();
        expect(await create(sku)).toMatchObject({ status: 201 });
        tookMs.push(performance.now() - started);
      }
    }),
  );
  return tookMs;
}

describe('while another session keeps a level locked', () => {
  test('creates of other SKUs are answered as usual, and creates of this SKU when the level is free again', async () => {
    const skus: string[] = [];
    for (let n = 0; n < CLIENTS; n += 1) skus.push(await scenario.newSku(1_000));
    const locked = await scenario.newSku(100);
    const held = await scenario.hold(locked);
    const ordinaryMs = Math.max(...(await createOthers(skus)));

    const lock = await scenario.lock(locked);
    const lockedAt = performance.now();
    const isOver = () => performance.now() - lockedAt > LOCKED_SECONDS * 1_000;
    const over = eventually(isOver).then(lock.unlock);
    const waiting: Promise<Reply>[] = [scenario.confirm(held.id), create(locked)];
    const createLocked = (number: number) => {
      if (number % 20 === 0 && waiting.length < 10) waiting.push(create(locked));
    };
    const { value: tookMs, allowedMs } = await timed(() => createOthers(skus, createLocked));
    expect(Math.max(...tookMs)).toBeLessThan(allowedMs(DELAY_MAX_MS) + TRIES * ordinaryMs);

    await over;
    const [confirmed, ...created] = await Promise.all(waiting);
    expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    expect(new Set(created.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await scenario.counters(locked)).toEqual([100, created.length, 1]);
  });

  test('for longer than a call may wait: 503, and nothing was done', async () => {
    const locked = await scenario.newSku(100);
    const lock = await scenario.lock(locked);
    const reply = await create(locked);
    expect(reply).toMatchObject(refused(503, 'overloaded'));
    expect(reply.headers).toHaveProperty('retry-after');
    await lock.unlock();
    expect(await scenario.counters(locked)).toEqual([100, 0, 0]);
    expect(await create(locked)).toMatchObject({ status: 201 });
  });
});
