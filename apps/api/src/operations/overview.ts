import { time, units } from '@holdfast/contract';
import { readDatabaseTime, type Queryable } from '@holdfast/db';
import { countDeadEvents, readEventBacklog } from '@holdfast/events';
import { readNewestEnd } from '@holdfast/reconciliation';
import { countHolds, countWaiting, readSkusThatRefuse, readSkusThatSell } from '@holdfast/reservations';
import { readOpenImports, readShortfallTotals } from '@holdfast/stock';
import { readGatewayUse, readSyncBacklog } from '@holdfast/warehouse';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';

const SALE_MINUTES = 5;
const SKUS_MAX = 10;
const IMPORTS_MAX = 100;

const count = z.int().min(0);
const busySku = z.strictObject({ sku: z.string(), calls: count, units: count }).meta({ id: 'BusySku' });
const endpointBehind = z.strictObject({ id: z.string(), events: count }).meta({ id: 'EndpointBehind' });

export const overviewAnswer = z
  .strictObject({
    at: time(),
    holds: z.strictObject({
      active: count,
      due_within_a_minute: count,
      overdue: count.meta({ description: 'Due holds whose stock is not given back yet' }),
    }),
    waiting: count.meta({ description: 'Reservations that wait in line' }),
    warehouse: z.strictObject({
      waiting: z
        .strictObject({ confirm: count, release: count, expire: count, cancel: count })
        .meta({ description: 'Syncs that are not sent yet, by action' }),
      oldest_seconds: count.meta({ description: 'How long the oldest of these has waited' }),
      failed: count.meta({ description: 'Syncs that wait for an operator' }),
      down_since: time().nullable().meta({
        description:
          'Since when workers find the gateway down and make no calls: the breaker is open. null: it is closed',
      }),
      calls_per_second: z
        .number()
        .min(0)
        .meta({ description: 'Calls of the gateway a second, on average over the last 10 seconds' }),
      limit_per_second: count.nullable().meta({
        description: 'Calls that all workers together may make in a second. null: no worker has run yet',
      }),
    }),
    publishing: z.strictObject({
      oldest_unpublished_seconds: count,
      endpoints_behind: z.array(endpointBehind),
      endpoints_disabled: count,
      deliveries_failed: count,
    }),
    dead_events: count,
    imports_running: z.array(z.string()).max(IMPORTS_MAX),
    stock: z.strictObject({
      short_levels: count.meta({ description: 'Levels that promised more than they have' }),
      short_units: units(),
      drift: count.nullable().meta({
        description: 'Wrong counters that the newest reconciliation run found. null: no run has ended',
      }),
      reconciled_at: time().nullable(),
    }),
    selling: z.array(busySku).meta({
      description: 'Most units reserved in the last 5 minutes, among the newest 20,000 movements',
    }),
    refusing: z.array(busySku).meta({ description: 'Most calls refused in the last 5 minutes' }),
  })
  .meta({ id: 'Overview' });

export const getOverview = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/overview',
    tag: 'Operations',
    scope: 'ops:read',
    readFrom: 'primary',
    summary:
      'An overview for operators: holds, syncs, publishing, imports, and the SKUs that sell or refuse most',
    description: 'Every figure is read at the time of the call. With 1,000,000 holds it takes some 200 ms.',
    answers: { 200: { description: 'The figures', schema: overviewAnswer } },
    refusals: [],
    handle: async () => ({ status: 200, body: await readOverview(database.prisma) }),
  });

async function readOverview(db: Queryable): Promise<z.input<typeof overviewAnswer>> {
  const now = await readDatabaseTime(db);
  const holds = await countHolds(db);
  const syncs = await readSyncBacklog(db);
  const gateway = await readGatewayUse(db);
  const events = await readEventBacklog(db);
  const shortfall = await readShortfallTotals(db);
  const run = await readNewestEnd(db);
  return {
    at: new Date(now).toISOString(),
    holds: { active: holds.active, due_within_a_minute: holds.dueWithinAMinute, overdue: holds.overdue },
    waiting: await countWaiting(db),
    warehouse: {
      waiting: syncs.waiting,
      oldest_seconds: Math.round(syncs.oldestSeconds),
      failed: syncs.failed,
      down_since: gateway.downSince?.toISOString() ?? null,
      calls_per_second: gateway.perSecond,
      limit_per_second: gateway.limitPerSecond,
    },
    publishing: {
      oldest_unpublished_seconds: Math.round(events.oldestNoteSeconds),
      endpoints_behind: events.webhooksBehind
        .filter(({ behind }) => behind > 0)
        .map(({ id, behind }) => ({ id, events: behind })),
      endpoints_disabled: events.disabledEndpoints,
      deliveries_failed: events.failedDeliveries,
    },
    dead_events: await countDeadEvents(db),
    imports_running: [...(await readOpenImports(db, IMPORTS_MAX))],
    stock: {
      short_levels: shortfall.levels,
      short_units: shortfall.units,
      drift: run?.issues ?? null,
      reconciled_at: run ? new Date(run.finishedAt * 1_000).toISOString() : null,
    },
    selling: [...(await readSkusThatSell(db, SALE_MINUTES, SKUS_MAX))],
    refusing: [...(await readSkusThatRefuse(db, SALE_MINUTES, SKUS_MAX))],
  };
}
