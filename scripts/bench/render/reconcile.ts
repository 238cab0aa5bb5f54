import type { MeasuredRun, ReconcileResult } from '../reconcile.ts';
import { paragraphs, table, verdict, whole } from './table.ts';

export function renderReconcile(result: ReconcileResult): string {
  const { filled, due, limit, plan, runs, reads, heldAfterDryRun, openHolds, amongOpenHolds } = result;
  const [dry, ...real] = runs;
  const looked = runs.reduce((sum, { scanned }) => sum + scanned, 0);
  return paragraphs(
    `## Reconcile over ${whole(filled.reservations)} reservations, of which ${whole(due)} are due`,
    `${filled.gigabytes.toFixed(1)} GB, vacuumed and analysed. One API and one worker, queues in PostgreSQL; the jobs that would end due ` +
      `holds or tell the warehouse are paused, so that all of it is left to reconcile. “Answered” is the call that asks for a run; a ` +
      'run lasts from its start to its end by the database’s clock. Memory is the most that the RSS of the worker had grown since it ' +
      `was at rest. Then ${whole(openHolds)} open holds were added, and a run has all of their lines to add up.`,
    table(
      ['', 'answered, ms', 'run, s', 'looked at', 'expired', 'syncs queued', 'memory, MB'],
      [...runs, ...amongOpenHolds].map(row),
    ),
    [
      `- ${verdict(`\`dry_run\` changes nothing (${whole(heldAfterDryRun)} held after it), and reports what the first run does`, heldAfterDryRun === due && dry?.expired === real[0]?.expired)}`,
      `- ${verdict(
        `\`limit: ${limit}\` takes ${whole(limit)} each time`,
        real.every(({ expired }) => expired === limit),
      )}`,
      `- ${verdict(`Due holds are read by index: ${plan.indexes.join(', ')}; ${whole(plan.pages)} pages for 500 of them`, !plan.scansTable && plan.indexes.every((name) => name.startsWith('reservations_due')))}`,
      `- ${verdict(`Nothing is read whole: ${whole(reads.tableScans)} scans of reservations, lines or allocations in ${runs.length} runs, which looked at ${whole(looked)} holds and fetched ${whole(reads.reservationRows)} rows of reservations by index, the ledger’s work and the open lines included`, reads.tableScans === 0)}`,
    ].join('\n'),
    'How due holds are read:',
    `\`\`\`\n${plan.text}\n\`\`\``,
  );
}

function row({
  name,
  answeredMs,
  seconds,
  scanned,
  expired,
  requeuedSyncs,
  growthMb,
}: MeasuredRun): string[] {
  return [
    name,
    answeredMs.toFixed(0),
    seconds.toFixed(2),
    whole(scanned),
    whole(expired),
    whole(requeuedSyncs),
    `+${Math.max(0, growthMb).toFixed(0)}`,
  ];
}
