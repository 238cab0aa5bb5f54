import { id, time } from '@holdfast/contract';
import { z } from 'zod';
import { counterIssue } from '../stock/consistency-schema.ts';
import { listOf } from '../http/fields-schema.ts';

export const reconcileBody = z
  .strictObject({
    limit: z.int().min(1).max(10_000).default(1_000).meta({
      description:
        'Maximum number of holds and syncs together: holds before syncs, each oldest first. The counters of all levels are always compared',
    }),
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: 'Change nothing, only report what would be done' }),
  })
  .meta({ id: 'ReconcileStale', examples: [{ dry_run: true }] });

export const reconcileAnswer = z
  .strictObject({
    run_id: id(),
    job_id: z
      .string()
      .nullable()
      .meta({ description: 'null while the queue is unavailable; the run happens later' }),
    status: z.literal('queued'),
    status_url: z.string(),
    joined: z.boolean().meta({ description: 'true if the request joined a run that was already waiting' }),
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
      'Number of due holds and overdue syncs that were checked, at most `limit`. While the run is running, the number so far',
  }),
  expired: z.int().meta({ description: 'Holds whose stock was given back; `reservation_ids` names them' }),
  requeued_syncs: z
    .int()
    .meta({ description: 'Syncs whose job was lost, or whose worker ended during a call' }),
  issues: z
    .array(counterIssue)
    .meta({ description: 'The first 1,000 counters that differ from movements or open lines' }),
  reservation_ids: z.array(id()),
  started_at: time()
    .nullable()
    .meta({ description: 'When the first worker started the run, even if another took over' }),
  finished_at: time().nullable(),
  error: z
    .string()
    .nullable()
    .meta({ description: 'The failed step, and the reason; the other steps were carried out' }),
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

export const reconciliationRunListAnswer = listOf('ReconciliationRunList', reconciliationRunAnswer, EXAMPLE);
