/**
 * `npm run import -- stock.csv`: loads a file of stock, as `POST /v1/stock-imports` does, and waits for its end. Exits with
 * 0 when all rows were applied, 2 when some were rejected, 1 when it failed. `npm run import -- --help` lists the options.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readImportOptions, type ImportOptions } from './import/options.ts';
import { readStatus, sendFile, type ImportStatus } from './import/client.ts';
import { showProgress } from './progress-bar.ts';

const POLL_EVERY_MS = 250;
const ERRORS_SHOWN_MAX = 10;

async function main(): Promise<number> {
  const options = readImportOptions(process.argv.slice(2));
  if (!options) return 0;
  const showSent = showProgress('Sending', options.bytes);
  const sent = await sendFile(options, showSent);
  console.log(`Import ${sent.id}: ${count(sent.rows)} rows.`);
  const started = performance.now();
  const ended = await untilEnded(options, sent);
  return report(ended, (performance.now() - started) / 1_000);
}

async function untilEnded(options: ImportOptions, sent: ImportStatus): Promise<ImportStatus> {
  const showApplied = sent.rows > 0 ? showProgress('Applying', sent.rows) : () => undefined;
  for (;;) {
    const now = await readStatus(options, sent.status_url);
    showApplied(now.applied + now.rejected);
    if (now.state === 'succeeded' || now.state === 'failed') return now;
    await pause(POLL_EVERY_MS);
  }
}

function report(ended: ImportStatus, seconds: number): number {
  const { state, applied, rejected, error, errors = [] } = ended;
  const perSecond = Math.round((applied + rejected) / Math.max(seconds, 0.001));
  console.log(`${count(applied)} applied, ${count(rejected)} rejected; ${count(perSecond)} rows a second.`);
  for (const { row, message } of errors.slice(0, ERRORS_SHOWN_MAX)) console.log(`  row ${row}: ${message}`);
  if (rejected > ERRORS_SHOWN_MAX) console.log(`  ... the first 1,000 are at ${ended.status_url}`);
  if (state === 'failed') {
    console.error(`The import failed: ${error ?? 'it does not say why'}`);
    return 1;
  }
  if (rejected > 0) console.error('Mend the rejected rows, and send those again (exit code 2).');
  return rejected > 0 ? 2 : 0;
}

const count = (number: number): string => number.toLocaleString('en');

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
