import { shortText } from '@holdfast/contract';
import { deleteLocation as removeLocation, deleteSku as removeSku, type Deletion } from '@holdfast/stock';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { noLocation } from './locations.ts';
import { noSku } from './skus.ts';

const describe = (what: string): string =>
  `Deletes the ${what} and its stock levels. Refused while one of them has units on hand, reserved or allocated; a due hold counts until a worker has given its units back. Movements, reservations and events keep its name.`;

export const deleteSku = ({ database, log, changeCatalogue }: ApiContext) =>
  defineRoute({
    method: 'delete',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Delete a SKU without units',
    description: describe('SKU'),
    params: z.strictObject({
      sku: shortText().meta({ description: 'The SKU’s name', examples: ['SCARF'] }),
    }),
    answers: { 204: { description: 'The SKU is deleted', schema: null } },
    refusals: ['sku_not_found', 'in_use'],
    async handle({ params: { sku }, caller }) {
      requireDeleted(await changeCatalogue([sku], () => removeSku(database, sku)), `SKU ${sku}`, noSku(sku));
      log.info('sku.deleted', { sku, caller });
      return { status: 204, body: undefined };
    },
  });

export const deleteLocation = ({ database, log, changeCatalogue }: ApiContext) =>
  defineRoute({
    method: 'delete',
    path: '/v1/locations/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Delete a location without units',
    description: describe('location'),
    params: z.strictObject({
      location: shortText().meta({ description: 'The location’s name', examples: ['WH-NORTH'] }),
    }),
    answers: { 204: { description: 'The location is deleted', schema: null } },
    refusals: ['location_not_found', 'in_use'],
    async handle({ params: { location }, caller }) {
      const deleted = await changeCatalogue(null, () => removeLocation(database, location));
      requireDeleted(deleted, `Location ${location}`, noLocation(location));
      log.info('location.deleted', { location, caller });
      return { status: 204, body: undefined };
    },
  });

/** @throws {Problem} `unknown`, or `in_use` with one of the levels that are in use */
function requireDeleted(deleted: Deletion, what: string, unknown: Problem): void {
  if (deleted === 'unknown') throw unknown;
  if (deleted === 'deleted') return;
  const { sku, location } = deleted;
  throw new Problem(
    'in_use',
    `${what} still has units or promises, for example ${sku} at ${location}. Set on_hand to 0, and end or move its reservations.`,
  );
}
