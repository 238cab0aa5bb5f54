import { openDatabase, type Database } from '@holdfast/db';
import { putLocation, putSku } from '@holdfast/stock';
import { Ledger } from '@holdfast/ledger';

const LOCATIONS = [
  { location: 'WH-EAST', name: 'Warehouse East', priority: 10 },
  { location: 'WH-WEST', name: 'Warehouse West', priority: 20 },
  { location: 'STORE-1', name: 'Store in town', priority: 100 },
];

const SKUS = [
  ...['XS', 'S', 'M', 'L', 'XL'].map((size) => ({
    sku: `TSHIRT-${size}`,
    name: `T-shirt ${size}`,
    product: 'TSHIRT',
  })),
  ...['S', 'M', 'L', 'XL'].map((size) => ({
    sku: `HOODIE-${size}`,
    name: `Hoodie ${size}`,
    product: 'HOODIE',
  })),
  ...['38', '40', '42', '44'].map((size) => ({ sku: `BOOT-${size}`, name: `Boot ${size}`, product: 'BOOT' })),
  ...['MUG', 'POSTER', 'STICKER', 'TOTE', 'CAP', 'SOCKS', 'PEN'].map((sku) => ({
    sku,
    name: sku.toLowerCase(),
    product: sku,
  })),
];

/** Units of each SKU at each of the first two locations, and in the store. */
const ON_HAND = { 'WH-EAST': 100, 'WH-WEST': 50, 'STORE-1': 5 };

const LEVELS = SKUS.flatMap(({ sku }) =>
  Object.entries(ON_HAND).map(([location, onHand]) => ({ sku, location, onHand })),
);

/**
 * Three locations and twenty SKUs with stock, for a start on an empty database. Stock goes through the
 * ledger, as always. A seeding that was cut short is taken up again.
 *
 * @returns false if the database is not empty: then nothing is done
 */
export async function seedIfEmpty(databaseUrl: string): Promise<boolean> {
  const database = openDatabase(databaseUrl, { poolMax: 1, applicationName: 'holdfast seed' });
  const ledger = new Ledger({ databaseUrl, applicationName: 'holdfast seed ledger' });
  try {
    if (await isInUse(database)) return false;
    for (const { location, ...change } of LOCATIONS) await putLocation(database, location, change);
    for (const { sku, name, product } of SKUS)
      await putSku(database.prisma, sku, { name, product_id: product }, { caller: 'seed', reason: 'seed' });
    await Promise.all(
      LEVELS.map((level) =>
        ledger.submit({
          kind: 'set-stock',
          ...level,
          safetyStock: null,
          reason: 'seed',
          ifVersion: null,
          caller: 'seed',
        }),
      ),
    );
    return true;
  } finally {
    await ledger.close();
    await database.close();
  }
}

async function isInUse({ prisma }: Database): Promise<boolean> {
  const seeded = { skus: SKUS.map(({ sku }) => sku), locations: LOCATIONS.map(({ location }) => location) };
  const others =
    (await prisma.reservation.findFirst()) ??
    (await prisma.sku.findFirst({ where: { sku: { notIn: seeded.skus } } })) ??
    (await prisma.location.findFirst({ where: { location: { notIn: seeded.locations } } }));
  return others !== null || (await prisma.stockLevel.count()) >= LEVELS.length;
}
