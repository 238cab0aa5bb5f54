import { checkLedgerInvariants, queueBackends, together } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';

jest.setTimeout(60_000);

const CALLERS = 400;
const UNITS = 100;

describe.each(queueBackends)('400 callers at once for 100 units, queues on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend, { apis: 3, workers: 0 });
  });

  afterAll(() => house?.close());

  test.each([
    { apis: 1, sku: 'HOT-1' },
    { apis: 3, sku: 'HOT-3' },
  ])('100 are served and 300 refused by $apis API process(es)', async ({ apis, sku }) => {
    const shops = house.shops.slice(0, apis);
    await house.shop.stock(sku, UNITS);

    const answers = await together(CALLERS, (caller) => {
      const shop = shops[caller % apis] ?? house.shop;
      return shop.reserve({ sku });
    });

    const statuses = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.status : String(answer.reason),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(UNITS);
    expect(statuses.filter((status) => status === 409)).toHaveLength(CALLERS - UNITS);
    const codes = answers.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value.status === 409 ? [answer.value.body.code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(['insufficient_stock']));
    expect(await house.shop.availability(sku)).toMatchObject({ reserved: UNITS, available: 0 });
    expect(await house.query('SELECT FROM reservation_lines WHERE sku = $1', [sku])).toHaveLength(UNITS);
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});
