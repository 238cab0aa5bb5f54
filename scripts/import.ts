/**
 * `npm run import -- stock.csv`: loads a file of stock, as `POST /v1/stock-imports` does, and waits for its end. Exits with
 * 0 when all rows were applied, 2 when some were rejected, 1 when it failed. `npm run import -- --help` lists the options.
 */
import { NoAnswer, sendFile, type ImportStatus } from './import/import-client.ts';
import { followImport, PATIENCE, statusCommand } from './import/follow-import.ts';
import { readImportOptions, type ImportOptions } from './import/options.ts';
import { showProgress } from './progress-bar.ts';

const ERRORS_SHOWN_MAX = 10;

async function main(): Promise<number> {
  const options = readImportOptions(process.argv.slice(2), process.env);
  if (!options) return 0;
  const { sent, replayed } = await send(options);
  const whence = replayed ? ', sent before with this idempotency key' : '';
  console.log(`Import ${sent.id} at ${options.url}: ${rows(sent.rows)}${whence}.`);
  const started = performance.now();
  const showApplied = sent.rows > 0 ? showProgress('Applying', sent.rows) : () => undefined;
  const ended = await followImport(options, sent, {
    onProgress: ({ applied, rejected }) => showApplied(applied + rejected),
    onAway: (why) =>
      console.error(
        `\n${why}\nThe import goes on by itself; asking for ${PATIENCE.awayMaxMs / 1_000} s more.`,
      ),
  });
  return report(options, ended, replayed ? null : (performance.now() - started) / 1_000);
}

/** @throws {Error} that says whether it was done, and what to do */
async function send(options: ImportOptions) {
  try {
    return await sendFile(options, showProgress('Sending', options.bytes));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new Error(`${error.message}\n${error.wasSent ? mayBeTaken(options) : 'Nothing was done.'}`, {
      cause: error,
    });
  }
}

function mayBeTaken({ idempotencyKey, url }: ImportOptions): string {
  return idempotencyKey === undefined
    ? `The file may have been taken all the same. Look at ${url}/v1/stock-movements: an import names itself there as the ` +
        'reason. Rows with on_hand do no harm a second time, rows with delta count again.'
    : 'The file may have been taken all the same: repeat the command with the same --idempotency-key.';
}

/** @param seconds how long it took; null where that was at another time */
function report(options: ImportOptions, ended: ImportStatus, seconds: number | null): number {
  const { state, applied, rejected, error, errors = [] } = ended;
  const rate = seconds === null ? null : Math.round((applied + rejected) / Math.max(seconds, 0.001));
  const speed = rate === null ? '' : `; ${rows(rate)} a second`;
  console.log(`${count(applied)} applied, ${count(rejected)} rejected${speed}.`);
  for (const { row, message } of errors.slice(0, ERRORS_SHOWN_MAX)) console.log(`  row ${row}: ${message}`);
  if (rejected > ERRORS_SHOWN_MAX) {
    console.log(`  ... the first 1,000: ${statusCommand(options, ended.status_url)}`);
  }
  if (state === 'failed') {
    console.error(`The import failed: ${error ?? 'it does not say why'}`);
    return 1;
  }
  if (rejected > 0) console.error('Mend the rejected rows, and send those again (exit code 2).');
  return rejected > 0 ? 2 : 0;
}

const count = (number: number): string => number.toLocaleString('en');
const rows = (number: number): string => `${count(number)} ${number === 1 ? 'row' : 'rows'}`;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
