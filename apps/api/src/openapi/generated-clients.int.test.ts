import { z } from 'zod';
import { routes } from '../routes.ts';
import { apiOfSuite } from '../testing/start-api.ts';

// What programs that generate clients make of the document.

const api = apiOfSuite();

const parameter = z.looseObject({ name: z.string(), schema: z.looseObject({}) });
const operation = z.looseObject({ operationId: z.string(), parameters: z.array(parameter).default([]) });
const openapi = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const readDocument = async () => openapi.parse((await api.call('get', '/openapi.json')).body);

test('has the types of numbers and lists in queries', async () => {
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

/** Schemas below a value, by their place. */
function schemasIn(value: unknown, place: string): readonly (readonly [string, Schema])[] {
  if (value === null || typeof value !== 'object') return [];
  const own = anySchema.safeParse(value);
  const below = Object.entries(value)
    .filter(([key]) => key !== 'examples' && key !== 'value')
    .flatMap(([key, each]) => schemasIn(each, `${place}/${key}`));
  return own.success ? [[place, own.data], ...below] : below;
}

const member = z.looseObject({ $ref: z.string().optional(), type: z.unknown().optional() });
const anySchema = z.looseObject({
  oneOf: z.array(member).optional(),
  anyOf: z.array(member).optional(),
  items: member.optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
});
type Schema = z.infer<typeof anySchema>;

const readSchemas = async () => {
  const { body } = await api.call('get', '/openapi.json');
  const { components } = z.looseObject({ components: z.looseObject({ schemas: z.unknown() }) }).parse(body);
  return schemasIn(components.schemas, '');
};

test('gives every member of a union, and every object in a list, a name', async () => {
  const all = await readSchemas();
  expect(all.length).toBeGreaterThan(500);
  const unnamed = all.filter(
    ([, { oneOf = [], anyOf = [], items }]) =>
      [...oneOf, ...anyOf].some(({ $ref, type }) => $ref === undefined && type !== 'null') ||
      items?.type === 'object',
  );
  expect(unnamed.map(([place]) => place)).toEqual([]);
});

test('tells the members of a union apart by a field, but for those that a number tells apart', async () => {
  const all = await readSchemas();
  const unions = all.filter(([, { oneOf = [], anyOf = [] }]) =>
    [oneOf, anyOf].some((members) => members.filter(({ type }) => type !== 'null').length > 1),
  );
  const without = unions.filter(([, schema]) => !('discriminator' in schema)).map(([place]) => place);
  expect(without).toEqual(['/BatchResult', '/RefusedLine']);
  expect(unions.length - without.length).toBeGreaterThan(1);
});

test('lets answers have fields that are added later, and requests none', async () => {
  const closed = (await readSchemas()).filter(([, each]) => each.additionalProperties === false);
  const names = new Set(closed.map(([place]) => place.split('/')[1]));
  for (const name of ['CreateReservation', 'WantedLine', 'PutSku']) expect(names).toContain(name);
  for (const name of ['Reservation', 'Problem', 'StockLevel', 'ReservedEvent'])
    expect(names).not.toContain(name);
});
