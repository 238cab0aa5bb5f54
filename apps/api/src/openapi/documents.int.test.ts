import request from 'supertest';
import { z } from 'zod';
import { readsOnly, type Route } from '../http/route.ts';
import { routes } from '../routes.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

/** The part of OpenAPI 3.1 that the document uses. Strict, so that a misspelt field is found. */
const schema = z.union([z.looseObject({}), z.boolean()]);
const ref = z.strictObject({ $ref: z.string() });
const content = z.record(
  z.string(),
  z.strictObject({ schema, examples: z.record(z.string(), ref).optional() }),
);
const header = z.strictObject({ description: z.string(), schema, required: z.boolean().optional() });
const operation = z.strictObject({
  tags: z.array(z.string()).length(1),
  security: z.array(z.strictObject({ apiKey: z.tuple([]) })).max(1),
  summary: z.string().min(1),
  description: z.string().optional(),
  parameters: z
    .array(
      z.strictObject({
        in: z.enum(['path', 'query', 'header']),
        name: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema,
      }),
    )
    .optional(),
  operationId: z.string(),
  'x-codeSamples': z
    .tuple([z.strictObject({ lang: z.string(), label: z.string(), source: z.string() })])
    .optional(),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({
      description: z.string().min(1),
      headers: z.record(z.string(), z.union([header, ref])).optional(),
      content: content.optional(),
    }),
  ),
});
const openapi = z.strictObject({
  openapi: z.literal('3.1.0'),
  servers: z.tuple([z.strictObject({ url: z.url() })]),
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string(), z.looseObject({})),
    headers: z.record(z.string(), header),
    examples: z.record(z.string(), z.strictObject({ value: z.looseObject({}) })),
    securitySchemes: z.strictObject({
      apiKey: z.strictObject({
        type: z.literal('http'),
        scheme: z.literal('bearer'),
        description: z.string(),
      }),
    }),
  }),
});

const described = z.object({ id: z.string(), examples: z.array(z.unknown()).default([]) });

const readDocument = async () => openapi.parse((await api.call('get', '/openapi.json')).body);
const listed = () => routes(api.context);

describe('routes', () => {
  test('that change nothing say where they may read from, and no others do', () => {
    for (const route of listed()) {
      const { method, path, readFrom } = route;
      expect({ call: `${method} ${path}`, says: readFrom !== undefined }).toEqual({
        call: `${method} ${path}`,
        says: readsOnly(route),
      });
    }
  });
});

describe('/openapi.json', () => {
  test('is OpenAPI 3.1, and JSON', async () => {
    const { status, headers } = await api.call('get', '/openapi.json');
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
    });
    await expect(readDocument()).resolves.toBeDefined();
  });

  test('has every route, and nothing else', async () => {
    const { paths, tags } = await readDocument();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.toSorted()).toEqual(
      listed()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    );
    expect(
      listed()
        .map(({ tag }) => tag)
        .every((tag) => tags.some(({ name }) => name === tag)),
    ).toBe(true);
  });

  test('has every answer and every refusal of every route', async () => {
    const { paths } = await readDocument();
    for (const route of listed()) {
      const { responses } = operation.parse(paths[route.path]?.[route.method]);
      for (const [status, { schema }] of Object.entries(route.answers)) {
        const type = route.resumes ? 'text/event-stream' : 'application/json';
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(schema ? [type] : []);
      }
      const described = JSON.stringify(responses);
      for (const code of route.refusals) expect(described).toContain(`\`${code}\``);
      for (const [status, answer] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const { schema, examples = {} } = answer.content?.['application/problem+json'] ?? {};
        expect(schema).toEqual({ $ref: '#/components/schemas/Problem' });
        expect(answer.description).toBe(
          Object.keys(examples)
            .map((code) => `\`${code}\``)
            .join(', '),
        );
        expect(Object.keys(answer.headers ?? {})).toEqual(
          expect.arrayContaining([
            'X-Request-Id',
            ...(['429', '503'].includes(status) ? ['Retry-After'] : []),
          ]),
        );
      }
    }
  });

  test('every body, and every answer about stock and webhooks, has an example that its own schema accepts', () => {
    for (const { path, tag, body, answers } of listed()) {
      const hasExamples = tag === 'Stock' || path.startsWith('/v1/webhook-endpoints');
      const schemas = [
        ...(body ? [body] : []),
        ...(hasExamples ? Object.values(answers).flatMap(({ schema }) => schema ?? []) : []),
      ];
      for (const each of schemas) {
        const { id, examples } = described.parse(z.globalRegistry.get(each));
        expect({ path, id, examples: examples.length }).toEqual({ path, id, examples: 1 });
        for (const example of examples) expect(each.safeParse(example)).toMatchObject({ success: true });
      }
    }
  });

  test('says which scope each call takes, and how it is refused without', async () => {
    const { paths } = await readDocument();
    for (const { path, method, scope } of listed()) {
      const { security, description, responses } = operation.parse(paths[path]?.[method]);
      expect({ path, security }).toEqual({ path, security: scope === null ? [] : [{ apiKey: [] }] });
      expect(description).toContain(
        scope === null ? 'No API key' : scope === 'any:read' ? 'scopes that read' : `the scope \`${scope}\``,
      );
      expect(responses).toHaveProperty('403');
      const refusals = ['401', '429'].map((status) => status in responses);
      expect({ path, refusals }).toEqual({ path, refusals: refusals.map(() => scope !== null) });
    }
  });

  test('every $ref leads somewhere, and every component is used', async () => {
    const text = JSON.stringify(await readDocument());
    const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
    const { components } = await readDocument();
    expect([...refs].toSorted()).toEqual(
      (['schemas', 'headers', 'examples'] as const)
        .flatMap((kind) => Object.keys(components[kind]).map((name) => `#/components/${kind}/${name}`))
        .toSorted(),
    );
  });

  test('every parameter of a path is documented, required, and in the path', async () => {
    for (const [path, methods] of Object.entries((await readDocument()).paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const { parameters = [] } of Object.values(methods)) {
        const inPath = parameters.filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(named);
        expect(inPath.every(({ required }) => required)).toBe(true);
      }
    }
  });

  test('says that the outcome of a call may be unknown if it changes something, and only then', async () => {
    const { paths } = await readDocument();
    for (const route of listed().filter(({ path }) => path.startsWith('/v1/'))) {
      const { path, method } = route;
      const { description = '' } = paths[path]?.[method]?.responses['503'] ?? {};
      const mayBeUnknown = description.includes('outcome_unknown');
      expect({ path, method, mayBeUnknown }).toEqual({ path, method, mayBeUnknown: !readsOnly(route) });
    }
    expect(paths['/v1/reservations/quote']?.post?.responses['503']?.description).not.toMatch('unknown');
  });

  test('names the headers that matter', async () => {
    const { paths } = await readDocument();
    const headersOf = (path: string, method: Route['method']) =>
      (paths[path]?.[method]?.parameters ?? [])
        .filter((each) => each.in === 'header')
        .map(({ name }) => name);
    for (const route of listed()) {
      const { path, method, keyed } = route;
      if (method === 'post')
        expect({ path, keyed, headers: headersOf(path, method) }).toEqual({
          path,
          ...(readsOnly(route)
            ? { keyed: undefined, headers: ['X-Consistency-Token'] }
            : { keyed: true, headers: ['X-Actor', 'Idempotency-Key'] }),
        });
    }
    expect(headersOf('/v1/stock-levels/{sku}/{location}', 'put')).toEqual([
      'X-Actor',
      'If-Match',
      'If-None-Match',
    ]);
    expect(headersOf('/v1/reservations/{id}/lines', 'put')).toEqual(['X-Actor', 'If-Match']);
    expect(headersOf('/v1/availability', 'get')).toEqual(['If-None-Match', 'X-Consistency-Token']);
    expect(headersOf('/v1/events', 'get')).toEqual([]);
    const answered = (path: string, method: 'post' | 'put', status: string) =>
      Object.keys(paths[path]?.[method]?.responses[status]?.headers ?? {});
    expect(answered('/v1/reservations', 'post', '201')).toEqual(
      expect.arrayContaining(['Location', 'Idempotent-Replayed', 'X-Consistency-Token']),
    );
    expect(answered('/v1/stock-levels/{sku}/{location}', 'put', '201')).toContain('ETag');
  });

  test('its schemas are those that parse: limits and closed objects are in it', async () => {
    const { components, paths } = await readDocument();
    const create = components.schemas['CreateReservation'];
    expect(create).toMatchObject({
      type: 'object',
      required: ['lines'],
      additionalProperties: false,
      properties: {
        lines: { type: 'array', minItems: 1, maxItems: 100 },
        ttl_seconds: { type: 'integer', minimum: 1, maximum: 3_600 },
        sourcing: {
          default: 'split',
          enum: ['split', 'no_split', 'single_location', 'prefer_single_location'],
        },
        order_id: { type: 'string', minLength: 1, maxLength: 255 },
      },
    });
    expect(components.schemas['WantedLine']).toMatchObject({
      required: ['sku', 'quantity'],
      additionalProperties: false,
      properties: { quantity: { type: 'integer', minimum: 1, maximum: 1_000_000 } },
    });
    const reservation = z
      .object({ required: z.array(z.string()), properties: z.record(z.string(), z.unknown()) })
      .parse(components.schemas['Reservation']);
    expect(reservation.required.toSorted()).toEqual(Object.keys(reservation.properties).toSorted());
    expect(paths['/v1/reservations']?.post?.requestBody?.required).toBe(true);
    expect(paths['/v1/reservations/{id}/confirm']?.post?.requestBody?.required).toBe(false);
  });
});

test('/ links to pages for people, and each page exists', async () => {
  const { status, body } = await api.call('get', '/');
  expect({ status, body }).toMatchObject({ status: 200, body: { reference: '/docs', health: '/healthz' } });
  for (const [name, path] of Object.entries(body as Record<string, string>)) {
    if (name !== 'service' && name !== 'console') expect((await fetch(`${api.url}${path}`)).status).toBe(200);
  }
});

test.each(['/openapi.json', '/asyncapi.json', '/schemas', '/schemas/warehouse.inventory.reserved.json'])(
  '%s is not sent again to a client that has it',
  async (path) => {
    const first = await request(api.url).get(path).expect(200);
    expect(Number(first.headers['content-length'])).toBe(Buffer.byteLength(first.text));
    await request(api.url).get(path).set('If-None-Match', String(first.headers['etag'])).expect(304);
    await request(api.url).get(path).set('If-None-Match', '"another"').expect(200);
    await request(api.url).head(path).expect(200);
  },
);
