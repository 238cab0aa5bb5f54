import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const queued = z.object({ status_url: z.string() });
const shown = z.object({
  status: z.enum(['queued', 'running', 'succeeded', 'failed']),
  scanned: z.int(),
  expired: z.int(),
  issues: z.array(z.unknown()),
  requeued_syncs: z.int(),
  started_at: z.coerce.date().nullable(),
  finished_at: z.coerce.date().nullable(),
  error: z.string().nullable(),
});

export interface RunTimes {
  readonly name: string;
  /** Until the call was answered. */
  readonly answeredMs: number;
  /** From the start of the run to its end, by the database's clock. */
  readonly seconds: number;
  readonly scanned: number;
  readonly expired: number;
  readonly requeuedSyncs: number;
}

const LOOK_EVERY_MS = 100;
const DEADLINE_MS = 300_000;

/** Asks for a run and waits for its end. @throws {Error} when it fails, finds wrong counters, or does not end */
export async function reconcile(
  apiUrl: string,
  name: string,
  wishes: { readonly limit: number; readonly dry_run?: boolean },
): Promise<RunTimes> {
  const started = performance.now();
  const response = await fetch(new URL('/v1/workers/reconcile-stale', apiUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wishes),
  });
  const text = await response.text();
  const answeredMs = performance.now() - started;
  if (response.status !== 202) throw new Error(`the trigger was answered ${response.status}: ${text}`);
  const { status_url } = queued.parse(JSON.parse(text));
  while (performance.now() - started < DEADLINE_MS) {
    const run = shown.parse(await (await fetch(new URL(status_url, apiUrl))).json());
    if (run.status === 'failed' || run.issues.length > 0) {
      throw new Error(`the run ${name}: ${run.error ?? JSON.stringify(run.issues.slice(0, 5))}`);
    }
    if (run.started_at && run.finished_at) {
      const seconds = (run.finished_at.getTime() - run.started_at.getTime()) / 1_000;
      const { scanned, expired, requeued_syncs: requeuedSyncs } = run;
      return { name, answeredMs, seconds, scanned, expired, requeuedSyncs };
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`the run ${name} has not ended after ${DEADLINE_MS / 1_000} s`);
}
