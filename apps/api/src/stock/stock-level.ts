import { readLocation, readSku, readStockLevel } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { accepted } from '../http/keyed-answer.ts';
import { versionsOf } from '../http/precondition.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { noLocation } from './locations.ts';
import { noSku } from './skus.ts';
import {
  entityTag,
  levelAnswer,
  patchStockLevelBody,
  putStockLevelBody,
  settingsOf,
  stockLevelParams,
} from './stock-level-schema.ts';

// One stock level: read, set, changed, deleted.

const path = '/v1/stock-levels/{sku}/{location}';

export const getStockLevel = () =>
  defineRoute({
    method: 'get',
    path,
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'reached',
    summary: 'Read a stock level',
    description:
      'The level of a SKU at a location. `not_found` means that both exist and the SKU has no level there.',
    params: stockLevelParams,
    answers: { 200: { description: 'The level', ...levelAnswer } },
    refusals: ['sku_not_found', 'location_not_found', 'not_found'],
    async handle({ params: { sku, location }, from }) {
      const level = await readStockLevel(from.prisma, { sku, location });
      if (level) return { status: 200, body: level, headers: entityTag(level) };
      if (!(await readSku(from.prisma, sku))) throw noSku(sku);
      if (!(await readLocation(from.prisma, location))) throw noLocation(location);
      throw new Problem('not_found', `${sku} has no stock level at ${location}.`);
    },
  });

export const putStockLevel = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'put',
    path,
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Set the units on hand of a SKU at a location',
    description:
      'With `If-Match: "3"`, quotes included, the level is set only if it still has that version; with `If-None-Match: *` ' +
      'only if it does not exist. If the units and the `backorder_limit` together are fewer than the units promised, the difference is a shortfall. Every accepted PUT writes a movement, even if nothing changes. ' +
      'The SKU and the location must exist.',
    params: stockLevelParams,
    body: putStockLevelBody,
    answers: {
      200: { description: 'The level was set', ...levelAnswer },
      201: { description: 'The level was created', ...levelAnswer },
    },
    refusals: ['sku_not_found', 'location_not_found', 'version_conflict'],
    conditional: 'if-match or if-none-match',
    async handle({ params, body, caller, precondition, signal }) {
      const { outcome } = await ledger
        .submit(
          {
            kind: 'set-stock',
            ...params,
            onHand: body.on_hand,
            ...settingsOf(body),
            ifVersion: versionsOf(precondition),
            caller,
          },
          null,
          { signal },
        )
        .then(accepted);
      const { level, created } = outcome;
      return { status: created ? 201 : 200, body: level, headers: entityTag(level) };
    },
  });

export const patchStockLevel = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'patch',
    path,
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Change some fields of a stock level',
    description:
      'Changes the fields that are named, of a level that exists. Every accepted PATCH writes a movement; `version` rises only if something changes. With `If-Match: "3"`, quotes included, the level is changed only if it still has that version.',
    params: stockLevelParams,
    body: patchStockLevelBody,
    answers: { 200: { description: 'The level after the change', ...levelAnswer } },
    refusals: ['sku_not_found', 'location_not_found', 'not_found', 'version_conflict'],
    conditional: 'if-match',
    async handle({ params, body, caller, precondition, signal }) {
      const { outcome } = await ledger
        .submit(
          {
            kind: 'patch-stock',
            ...params,
            onHand: body.on_hand ?? null,
            ...settingsOf(body),
            ifVersion: versionsOf(precondition),
            caller,
          },
          null,
          { signal },
        )
        .then(accepted);
      return { status: 200, body: outcome.level, headers: entityTag(outcome.level) };
    },
  });

export const deleteStockLevel = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'delete',
    path,
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Delete a stock level without units',
    description:
      'Refused while units are on hand, reserved or allocated. Its movements stay. A level that is set again later goes on with its `version`.',
    params: stockLevelParams.extend({
      location: stockLevelParams.shape.location.meta({ examples: ['WH-NORTH'] }),
    }),
    answers: { 204: { description: 'The level is deleted', schema: null } },
    refusals: ['sku_not_found', 'location_not_found', 'not_found', 'in_use', 'version_conflict'],
    conditional: 'if-match',
    async handle({ params, caller, precondition, signal }) {
      const ifVersion = versionsOf(precondition);
      await ledger
        .submit({ kind: 'delete-stock-level', ...params, ifVersion, caller }, null, { signal })
        .then(accepted);
      return { status: 204, body: undefined };
    },
  });
