import { measure, takeSlots } from './fixtures/starts.ts';
import { slotsHere } from './fixtures/slots-here.ts';
import { NoSlot, slotEveryMs } from './pace.ts';
import { createRowPace, type SlotStore } from './row-pace.ts';

const paceOver = (store: SlotStore) => createRowPace({ ratePerSecond: 60, store, onError: () => {} });

test('the gap leaves room for lateness: 60 gaps last longer than a second', () => {
  expect(slotEveryMs(60)).toBe(19.5);
  expect(slotEveryMs(1)).toBe(1_170);
});

test('three workers together keep the limit, and use it', async () => {
  const store = slotsHere();
  const starts: number[] = [];
  await Promise.all([1, 2, 3].map(() => takeSlots(paceOver(store), 25, starts)));
  const { busiest, perSecond } = measure(starts);
  expect(busiest).toBeLessThanOrEqual(60);
  expect(perSecond).toBeGreaterThan(45);
});

test('a slot that the process slept through is left, and another taken', async () => {
  const store = slotsHere();
  let taken = 0;
  const counted: SlotStore = {
    ...store,
    async takeSlot(everyMs) {
      taken += 1;
      const slot = await store.takeSlot(everyMs);
      if (taken === 2) setTimeout(standStill, 1);
      return slot;
    },
  };
  await takeSlots(paceOver(counted), 2);
  expect(taken).toBe(3);
});

test('a pause that one worker is asked for holds for the others too', async () => {
  const store = slotsHere();
  const [one, other] = [paceOver(store), paceOver(store)];
  one.pause(60_000);
  await expect(one.slot()).rejects.toThrow(NoSlot);
  await expect(other.slot()).rejects.toThrow('paused');
  expect(other.pausedMs()).toBeGreaterThan(59_000);
});

test('a longer pause is kept, and none is longer than five minutes', async () => {
  const pace = paceOver(slotsHere());
  pace.pause(10_000_000);
  pace.pause(1);
  expect(pace.pausedMs()).toBeGreaterThan(299_000);
  expect(pace.pausedMs()).toBeLessThanOrEqual(300_000);
});

test('a store that does not answer grants no slot', async () => {
  await expect(paceOver({ takeSlot: away, pause: away }).slot()).rejects.toThrow(NoSlot);
});

async function away(): Promise<never> {
  throw new Error('away');
}

function standStill(): void {
  const until = performance.now() + 80;
  while (performance.now() < until);
}
