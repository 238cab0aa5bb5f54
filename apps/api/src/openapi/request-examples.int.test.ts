import { newId } from '@holdfast/ledger';
import { createTestDatabase, ofSuite } from '@holdfast/testing';
import { z } from 'zod';
import { seedIfEmpty } from '../../../../prisma/seed.ts';
import type { NamedRoute } from '../http/route.ts';
import { routes } from '../routes.ts';
import { startApi, type Reply } from '../testing/start-api.ts';

// The examples of the documents are sent unchanged to an API with the stock of `npm start`.

const api = ofSuite(async () => {
  const database = await createTestDatabase();
  await seedIfEmpty(database.url);
  const started = await startApi({ DATABASE_URL: database.url });
  const close = async () => {
    await started.close();
    await database.drop();
  };
  return { ...started, close };
});

const operations = (): ReadonlyMap<string, NamedRoute> =>
  new Map(routes(api.context).map((route) => [route.operationId, route]));

const described = z.object({ examples: z.array(z.unknown()).min(1) });
const exampleOf = (schema: z.ZodType): unknown =>
  described.parse(z.globalRegistry.get(schema) ?? {}).examples[0];

const made = z.looseObject({ id: z.string() });

/** What a call about an id needs: the call that makes it, and the id in its answer. */
const MAKERS: Readonly<Record<string, readonly [operationId: string, idOf: (body: unknown) => string]>> = {
  '/v1/reservations': ['createReservation', (body) => made.parse(body).id],
  '/v1/stock-imports': ['importStock', (body) => made.parse(body).id],
  '/v1/inventory/snapshots': ['takeSnapshot', (body) => made.parse(body).id],
  '/v1/webhook-endpoints': ['createWebhookEndpoint', (body) => made.parse(body).id],
  '/v1/reconciliation-runs': [
    'reconcileStale',
    (body) => z.object({ run_id: z.string() }).parse(body).run_id,
  ],
};

/** Calls that the id has been through before. */
const BEFORE: Readonly<Record<string, string>> = {
  cancelReservation: 'confirmReservation',
  returnReservation: 'fulfillReservation',
};

/** The names in these examples are of things without stock, which have to be made first. */
const NEW_THINGS: Readonly<Record<string, readonly (readonly [path: string, body: object])[]>> = {
  deleteSku: [['/v1/skus/SCARF', {}]],
  deleteLocation: [['/v1/locations/WH-NORTH', {}]],
  deleteStockLevel: [
    ['/v1/locations/WH-NORTH', {}],
    ['/v1/stock-levels/TSHIRT-M/WH-NORTH', { on_hand: 0 }],
  ],
};

/** The attributes of an event whose data alone is the body. */
const CE_HEADERS = {
  'ce-id': 'binary-1',
  'ce-source': 'https://orders.example.com',
  'ce-type': 'order.order.created',
  'ce-specversion': '1.0',
};

async function idFor({ path, operationId }: NamedRoute): Promise<string> {
  if (operationId === 'putReservation' || operationId === 'withdrawReservation') return newId();
  const [prefix = ''] = path.split('/{id}');
  if (prefix === '/v1/warehouse-syncs') return syncId();
  if (prefix === '/v1/dead-events') return deadEventId();
  if (prefix === '/v1/events') return eventId();
  const [maker = '', idOf = () => ''] = MAKERS[prefix] ?? [];
  const [answer] = await sendExamples(maker);
  const id = idOf(answer?.body);
  const before = BEFORE[operationId];
  if (before) await sendExamples(before, id);
  return id;
}

async function syncId(): Promise<string> {
  const id = await idFor({ ...called('confirmReservation') });
  const [answer] = await sendExamples('confirmReservation', id);
  return z.object({ warehouse_sync: made }).parse(answer?.body).warehouse_sync.id;
}

async function eventId(): Promise<string> {
  const [hold] = await sendExamples('createReservation');
  const [answer] = await sendExamples('getReservationHistory', made.parse(hold?.body).id);
  const entries = z.object({ data: z.array(z.object({ kind: z.string(), data: made })) }).parse(answer?.body);
  return entries.data.find(({ kind }) => kind === 'event')?.data.id ?? '';
}

async function deadEventId(): Promise<string> {
  const event = {
    ...z.looseObject({}).parse(exampleOf(bodiesOf(called('receiveEvents'))[0]?.[1] ?? z.any())),
  };
  const unknown = { ...event, id: newId(), data: { order_id: 'o-9', lines: [{ sku: 'NONE', quantity: 1 }] } };
  await api.call('post', '/v1/events', JSON.stringify(unknown), {
    'Content-Type': 'application/cloudevents+json',
  });
  const { body } = await api.call('get', '/v1/dead-events');
  return z.object({ data: z.tuple([made]).rest(made) }).parse(body).data[0].id;
}

function called(operationId: string): NamedRoute {
  const route = operations().get(operationId);
  if (!route) throw new Error(`there is no call ${operationId}`);
  return route;
}

/** The bodies that a call takes, by content type; one without a type where it takes none. */
function bodiesOf({
  body,
  forms,
  upload,
}: NamedRoute): readonly (readonly [string, z.ZodType | undefined])[] {
  const types = forms?.types ?? upload?.types;
  return types ? Object.entries(types) : [['application/json', body]];
}

/** Sends each example of a call. */
async function sendExamples(operationId: string, id?: string): Promise<readonly Reply[]> {
  const route = called(operationId);
  const path = await pathOf(route, id);
  const replies: Reply[] = [];
  for (const [type, schema] of bodiesOf(route)) {
    const example = schema && exampleOf(schema);
    const text = typeof example === 'string' || example === undefined ? example : JSON.stringify(example);
    const headers = { 'Content-Type': type, ...(route.forms && type === 'application/json' && CE_HEADERS) };
    const method = route.resumes ? 'head' : route.method;
    replies.push(await api.call(method, path, text, text === undefined ? {} : headers));
  }
  return replies;
}

async function pathOf(route: NamedRoute, id?: string): Promise<string> {
  const examples = new Map<string, string>();
  for (const [name, schema] of fieldsOf(route.params)) examples.set(name, String(exampleOf(schema)));
  if (examples.has('id')) examples.set('id', id ?? (await idFor(route)));
  if (examples.has('delivery_id')) {
    const [sent] = await sendExamples('testWebhookEndpoint', examples.get('id'));
    examples.set('delivery_id', made.parse(sent?.body).id);
  }
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(examples.get(name) ?? ''),
  );
  const query = fieldsOf(route.query).filter(([, schema]) => !schema.safeParse(undefined).success);
  return query.length === 0
    ? path
    : `${path}?${query.map(([name, schema]) => `${name}=${String(exampleOf(schema))}`).join('&')}`;
}

const fieldsOf = (schema: z.ZodType | undefined): readonly [string, z.ZodType][] =>
  schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];

/** Its import has to be ended by a worker first. */
const NEEDS_A_WORKER = 'revertStockImport';

test('every request that the documents show succeeds on the stock of npm start', async () => {
  const all = [...operations().keys()].filter((each) => each !== NEEDS_A_WORKER);
  // A cancelled order gets nothing more, and the others are about the same order.
  const inOrder = [...all.filter((each) => each !== 'cancelOrder'), 'cancelOrder'];
  for (const operationId of inOrder) {
    for (const [path, body] of NEW_THINGS[operationId] ?? []) await api.call('put', path, body);
    for (const { status, body } of await sendExamples(operationId)) {
      const isDead = operationId === 'receiveEvents' && JSON.stringify(body).includes('"state":"dead"');
      expect({ operationId, body, isRefused: status >= 400 || isDead }).toMatchObject({ isRefused: false });
    }
  }
});
