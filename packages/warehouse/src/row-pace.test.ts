import { setTimeout as delay } from 'node:timers/promises';
import { allowedInASecond, timed } from '@holdfast/testing';
import { busiestSecond, takeSlots, slotsHere } from './fixtures/pace.ts';
import { NoSlot, slotEveryMs } from './gateway-pace.ts';
import { createRowPace, type SlotStore } from './row-pace.ts';

const paceOver = (store: SlotStore) => createRowPace({ ratePerSecond: 60, store, onError: () => {} });

test('the gap leaves room for lateness: 60 gaps last longer than a second', () => {
  expect(slotEveryMs(60)).toBe(19.5);
  expect(slotEveryMs(1)).toBe(1_170);
});

test('three workers together keep the limit, and use it', async () => {
  const store = slotsHere();
  const starts: number[] = [];
  const { tookMs, lateMs, allowedMs } = await timed(() =>
    Promise.all([1, 2, 3].map(() => takeSlots(paceOver(store), 25, starts))),
  );
  expect(busiestSecond(starts)).toBeLessThanOrEqual(allowedInASecond(60, slotEveryMs(60), lateMs));
  expect(tookMs).toBeLessThan(allowedMs(75 * slotEveryMs(60) * 1.2));
});

/** How many slots were taken until one was used. */
async function takenFrom(store: SlotStore): Promise<number> {
  let taken = 0;
  const counted: SlotStore = {
    ...store,
    takeSlot(bounds) {
      taken += 1;
      return store.takeSlot(bounds);
    },
  };
  await paceOver(counted).slot();
  return taken;
}

test('a slot that the process slept through is left, and another taken', async () => {
  const store = slotsHere();
  let slept = false;
  const sleepy: SlotStore = {
    ...store,
    async takeSlot(bounds) {
      if (!slept) setTimeout(standStill, 1);
      slept = true;
      await store.takeSlot(bounds);
      return store.takeSlot(bounds); // 19.5 ms ahead
    },
  };
  expect(await takenFrom(sleepy)).toBeGreaterThan(1);
});

test('a slot whose answer was long on its way is left; where all are, the third is used', async () => {
  const store = slotsHere();
  const far: SlotStore = {
    ...store,
    async takeSlot(bounds) {
      const slot = await store.takeSlot(bounds);
      await delay(130);
      return slot;
    },
  };
  expect(await takenFrom(far)).toBe(3);
});

test('while too many have one reserved, none is granted', async () => {
  const full = { ...slotsHere(), takeSlot: async () => ({ waitMs: null, pausedMs: 0 }) };
  await expect(paceOver(full).slot()).rejects.toThrow('taken already');
});

test('a pause that one worker is asked for holds for the others too', async () => {
  const store = slotsHere();
  const [one, other] = [paceOver(store), paceOver(store)];
  one.pause(60_000);
  await expect(one.slot()).rejects.toThrow(NoSlot);
  await expect(other.slot()).rejects.toThrow('paused');
  expect(other.pausedMs()).toBeGreaterThan(30_000);
});

test('a longer pause is kept, and none is longer than five minutes', async () => {
  const pace = paceOver(slotsHere());
  pace.pause(10_000_000);
  pace.pause(1);
  expect(pace.pausedMs()).toBeGreaterThan(200_000);
  expect(pace.pausedMs()).toBeLessThanOrEqual(300_000);
});

test('a store that does not answer grants no slot', async () => {
  await expect(paceOver({ takeSlot: away, pause: away }).slot()).rejects.toThrow(NoSlot);
});

async function away(): Promise<never> {
  throw new Error('away');
}

function standStill(): void {
  const until = performance.now() + 150;
  while (performance.now() < until);
}
