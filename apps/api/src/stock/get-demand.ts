import { parseTime, requestTime, time } from '@holdfast/contract';
import { readDatabaseTime } from '@holdfast/db';
import {
  readDemandBuckets,
  readServedCustomers,
  readSoldOut,
  type Demand,
  type DemandBucket,
  type DemandSpan,
  type ServedCustomers,
  type SoldOut,
} from '@holdfast/reservations';
import { readSku } from '@holdfast/stock';
import { z } from 'zod';
import { validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { noSku, skuParams } from './skus.ts';

const BUCKET_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
const BUCKETS_MAX = 10_000;
const DEFAULT_SPAN_MS = 3_600_000;

const demandQuery = z.strictObject({
  from: requestTime().optional().meta({
    description: 'Beginning of the report, rounded down to a second. Default: an hour before `to`',
  }),
  to: requestTime()
    .optional()
    .meta({ description: 'End of the report, rounded up to a second. Default: now' }),
  bucket: z
    .enum(['second', 'minute', 'hour'])
    .default('minute')
    .meta({ description: `Length of the buckets, of which there may be ${BUCKETS_MAX}. Default minute` }),
});

const callsAndUnits = z.strictObject({ calls: z.int(), units: z.int() }).meta({ id: 'CallsAndUnits' });

const demandFields = {
  asked: callsAndUnits.meta({ description: 'Units that calls asked for: given, refused or waiting' }),
  held: callsAndUnits.meta({ description: 'Units that were held, also for those that had waited' }),
  confirmed: callsAndUnits.meta({ description: 'Units that were confirmed' }),
  refused: callsAndUnits.meta({
    description: 'Units that were refused because of this SKU. A call for a paused SKU counts without units',
  }),
  waiting: callsAndUnits.meta({ description: 'Units for which a place in line was taken' }),
  expired: callsAndUnits.meta({ description: 'Units of holds that expired, with the number of such holds' }),
};

const EXAMPLE = {
  sku: 'TSHIRT-M',
  from: '2026-11-20T10:00:00.000Z',
  to: '2026-11-20T10:10:00.000Z',
  bucket: 'minute',
  asked: { calls: 5_801, units: 5_801 },
  held: { calls: 104, units: 104 },
  confirmed: { calls: 100, units: 100 },
  refused: { calls: 5_697, units: 5_697 },
  waiting: { calls: 0, units: 0 },
  expired: { calls: 4, units: 4 },
  sold_out: { first_at: '2026-11-20T10:00:01.412Z', seconds: 571.3 },
  customers: {
    served: 96,
    units: 100,
    median_units: 1,
    largest_units: 2,
    top_1_percent_share: 0.02,
    units_without_customer: 0,
  },
  buckets: [],
};

export const demandAnswer = z
  .strictObject({
    sku: z.string(),
    from: time(),
    to: time(),
    bucket: z.enum(['second', 'minute', 'hour']),
    ...demandFields,
    sold_out: z.strictObject({
      first_at: time()
        .nullable()
        .meta({ description: 'When the last unit was taken. null: there were some' }),
      seconds: z.number().meta({ description: 'For how long in all nothing was left' }),
    }),
    customers: z.strictObject({
      served: z.int().meta({ description: 'Customers with confirmed units' }),
      units: z.int().meta({ description: 'Their units, less those that were cancelled' }),
      median_units: z.number().nullable(),
      largest_units: z.int().nullable(),
      top_1_percent_share: z.number().nullable().meta({
        description:
          'Share of `units` of the 1 % of customers with the most units, at least one customer: 0 to 1',
      }),
      units_without_customer: z
        .int()
        .meta({ description: 'Confirmed for reservations without `customer_id`' }),
    }),
    buckets: z
      .array(z.strictObject({ at: time(), ...demandFields }).meta({ id: 'DemandBucket' }))
      .meta({ description: 'By time. A bucket in which nothing happened is left out' }),
  })
  .meta({ id: 'Demand', examples: [EXAMPLE] });

export const getDemand = () =>
  defineRoute({
    method: 'get',
    path: '/v1/skus/{sku}/demand',
    tag: 'Stock',
    scope: 'reservations:read',
    readFrom: 'lagging',
    summary: 'Report the demand for a SKU',
    description:
      'A sale in numbers. Refused calls are counted in each API and written every second; if an API ends by a fault, its last second is missing.',
    params: skuParams,
    query: demandQuery,
    answers: { 200: { description: 'The demand in this time', schema: demandAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params: { sku }, query: { bucket, ...asked }, from }) {
      const { prisma } = from;
      const span = spanOf(sku, asked, BUCKET_MS[bucket], await readDatabaseTime(prisma));
      if (!(await readSku(prisma, sku))) throw noSku(sku);
      const buckets = await readDemandBuckets(prisma, span, BUCKET_MS[bucket]);
      const soldOut = await readSoldOut(prisma, span);
      const customers = await readServedCustomers(prisma, span);
      return { status: 200, body: { ...showDemand(span, buckets, soldOut, customers), bucket } };
    },
  });

/** @throws {Problem} `validation_failed` */
function spanOf(
  sku: string,
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  bucketMs: number,
  now: number,
): DemandSpan {
  const to = asked.to === undefined ? now : parseTime(asked.to);
  const from = asked.from === undefined ? to - DEFAULT_SPAN_MS : parseTime(asked.from);
  // Refused calls are counted by whole seconds.
  const whole = { from: Math.floor(from / 1_000) * 1_000, to: Math.ceil(to / 1_000) * 1_000 };
  if (from >= to) throw validationFailed('from', 'must be before `to`');
  if (Math.ceil(to / bucketMs) - Math.floor(from / bucketMs) > BUCKETS_MAX) {
    throw validationFailed('bucket', `is too short for this time: there may be ${BUCKETS_MAX} buckets`);
  }
  return { sku, ...whole };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();

function showDemand(
  { sku, from, to }: DemandSpan,
  buckets: readonly DemandBucket[],
  soldOut: SoldOut,
  customers: ServedCustomers,
) {
  return {
    sku,
    from: isoTime(from),
    to: isoTime(to),
    ...totalOf(buckets),
    sold_out: { first_at: soldOut.firstAt, seconds: soldOut.seconds },
    customers: {
      served: customers.served,
      units: customers.units,
      median_units: customers.medianUnits,
      largest_units: customers.largestUnits,
      top_1_percent_share: customers.topShare,
      units_without_customer: customers.unitsWithoutCustomer,
    },
    buckets: buckets.map(({ at, ...demand }) => ({ at: isoTime(at), ...demand })),
  };
}

function totalOf(buckets: readonly Demand[]): Demand {
  const total = (what: keyof Demand) => ({
    calls: buckets.reduce((sum, bucket) => sum + bucket[what].calls, 0),
    units: buckets.reduce((sum, bucket) => sum + bucket[what].units, 0),
  });
  return {
    asked: total('asked'),
    held: total('held'),
    confirmed: total('confirmed'),
    refused: total('refused'),
    waiting: total('waiting'),
    expired: total('expired'),
  };
}
