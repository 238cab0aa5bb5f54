import { withKey } from '@holdfast/testing';
import { newId } from '@holdfast/ledger';
import {
  replayAnswer,
  webhookDeliveryAnswer,
  webhookDeliveryDetails,
  webhookDeliveryListAnswer,
} from './webhook-delivery-schema.ts';
import { webhookSecretAnswer } from './webhook-endpoint-schema.ts';
import { isReplay, refused } from '../testing/api-scenario.ts';
import { apiOfSuite } from '../testing/start-api.ts';

let path: string;
let endpointId: string;

const api = apiOfSuite({ PUBLIC_URL: 'https://stock.example.com' });
beforeEach(async () => {
  const { body } = await api.call('post', '/v1/webhook-endpoints', { url: 'https://shop.example.com/' });
  endpointId = webhookSecretAnswer.parse(body).id;
  path = `/v1/webhook-endpoints/${endpointId}`;
});
afterEach(() => api.context.database.prisma.$executeRaw`TRUNCATE webhook_endpoints, webhook_deliveries`);

/** Events of one reservation, minutes apart, that every endpoint has been sent. */
async function happened(...times: readonly string[]): Promise<string[]> {
  const reservationId = newId();
  const ids: string[] = [];
  for (const time of times) {
    const hex = Date.parse(time).toString(16).padStart(12, '0');
    const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${newId().slice(-12)}`;
    ids.push(id);
    await api.context.database.prisma.$executeRaw`
      INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
      VALUES (
        ${id}::uuid, 'warehouse.inventory.reserved', 'a', ${time}::timestamptz, ${reservationId}::uuid, 1, '{"lines": []}'
      )`;
  }
  await api.context.database.prisma.$executeRaw`DELETE FROM event_notes`;
  return ids;
}

const list = async (query = '') =>
  webhookDeliveryListAnswer.parse((await api.call('get', `${path}/deliveries${query}`)).body);
const replay = (body: object, headers = {}) => api.call('post', `${path}/replay`, body, headers);

describe('a test call', () => {
  test('is a delivery like others, due now, with a sample event of its own', async () => {
    const { status, body } = await api.call('post', `${path}/test`);
    expect(status).toBe(202);
    const delivery = webhookDeliveryAnswer.parse(body);
    expect(delivery).toMatchObject({
      event_type: 'warehouse.inventory.test',
      cause: 'test',
      state: 'pending',
      attempts: 0,
      next_attempt_at: expect.any(String),
    });
    expect((await list()).data).toEqual([delivery]);
    const rows = await api.context.database.prisma.$queryRaw`SELECT event FROM webhook_deliveries`;
    expect(rows).toMatchObject([
      { event: { id: delivery.event_id, source: 'https://stock.example.com', subject: endpointId } },
    ]);
  });

  test('is shown with its payload, and to the readers of its endpoint only', async () => {
    const { body } = await api.call('post', `${path}/test`);
    const { id, event_id } = webhookDeliveryAnswer.parse(body);
    const { status, body: shown } = await api.call('get', `${path}/deliveries/${id}`);
    expect(status).toBe(200);
    expect(webhookDeliveryDetails.parse(shown)).toMatchObject({
      id,
      response: null,
      payload: { id: event_id, type: 'warehouse.inventory.test', subject: endpointId },
    });
    expect(await api.call('get', `/v1/webhook-endpoints/${newId()}/deliveries/${id}`)).toMatchObject(
      refused(404, 'not_found'),
    );
  });

  test('is made once for a key', async () => {
    const first = await api.call('post', `${path}/test`, {}, withKey('test-1'));
    const again = await api.call('post', `${path}/test`, {}, withKey('test-1'));
    expect({ body: again.body, replay: isReplay(again) }).toEqual({ body: first.body, replay: true });
    expect((await list()).data).toHaveLength(1);
  });

  test('takes nothing', async () => {
    expect(await api.call('post', `${path}/test`, { type: 'x' })).toMatchObject(
      refused(400, 'validation_failed'),
    );
  });
});

describe('a delivery of an event', () => {
  test('is shown with the event, as long as that is kept', async () => {
    const [eventId = ''] = await happened('2026-11-19T10:00:00.000Z');
    await replay({ event_id: eventId });
    const [delivery] = (await list()).data;
    const read = async () =>
      webhookDeliveryDetails.parse((await api.call('get', `${path}/deliveries/${delivery?.id}`)).body);
    const event = { id: eventId, type: 'warehouse.inventory.reserved', specversion: '1.0' };
    expect(await read()).toMatchObject({ ...delivery, payload: event });
    await api.context.database.prisma.$executeRaw`UPDATE webhook_deliveries SET event_id = ${newId()}::uuid`;
    expect((await read()).payload).toBeNull();
  });
});

describe('a replay', () => {
  const [ten = '', eleven = '', twelve = ''] = [10, 11, 12].map((hour) => `2026-11-20T${hour}:00:00.000Z`);

  test('of one event queues that', async () => {
    const [, id = ''] = await happened('2026-11-19T10:00:00.000Z', '2026-11-19T11:00:00.000Z');
    const { status, body } = await replay({ event_id: id });
    expect({ status, body: replayAnswer.parse(body) }).toEqual({ status: 202, body: { queued: 1 } });
    expect((await list()).data).toMatchObject([{ event_id: id, cause: 'replay', state: 'pending' }]);
  });

  test('of a span queues what happened since its beginning and before its end, in order', async () => {
    const ids = await happened(ten, eleven, twelve);
    expect((await replay({ from: ten.toLowerCase(), to: twelve })).body).toEqual({ queued: 2 });
    expect(
      (await replay({ from: '2026-11-20T13:00:00+01:00', to: '2026-11-20T13:00:00.001+01:00' })).body,
    ).toEqual({
      queued: 1,
    });
    const { data } = await list();
    expect(data.map(({ event_id }) => event_id).toReversed()).toEqual(ids);
    // Of one reservation: the others wait for the first.
    expect(data.map(({ next_attempt_at }) => next_attempt_at !== null)).toEqual([false, false, true]);
  });

  test('may begin before there was anything', async () => {
    await happened('1999-01-01T00:00:00.000Z', '1999-01-02T00:00:00.000Z');
    for (const from of ['1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z']) {
      expect((await replay({ from, to: '2000-01-01T00:00:00Z' })).body).toEqual({ queued: 2 });
    }
  });

  test('under a key is done once', async () => {
    const [id] = await happened(ten);
    await replay({ event_id: id }, withKey('replay-1'));
    expect(isReplay(await replay({ event_id: id }, withKey('replay-1')))).toBe(true);
    expect(await replay({ from: ten, to: twelve }, withKey('replay-1'))).toMatchObject(
      refused(422, 'idempotency_key_reused'),
    );
    expect((await list()).data).toHaveLength(1);
  });

  test('of an event that does not exist is 404', async () => {
    expect(await replay({ event_id: newId() })).toMatchObject(refused(404, 'not_found'));
  });

  test('of 10,000 events is done at once; of more, none is', async () => {
    const start = Date.parse('2026-10-01T00:00:00.000Z');
    const hour = (index: number) => new Date(start + index * 3_600_000).toISOString();
    await api.context.database.prisma.$executeRaw`
      INSERT INTO events (id, type, subject, time, data)
      SELECT
        (lpad(to_hex(${start}::bigint + n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
        'warehouse.inventory.stock_low', 'SKU-' || n % 100, ${hour(0)}::timestamptz + n * interval '1 ms', '{}'
      FROM generate_series(1, 10001) n`;
    await api.context.database.prisma.$executeRaw`DELETE FROM event_notes`;
    const reply = await replay({ from: hour(0), to: hour(1) });
    expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path: 'to' }] }));
    expect(JSON.stringify(reply.body)).toContain('take a smaller span');
    expect((await list()).data).toEqual([]);
    const to = new Date(start + 10_001).toISOString();
    expect((await replay({ from: hour(0), to })).body).toEqual({ queued: 10_000 });
  });

  test.each([
    ['nothing', {}, ''],
    ['both', { event_id: '0199b0c4-0000-7000-8000-000000000000', from: ten, to: twelve }, ''],
    ['only a beginning', { from: ten }, 'to'],
    ['only an end', { to: ten }, 'to'],
    ['an end before the beginning', { from: twelve, to: ten }, 'to'],
    ['an empty span', { from: ten, to: ten }, 'to'],
    ['a day', { from: '2026-11-20', to: twelve }, 'from'],
    ['a time of nowhere', { from: '2026-11-20T10:00:00', to: twelve }, 'from'],
    ['a leap second in the middle of a day', { from: '2016-12-31T12:59:60Z', to: twelve }, 'from'],
    ['the year 0', { from: '0000-01-01T00:00:00Z', to: twelve }, 'from'],
    ['an id that is none', { event_id: '17' }, 'event_id'],
    ['null', { event_id: null }, 'event_id'],
    ['more than it knows', { event_id: '0199b0c4-0000-7000-8000-000000000000', limit: 5 }, ''],
  ])('of %s is refused', async (_what, body, at) => {
    const reply = await replay(body);
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect(reply.body).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ path: at })]),
    });
  });
});

describe('the log', () => {
  test('is of one endpoint, newest first, page by page, and by state', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift(webhookDeliveryAnswer.parse((await api.call('post', `${path}/test`)).body).id);
    }
    const other = await api.call('post', '/v1/webhook-endpoints', { url: 'https://other.example.com/' });
    await api.call('post', `/v1/webhook-endpoints/${webhookSecretAnswer.parse(other.body).id}/test`);
    const first = await list('?limit=3');
    const second = await list(`?limit=3&cursor=${first.next_cursor}`);
    expect([first, second].map(({ data }) => data.map(({ id }) => id))).toEqual([
      ids.slice(0, 3),
      ids.slice(3),
    ]);
    expect(second.next_cursor).toBeNull();

    const failed = ids[2] ?? '';
    await api.context.database.prisma.$executeRaw`
      UPDATE webhook_deliveries
      SET state = 'failed', finished_at = clock_timestamp(), next_attempt_at = NULL
      WHERE id = ${failed}::uuid`;
    expect((await list('?state=failed')).data.map(({ id }) => id)).toEqual([failed]);
    expect((await list('?state=pending')).data).toHaveLength(4);
    expect((await list('?state=succeeded')).data).toEqual([]);
  });

  test.each(['?state=lost', '?limit=0', '?cursor=abc', '?states=failed'])('%s is refused', async (query) => {
    const reply = await api.call('get', `${path}/deliveries${query}`);
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
  });
});
