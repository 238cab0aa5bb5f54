import { createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { Client } from 'pg';

let database: TestDatabase;
let sql: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(`
    INSERT INTO skus (sku) VALUES ('MUG');
    INSERT INTO locations (location) VALUES ('EAST'), ('WEST');
    INSERT INTO stock_movements
    VALUES ('00000000-0000-7000-8000-000000000001', now(), 'MUG', 'EAST', 1, 'set', 10, 0, 0, 10, 0, 0, NULL, NULL, 'test');
    INSERT INTO events
    VALUES ('00000000-0000-7000-8000-000000000002', 'warehouse.inventory.reserved', 's', now(), NULL, NULL, '{}');
  `);
});
beforeEach(async () => {
  await sql.query('BEGIN');
  await sql.query(`
    INSERT INTO stock_levels (sku, location, on_hand, reserved, allocated) VALUES ('MUG', 'EAST', 10, 3, 4)`);
});
afterEach(() => sql.query('ROLLBACK'));
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** The level after the update: `[on_hand, reserved, allocated, shortfall]`. */
async function update(change: string): Promise<readonly number[]> {
  const { rows } = await sql.query<Record<string, number>>(
    `UPDATE stock_levels SET ${change} WHERE sku = 'MUG' RETURNING on_hand, reserved, allocated, shortfall`,
  );
  return Object.values(rows[0] ?? {});
}

describe('a raw UPDATE of a level', () => {
  test.each([
    ['reserves more than there is', 'reserved = reserved + 4'],
    ['allocates more than there is', 'allocated = allocated + 4'],
    ['reserves more, and says so', 'reserved = reserved + 4, shortfall = 1'],
    ['reserves more, and says less', 'reserved = reserved + 6, shortfall = 1'],
    ['takes away what is promised, and does not say so', 'on_hand = 6'],
    ['takes away some and promises more on top', 'on_hand = 8, reserved = 6, shortfall = 3'],
    ['ships what is not there', 'on_hand = -1, reserved = 0, allocated = 0'],
    ['gives back more than was reserved', 'reserved = -1'],
    ['gives back more than was allocated', 'allocated = -1'],
    ['gives back too much and takes it elsewhere', 'reserved = -1, allocated = 8'],
    ['invents a shortfall', 'shortfall = 1'],
    ['has a negative shortfall', 'shortfall = -3'],
    ['has a negative safety stock', 'safety_stock = -1'],
    ['has no number', 'reserved = NULL'],
    ['backorders more than it may', 'backorder_limit = 2, reserved = reserved + 6, shortfall = 1'],
    ['backorders more than it may, and does not say so', 'backorder_limit = 2, reserved = reserved + 6'],
    ['lowers the limit while more is promised', 'on_hand = 9, backorder_limit = -1'],
    ['gives itself more than there can be', 'backorder_limit = 1000000001'],
  ])('that %s is refused', async (_what, change) => {
    await expect(update(change)).rejects.toMatchObject({ code: expect.stringMatching(/^2350[24]$|^23514$/) });
  });

  test('that oversells is named', async () => {
    await expect(update('reserved = 7, shortfall = 1')).rejects.toMatchObject({
      constraint: 'stock_levels_never_oversold',
      message: 'oversold: MUG at EAST would promise 1 units more than are on hand and may be backordered',
    });
  });

  test('that promises the very last unit passes', async () => {
    expect(await update('reserved = 6')).toEqual([10, 6, 4, 0]);
  });

  test('that backorders up to the limit passes, and lowering the limit is what raises the shortfall', async () => {
    expect(await update('backorder_limit = 2, reserved = 8')).toEqual([10, 8, 4, 0]);
    expect(await update('backorder_limit = 1, shortfall = 1')).toEqual([10, 8, 4, 1]);
    await expect(update('reserved = 9, shortfall = 2')).rejects.toMatchObject({
      constraint: 'stock_levels_never_oversold',
    });
  });

  test('that confirms, gives back or ships passes', async () => {
    expect(await update('reserved = 0, allocated = 7')).toEqual([10, 0, 7, 0]);
    expect(await update('on_hand = 3, allocated = 0')).toEqual([3, 0, 0, 0]);
  });
});

describe('a correction that finds less than was promised', () => {
  test('raises the shortfall by what is missing, and no further', async () => {
    await sql.query('SAVEPOINT before');
    await expect(update('on_hand = 5, shortfall = 3')).rejects.toMatchObject({ code: '23514' });
    await sql.query('ROLLBACK TO before');
    expect(await update('on_hand = 5, shortfall = 2')).toEqual([5, 3, 4, 2]);
  });

  describe.each([
    'reserved = 4, shortfall = 3',
    'allocated = 5, shortfall = 3',
    'on_hand = 4, allocated = 6, shortfall = 5',
  ])('after it: %s', (change) => {
    test('is refused, for nothing more is sold', async () => {
      await update('on_hand = 5, shortfall = 2');
      await expect(update(change)).rejects.toMatchObject({ constraint: 'stock_levels_never_oversold' });
    });
  });

  test('is reduced by giving back, by shipping and by new stock', async () => {
    await update('on_hand = 5, shortfall = 2');
    expect(await update('reserved = 2, shortfall = 1')).toEqual([5, 2, 4, 1]);
    expect(await update('on_hand = 4, allocated = 3, shortfall = 1')).toEqual([4, 2, 3, 1]);
    expect(await update('on_hand = 9, shortfall = 0')).toEqual([9, 2, 3, 0]);
  });
});

describe('a new level', () => {
  test.each([
    ['that promises what it does not have', `('MUG', 'WEST', 1, 2, 0, 1)`],
    ['that hides it', `('MUG', 'WEST', 1, 2, 0, 0)`],
    ['of a SKU that does not exist', `('HAT', 'WEST', 1, 0, 0, 0)`],
    ['at a location that does not exist', `('MUG', 'MOON', 1, 0, 0, 0)`],
    ['that is there already', `('MUG', 'EAST', 1, 0, 0, 0)`],
  ])('%s is refused', async (_what, values) => {
    await expect(
      sql.query(
        `INSERT INTO stock_levels (sku, location, on_hand, reserved, allocated, shortfall) VALUES ${values}`,
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
  });
});

describe('history', () => {
  test.each([
    `UPDATE stock_movements SET reason = 'another'`,
    'UPDATE stock_movements SET on_hand = 11 WHERE false',
    'DELETE FROM stock_movements',
    'TRUNCATE stock_movements',
    `UPDATE events SET type = 'another'`,
    'DELETE FROM events',
    'TRUNCATE events',
  ])('refuses %s', async (statement) => {
    await expect(sql.query(statement)).rejects.toMatchObject({ code: '23001' });
  });

  test('of events is purged by the retention job alone, and never changed', async () => {
    await sql.query(`SET LOCAL holdfast.retention = 'on'`);
    expect((await sql.query('DELETE FROM events')).rowCount).toBe(1);
    await sql.query('SAVEPOINT before');
    await expect(sql.query('DELETE FROM stock_movements')).rejects.toMatchObject({ code: '23001' });
    await sql.query('ROLLBACK TO before');
    await expect(sql.query(`UPDATE events SET type = 'another'`)).rejects.toMatchObject({ code: '23001' });
  });

  test('has each sequence number of a level once', async () => {
    await expect(
      sql.query(`
        INSERT INTO stock_movements
        VALUES (gen_random_uuid(), now(), 'MUG', 'EAST', 1, 'set', 1, 0, 0, 11, 0, 0, NULL, NULL, 'test')`),
    ).rejects.toMatchObject({ constraint: 'stock_movements_in_order' });
  });
});
