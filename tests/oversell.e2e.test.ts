import { checkLedgerInvariants, together, ofSuite, queueOfRun } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const CALLERS = 400;
const UNITS = 100;

describe('400 callers at once for 100 units', () => {
  const fleet = ofSuite(() => openFleet(queueOfRun, { apis: 3, workers: 0 }));

  test.each([
    { apis: 1, sku: 'HOT-1' },
    { apis: 3, sku: 'HOT-3' },
  ])('100 are served and 300 refused by $apis API process(es)', async ({ apis, sku }) => {
    const clients = fleet.clients.slice(0, apis);
    await fleet.client.stock(sku, UNITS);

    const answers = await together(CALLERS, (caller) => {
      const client = clients[caller % apis] ?? fleet.client;
      return client.tryHold(sku);
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
    expect(await fleet.client.availability(sku)).toMatchObject({ reserved: UNITS, available: 0 });
    expect(await fleet.query('SELECT FROM reservation_lines WHERE sku = $1', [sku])).toHaveLength(UNITS);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
