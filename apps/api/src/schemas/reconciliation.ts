import { z } from 'zod';
import { counterIssue } from './consistency.ts';
import { id, time } from './fields.ts';

export const reconcileBody = z
  .strictObject({
    limit: z.int().min(1).max(10_000).default(1_000),
    dry_run: z.boolean().default(false),
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

export const reconciliationRunAnswer = z
  .strictObject({
    id: id(),
    trigger: z.enum(['manual', 'schedule', 'startup']),
    dry_run: z.boolean(),
    limit: z.int(),
    status: z.enum(['queued', 'running', 'succeeded', 'failed']),
    scanned: z.int(),
    expired: z.int(),
    requeued_syncs: z.int(),
    issues: z.array(counterIssue),
    reservation_ids: z.array(id()),
    started_at: time().nullable(),
    finished_at: time().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'ReconciliationRun' });
