import { withSession } from '@holdfast/testing';
import { scenarioOfSuite } from '../testing/api-scenario.ts';
import type { Reply } from '../testing/start-api.ts';

const scenario = scenarioOfSuite();

/** A call that reads or writes these tables keeps its connection until its statement times out. */
const whileLocked = (tables: string, calls: () => Promise<Reply>[]): Promise<readonly Reply[]> =>
  withSession(scenario.url, async (session) => {
    await session.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
    return Promise.all(calls());
  });

const times = (n: number, call: () => Promise<Reply>) => Array.from({ length: n }, call);

test.each([
  ['reads', () => scenario.api.call('get', '/v1/skus')],
  ['writes that change no stock', () => scenario.api.call('put', '/v1/skus/NEW', {})],
  [
    'writes in a transaction',
    () => scenario.api.call('post', '/v1/webhook-endpoints', { url: 'https://93.184.216.34/hook' }),
  ],
])('%s that find all connections busy are refused as overload, with a Retry-After', async (_what, call) => {
  const replies = await whileLocked('skus, webhook_endpoints', () => times(12, call));
  for (const { status, body, headers } of replies) {
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(headers['retry-after']).toMatch(/^\d+$/);
  }
});

test('incoming events that find all connections busy are refused as overload', async () => {
  const event = {
    specversion: '1.0',
    id: 'busy-1',
    source: '/orders',
    type: 'order.order.cancelled',
    data: { order_id: 'o-busy' },
  };
  const replies = await whileLocked('skus, stock_levels, reservations, idempotency_keys, dead_events', () =>
    times(12, () =>
      scenario.api.call('post', '/v1/events', JSON.stringify(event), {
        'Content-Type': 'application/cloudevents+json',
      }),
    ),
  );
  for (const { status, body } of replies) {
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'overloaded' } });
  }
});
