import { EVENT_TYPES, INCOMING_TYPES } from '@holdfast/events';
import { z } from 'zod';
import { apiOfSuite } from '../testing/start-api.ts';

const PUBLIC_URL = 'https://shop.example/holdfast';

const api = apiOfSuite({ PUBLIC_URL });

const schemaList = z.strictObject({
  data: z.array(z.strictObject({ name: z.string(), description: z.string().min(1), url: z.string() })),
});

test('/schemas lists the schema of every event, and each is served where it says', async () => {
  const { body, headers } = await api.call('get', '/schemas');
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  const { data } = schemaList.parse(body);
  expect(data.map(({ name }) => name)).toEqual(['cloud-event', ...EVENT_TYPES, ...INCOMING_TYPES]);
  for (const { name, url, description } of data) {
    expect(url).toBe(`${PUBLIC_URL}/schemas/${name}.json`);
    const reply = await api.call('get', url.slice(PUBLIC_URL.length));
    expect(reply.headers['content-type']).toBe('application/schema+json; charset=utf-8');
    expect(reply.body).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: url,
      description,
    });
  }
});

test('/asyncapi.json describes the events of the service that PUBLIC_URL names', async () => {
  const { status, body, headers } = await api.call('get', '/asyncapi.json');
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'application/json; charset=utf-8',
  });
  expect(body).toMatchObject({
    asyncapi: '3.0.0',
    servers: { api: { protocol: 'https', host: 'shop.example', pathname: '/holdfast' } },
  });
});
