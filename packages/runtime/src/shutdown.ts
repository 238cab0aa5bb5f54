import { requireWithin } from './bounded-waits.ts';
import type { Logger } from './logger.ts';

/** A resource that a process closes when it stops. */
export interface Closable {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * How long stopping may take (run-process.ts has the signals). From SIGTERM on, an API
 *
 * - continues to answer for DRAIN_SECONDS (5, and 60 at most), while `/readyz` says 503;
 * - then closes its port, and requests under way have 5 s to end, files that are being sent too: one that
 *   takes longer is cut off, none of its rows counts, and the client sends it again, elsewhere;
 * - then closes ledger, queue and database, which is a matter of milliseconds when they are well, within the
 *   9 s that closing may take altogether.
 *
 * A worker has no drain, as no client sends requests to it. It takes no more jobs from SIGTERM on, running
 * jobs have 3 s (apps/worker/src/server.ts), and closing may take 9 s in all.
 *
 * So an API ends within DRAIN_SECONDS + 9 s and a worker within 9 s, even if everything hangs. A process that
 * still runs is killed after 10 s by `docker stop`, after 30 s by Kubernetes, after DRAIN_SECONDS + 10 s by
 * `npm start`. So with a drain of 5 s, Docker needs `stop_grace_period: 15s` or more. Kubernetes needs a
 * longer grace period only for a drain above 20 s.
 */
const EACH_TIMEOUT_MS = 5_000;
const ALL_TIMEOUT_MS = 9_000;

/**
 * Closes in reverse order of opening. Each has a deadline, so that one that hangs does not keep the others
 * open. After a deadline for all, the rest is closed but not waited for. Failures are logged, never thrown:
 * there is no caller left to catch them.
 */
export async function closeAll(opened: readonly Closable[], log: Logger): Promise<void> {
  const deadline = performance.now() + ALL_TIMEOUT_MS;
  for (const part of opened.toReversed()) {
    const started = performance.now();
    try {
      const timeoutMs = Math.min(EACH_TIMEOUT_MS, Math.max(0, deadline - started));
      await requireWithin(timeoutMs, part.close(), () => new Error(`not done after ${timeoutMs} ms`));
      log.debug('process.closed', { part: part.name, ms: Math.round(performance.now() - started) });
    } catch (error) {
      log.error('process.close_failed', { part: part.name, error });
    }
  }
}
