import { ofSuite } from '@holdfast/testing';
import { createMetrics } from '@holdfast/runtime';
import request from 'supertest';
import { createApp } from './express-app.ts';
import { openGuardedApi } from './testing/guarded-api.ts';

let app: ReturnType<typeof createApp>;

const guarded = ofSuite(() => openGuardedApi());
beforeAll(async () => {
  app = createApp({ ...guarded.api.context, metrics: createMetrics('api') });
});

const RESERVATION = { lines: [{ sku: 'MUG', quantity: 1 }] };

describe('the Express app by itself', () => {
  test('answers a call without parameters and one with them', async () => {
    const created = await request(app)
      .post('/v1/reservations')
      .set(guarded.bearer('shop'))
      .send(RESERVATION)
      .expect(201);
    expect(created.headers).toMatchObject({ 'x-request-id': expect.any(String), 'x-frame-options': 'DENY' });
    await request(app)
      .get(String(created.headers['location']))
      .set(guarded.bearer('shop'))
      .expect(200)
      .expect(({ body }) => expect(body).toEqual(created.body));
  });

  test('refuses a call without a key, and one whose URL is too long', async () => {
    await request(app).post('/v1/reservations').send(RESERVATION).expect(401);
    await request(app)
      .get(`/v1/skus?x=${'x'.repeat(14_000)}`)
      .expect(414);
  });

  test('serves paths that are not routes', async () => {
    await request(app).get('/openapi.json').expect(200);
    await request(app).get('/ops/queues').expect(401);
    const { text } = await request(app).get('/metrics').set(guarded.bearer('watcher')).expect(200);
    expect(text).toContain('method="GET",route="/openapi.json",status="200"');
  });
});
