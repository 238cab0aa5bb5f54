import { shortText } from '@holdfast/contract';
import type { Found, Queryable } from '@holdfast/db';
import { searchEvents } from '@holdfast/events';
import { searchNames, searchReservations } from '@holdfast/reservations';
import type { Scope } from '@holdfast/runtime';
import { searchSkus } from '@holdfast/stock';
import { searchSyncs } from '@holdfast/warehouse';
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

const RESULTS_MAX = 20;

type Search = (db: Queryable, text: string, limit: number) => Promise<readonly Found[]>;

/** In the order of the results; each is searched for keys with its scope. */
const KINDS = {
  sku: ['stock:read', searchSkus],
  order: ['reservations:read', (db, text, limit) => searchNames(db, 'order', text, limit)],
  cart: ['reservations:read', (db, text, limit) => searchNames(db, 'cart', text, limit)],
  customer: ['reservations:read', (db, text, limit) => searchNames(db, 'customer', text, limit)],
  reservation: ['reservations:read', searchReservations],
  warehouse_sync: ['ops:read', searchSyncs],
  event: ['events:read', searchEvents],
} as const satisfies Record<string, readonly [Scope, Search]>;

type Kind = keyof typeof KINDS;

const result = z
  .strictObject({
    kind: z.enum(Object.keys(KINDS) as [Kind, ...Kind[]]),
    id: z.string(),
    label: z.string().meta({ description: 'A description for people. Its text may change' }),
  })
  .meta({ id: 'SearchResult' });

export const searchAnswer = z.strictObject({ results: z.array(result).max(RESULTS_MAX) }).meta({
  id: 'SearchResults',
  examples: [{ results: [{ kind: 'order', id: 'order-1001', label: '2 reservations' }] }],
});

const query = z.strictObject({
  q: shortText().meta({
    description: 'A SKU, order, cart, customer or id, or how it begins. At least 8 characters of an id',
    examples: ['TSHIRT'],
  }),
});

export const search = () =>
  defineRoute({
    method: 'get',
    path: '/v1/search',
    tag: 'Operations',
    scope: 'any:read',
    readFrom: 'lagging',
    summary:
      'Find SKUs, orders, carts, customers, reservations, syncs and events by how their names or ids begin',
    description:
      'At most 20 results, first those that are exactly `q`. Upper and lower case differ in names. A key finds only what its ' +
      'scopes let it read.',
    query,
    answers: { 200: { description: 'What was found', schema: searchAnswer } },
    refusals: [],
    async handle({ query: { q }, scopes, from }) {
      const results: z.infer<typeof result>[] = [];
      for (const kind of Object.keys(KINDS) as Kind[]) {
        const [scope, searchFor] = KINDS[kind];
        if (!scopes.has(scope)) continue;
        const found = await searchFor(from.prisma, q, RESULTS_MAX);
        results.push(...found.map(({ id, label }) => ({ kind, id, label })));
      }
      const isExact = ({ id }: Found) => Number(id.toLowerCase() === q.toLowerCase());
      const sorted = results.toSorted((one, other) => isExact(other) - isExact(one));
      return { status: 200, body: { results: sorted.slice(0, RESULTS_MAX) } };
    },
  });
