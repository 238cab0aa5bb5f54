import { id, time } from '@holdfast/contract';
import { z } from 'zod';
import { counterIssue } from './consistency.ts';
import { cursorTo, limit, nextCursor } from './fields.ts';

export const reconcileBody = z
  .strictObject({
    limit: z
      .int()
      .min(1)
      .max(10_000)
      .default(1_000)
      .meta({
        description:
          'Most holds and syncs, together, that the run looks at; holds go first, the oldest before the others. Counters ' +
          'are compared all the same, of all levels',
      }),
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: 'Change nothing, and report what would be done' }),
  })
  .meta({ id: 'ReconcileStale' });

export const reconcileAnswer = z
  .strictObject({
    run_id: id(),
    job_id: z
      .string()
      .nullable()
      .meta({ description: 'null while the queue is away; the run is done all the same' }),
    status: z.literal('queued'),
    status_url: z.string(),
    joined: z.boolean().meta({ description: 'Whether a run that waited already was joined' }),
  })
  .meta({ id: 'ReconcileQueued' });

const reconciliationRun = z.strictObject({
  id: id(),
  trigger: z.enum(['manual', 'schedule', 'startup']),
  dry_run: z.boolean(),
  limit: z.int(),
  status: z.enum(['queued', 'running', 'succeeded', 'failed']),
  scanned: z.int().meta({
    description:
      'Holds past due and overdue syncs that were looked at: `limit` at most. Of a run under way: so far',
  }),
  expired: z.int().meta({ description: 'Holds whose stock was given back; `reservation_ids` names them' }),
  requeued_syncs: z
    .int()
    .meta({ description: 'Syncs whose job was lost, or whose worker died with them in flight' }),
  issues: z
    .array(counterIssue)
    .meta({ description: 'Counters that are not what movements and open lines say; the first 1,000' }),
  reservation_ids: z.array(id()),
  started_at: time()
    .nullable()
    .meta({ description: 'When a worker took it for the first time, should another have taken it over' }),
  finished_at: time().nullable(),
  error: z.string().nullable().meta({ description: 'What could not be done, and why; the rest was' }),
});

const EXAMPLE = {
  id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  trigger: 'manual' as const,
  dry_run: false,
  limit: 1_000,
  status: 'succeeded' as const,
  scanned: 2,
  expired: 1,
  requeued_syncs: 1,
  issues: [{ sku: 'MUG', location: 'WH-EAST', kind: 'reserved' as const, expected: 10, actual: 12 }],
  reservation_ids: ['0199b0c4-2b1d-7f00-8a44-90b1c2d3e4f5'],
  started_at: '2026-11-20T10:15:00.000Z',
  finished_at: '2026-11-20T10:15:00.210Z',
  error: null,
};

export const reconciliationRunAnswer = reconciliationRun.meta({
  id: 'ReconciliationRun',
  examples: [EXAMPLE],
});

export const reconciliationRunListAnswer = z
  .strictObject({ data: z.array(reconciliationRun), next_cursor: nextCursor })
  .meta({ id: 'ReconciliationRunList', examples: [{ data: [EXAMPLE], next_cursor: null }] });

export const reconciliationRunListQuery = z.strictObject({
  limit: limit(),
  cursor: cursorTo(z.tuple([id()]).transform(([after]) => after)).optional(),
});
