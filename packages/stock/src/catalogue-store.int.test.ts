import { together, ofSuite } from '@holdfast/testing';
import { putLocation, putSku, type LocationChange, type SkuChange } from './catalogue-store.ts';
import { readSkuChanges } from './sku-changes-store.ts';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';

const db = ofSuite(() => openTestDatabase(4));
const changeSku = (sku: string, change: SkuChange) =>
  putSku(db.prisma, sku, change, { caller: 'test', reason: null });

const FULL_LOCATION: Required<LocationChange> = { name: 'East', priority: 7, active: false };
const FULL_SKU: Required<SkuChange> = {
  name: 'Mug',
  product_id: 'p-1',
  variant_id: 'v-1',
  low_stock_threshold: 5,
  max_per_reservation: 9,
  active: false,
  max_per_customer: 2,
  customer_limit_since: new Date('2026-11-20T10:00:00.000Z'),
};

describe('a location', () => {
  test('that is new has the contract’s defaults', async () => {
    expect(await putLocation(db, 'L1', {})).toMatchObject({
      created: true,
      row: { location: 'L1', name: null, priority: 100, active: true },
    });
  });

  test('is created once, and changed after that', async () => {
    expect(await putLocation(db, 'L2', FULL_LOCATION)).toMatchObject({
      created: true,
      row: FULL_LOCATION,
    });
    expect(await putLocation(db, 'L2', { priority: 8 })).toMatchObject({
      created: false,
      row: { priority: 8 },
    });
  });

  test('keeps what is not named, and loses what is named null', async () => {
    const { row } = await putLocation(db, 'L3', FULL_LOCATION);
    const kept = await putLocation(db, 'L3', {});
    expect(kept.row).toEqual({ ...row, updated_at: kept.row.updated_at });
    expect((await putLocation(db, 'L3', { name: null })).row).toMatchObject({
      ...FULL_LOCATION,
      name: null,
    });
    expect((await putLocation(db, 'L3', { active: true })).row).toMatchObject({
      name: null,
      priority: 7,
      active: true,
    });
  });
});

describe('a SKU', () => {
  test('counts its customers from when a limit was first set, unless another time is given', async () => {
    expect((await changeSku('S4', {})).row.customer_limit_since).toBeNull();
    const { row } = await changeSku('S4', { max_per_customer: 2 });
    const first = row.customer_limit_since;
    expect(first).toBeInstanceOf(Date);
    const since = new Date('2026-11-20T10:00:00.000Z');
    const given = await changeSku('S4', { customer_limit_since: since, max_per_customer: null });
    expect(given.row).toMatchObject({ customer_limit_since: since, max_per_customer: null });
    const cleared = await changeSku('S4', { customer_limit_since: null, max_per_customer: 3 });
    expect(cleared.row).toMatchObject({ customer_limit_since: first, max_per_customer: 3 });
  });

  test('that is new has nothing but its name', async () => {
    expect(await changeSku('S1', {})).toMatchObject({
      created: true,
      row: {
        sku: 'S1',
        name: null,
        product_id: null,
        variant_id: null,
        low_stock_threshold: null,
        max_per_reservation: null,
      },
    });
  });

  const others = new Set(['active', 'customer_limit_since']);
  const fields = (Object.keys(FULL_SKU) as (keyof SkuChange)[]).filter((each) => !others.has(each));
  test.each(fields)('%s: absent is kept, null is cleared, a value is set', async (field) => {
    const sku = `S2 ${field}`;
    await changeSku(sku, FULL_SKU);
    expect(await changeSku(sku, {})).toMatchObject({ created: false, row: FULL_SKU });
    expect((await changeSku(sku, { [field]: null })).row).toMatchObject({
      ...FULL_SKU,
      [field]: null,
    });
    expect((await changeSku(sku, {})).row).toMatchObject({ ...FULL_SKU, [field]: null });
    const value = typeof FULL_SKU[field] === 'number' ? 3 : 'new';
    expect((await changeSku(sku, { [field]: value })).row).toMatchObject({
      ...FULL_SKU,
      [field]: value,
    });
  });

  test('keeps what each put changed, who did it and why, and nothing of one that changed nothing', async () => {
    const put = (change: SkuChange, reason: string | null) =>
      putSku(db.prisma, 'S5', change, { caller: 'ops/ada', reason });
    const since = new Date('2026-11-20T10:00:00.000Z');
    await put({ name: 'Mug', low_stock_threshold: 5 }, null);
    await put({ active: false, max_per_customer: 2, customer_limit_since: since }, 'wrong photo');
    await put({ active: false, name: 'Mug' }, 'again');
    await put({ active: true, name: null }, 'corrected');
    const changes = await readSkuChanges(db.prisma, 'S5', { after: null, limit: 10 });
    expect(changes.map(({ caller, reason }) => [caller, reason])).toEqual([
      ['ops/ada', 'corrected'],
      ['ops/ada', 'wrong photo'],
      ['ops/ada', null],
    ]);
    expect(changes.map((each) => each.changes)).toEqual([
      [
        { field: 'active', before: false, after: true },
        { field: 'name', before: 'Mug', after: null },
      ],
      [
        { field: 'active', before: true, after: false },
        { field: 'customer_limit_since', before: null, after: since.toISOString() },
        { field: 'max_per_customer', before: null, after: 2 },
      ],
      [
        { field: 'active', before: null, after: true },
        { field: 'low_stock_threshold', before: null, after: 5 },
        { field: 'name', before: null, after: 'Mug' },
      ],
    ]);
    const [, second] = changes;
    const rest = await readSkuChanges(db.prisma, 'S5', { after: second?.id ?? 0, limit: 10 });
    expect(rest).toEqual(changes.slice(2));
  });

  test('that many change at once has a history without gaps', async () => {
    await together(10, (n) => changeSku('S6', { low_stock_threshold: n + 1 }));
    const changes = await readSkuChanges(db.prisma, 'S6', { after: null, limit: 20 });
    const thresholds = changes
      .toReversed()
      .flatMap((each) => each.changes.filter(({ field }) => field === 'low_stock_threshold'));
    expect(thresholds).toHaveLength(10);
    for (const [index, { before }] of thresholds.entries()) {
      expect(before).toBe(thresholds[index - 1]?.after ?? null);
    }
  });

  test('that many put at once is created once', async () => {
    const puts = await together(10, () => changeSku('S3', FULL_SKU));
    const created = puts.map((put) => put.status === 'fulfilled' && put.value.created);
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(puts.every(({ status }) => status === 'fulfilled')).toBe(true);
  });
});
