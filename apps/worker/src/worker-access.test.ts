import { type ApiKeys, apiKeys, makeApiKey } from '@holdfast/runtime';
import express from 'express';
import request from 'supertest';
import { guardMetrics } from './worker-access.ts';

const watcher = makeApiKey('watcher', 'ops:read');
const shop = makeApiKey('shop', 'stock:read');

function metricsOf(keys: ApiKeys | null) {
  const app = express();
  app.get('/metrics', guardMetrics(keys), (_request, response) => {
    response.send('holdfast_up 1');
  });
  return (authorization?: string) =>
    request(app)
      .get('/metrics')
      .set(authorization === undefined ? {} : { Authorization: authorization });
}

describe('where there are API keys', () => {
  const ask = metricsOf(apiKeys().parse(`${watcher.entry} ${shop.entry}`));

  test('a key with the scope gets in', async () => {
    expect(await ask(`Bearer ${watcher.key}`)).toMatchObject({ status: 200, text: 'holdfast_up 1' });
  });

  test.each([undefined, 'Bearer', 'Bearer x', `Basic ${btoa(`x:${watcher.key}`)}`])(
    '%s is not known',
    async (authorization) => {
      const { body } = await ask(authorization)
        .expect(401)
        .expect('WWW-Authenticate', 'Bearer')
        .expect('Content-Type', /^application\/problem\+json/);
      expect(body).toMatchObject({ code: 'unauthorized', status: 401 });
    },
  );

  test('a key without the scope is refused with the name of the scope', async () => {
    const { body } = await ask(`Bearer ${shop.key}`).expect(403);
    expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('ops:read') });
  });
});

test('where there are none, every request gets in', async () => {
  expect(await metricsOf(null)()).toMatchObject({ status: 200, text: 'holdfast_up 1' });
});
