import { z } from 'zod';
import { routes } from '../routes.ts';
import { apiOfSuite } from '../testing/start-api.ts';

// What programs that generate clients make of the document.

const api = apiOfSuite();

const parameter = z.looseObject({ name: z.string(), schema: z.looseObject({}) });
const operation = z.looseObject({ operationId: z.string(), parameters: z.array(parameter).default([]) });
const openapi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const readDocument = async () => openapi.parse((await api.call('get', '/openapi.json')).body);

test('has numbers and lists in queries as what they are', async () => {
  const { paths } = await readDocument();
  const query = (path: string, name: string) =>
    paths[path]?.['get']?.parameters.find((each) => each.name === name)?.schema;
  expect(query('/v1/reservations', 'limit')).toMatchObject({
    type: 'integer',
    format: 'int32',
    minimum: 1,
    maximum: 200,
    default: 50,
  });
  expect(query('/v1/events', 'wait_seconds')).toMatchObject({ type: 'integer', minimum: 0, maximum: 30 });
  for (const [path, name] of [
    ['/v1/reservations', 'status'],
    ['/v1/availability', 'sku'],
    ['/v1/events', 'types'],
  ] as const) {
    expect(query(path, name)).toMatchObject({ type: 'array' });
    expect(query(path, name)).not.toHaveProperty('anyOf');
  }
});

test('names every operation, as a function of a client', async () => {
  const { paths } = await readDocument();
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(routes(api.context).length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
  expect(ids).toContain('confirmReservation');
});
