/**
 * `npm run import -- stock.csv`: shows what a file of stock would do, asks, imports it as `POST /v1/stock-imports` does, and
 * waits for its end. Exits with 0 when all rows were applied, 2 when some were rejected, 1 when it failed.
 * `npm run import -- --help` lists the options.
 */
import { listImports, NoAnswer, revertImport, sendFile, type ImportStatus } from './import/import-client.ts';
import { followImport, PATIENCE, statusCommand } from './import/follow-import.ts';
import { readImportOptions, type ApiAddress, type ImportOptions } from './import/options.ts';
import { askToImport, describeEffect } from './import/preview-file.ts';
import { showProgress } from './progress-bar.ts';

const ERRORS_SHOWN_MAX = 10;

async function main(): Promise<number> {
  const task = readImportOptions(process.argv.slice(2), process.env);
  if (!task) return 0;
  switch (task.task) {
    case 'import':
      return importFile(task.options);
    case 'list':
      for (const each of await listImports(task.options)) console.log(showLine(each));
      return 0;
    case 'revert': {
      const sent = await revertImport(task.options, task.id);
      console.log(`Import ${sent.id} at ${task.options.url} reverts ${task.id}: ${rows(sent.rows)}.`);
      return followToEnd(task.options, sent, false);
    }
    default:
      return task satisfies never;
  }
}

async function importFile(options: ImportOptions): Promise<number> {
  if (options.isDryRun || !options.isAgreed) {
    const code = await preview(options);
    if (code === 1 || options.isDryRun) return code;
    if (!(await askToImport())) {
      console.error('Nothing was imported.');
      return 1;
    }
  }
  const { sent, replayed } = await send(options);
  const whence = replayed ? ', sent before with this idempotency key' : '';
  console.log(`Import ${sent.id} at ${options.url}: ${rows(sent.rows)}${whence}.`);
  return followToEnd(options, sent, replayed);
}

/** Shows what the file would do. */
async function preview(options: ImportOptions): Promise<number> {
  const { sent } = await send({ ...options, isDryRun: true, idempotencyKey: undefined });
  const ended = await follow(options, sent, 'Checking');
  for (const each of describeEffect(ended)) console.log(each);
  showErrors(options, ended);
  if (ended.state === 'failed')
    console.error(`The file cannot be imported: ${ended.error ?? 'it does not say why'}`);
  return ended.state === 'failed' ? 1 : ended.rejected > 0 ? 2 : 0;
}

async function followToEnd(address: ApiAddress, sent: ImportStatus, replayed: boolean): Promise<number> {
  const started = performance.now();
  const ended = await follow(address, sent, 'Applying');
  return report(address, ended, replayed ? null : (performance.now() - started) / 1_000);
}

function follow(address: ApiAddress, sent: ImportStatus, what: string): Promise<ImportStatus> {
  const showApplied = sent.rows > 0 ? showProgress(what, sent.rows) : () => undefined;
  return followImport(address, sent, {
    onProgress: ({ applied, rejected }) => showApplied(applied + rejected),
    onAway: (why) =>
      console.error(
        `\n${why}\nThe import goes on by itself; asking for ${PATIENCE.awayMaxMs / 1_000} s more.`,
      ),
  });
}

function showLine({ id, created_at, state, dry_run, reverts, reverted_by, ...of }: ImportStatus): string {
  const kind = dry_run ? 'dry run' : reverts === null ? 'import' : `reverts ${reverts}`;
  const undone = reverted_by === null ? '' : `, reverted by ${reverted_by}`;
  return `${id}  ${created_at}  ${of.caller}  ${kind}: ${state}, ${rows(of.rows)}, ${count(of.rejected)} rejected${undone}`;
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
function report(options: ApiAddress, ended: ImportStatus, seconds: number | null): number {
  const { state, applied, rejected, error } = ended;
  const rate = seconds === null ? null : Math.round((applied + rejected) / Math.max(seconds, 0.001));
  const speed = rate === null ? '' : `; ${rows(rate)} a second`;
  console.log(`${count(applied)} applied, ${count(rejected)} rejected${speed}.`);
  showErrors(options, ended);
  if (state === 'failed') {
    console.error(`The import failed: ${error ?? 'it does not say why'}`);
    return 1;
  }
  if (rejected > 0) console.error('Correct the rejected rows, and send those again (exit code 2).');
  return rejected > 0 ? 2 : 0;
}

function showErrors(options: ApiAddress, { rejected, errors = [], status_url }: ImportStatus): void {
  for (const { row, message } of errors.slice(0, ERRORS_SHOWN_MAX)) console.log(`  row ${row}: ${message}`);
  if (rejected > ERRORS_SHOWN_MAX)
    console.log(`  ... the first 1,000: ${statusCommand(options, status_url)}`);
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
