import { retryAfter } from '@holdfast/contract';
import { doOnce, IdempotencyKeyReused } from '@holdfast/idempotency';
import { addImport, dropChunks, type StockImport } from '@holdfast/stock';
import { CallerGone, newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { IMPORT_ROWS_MAX, stageImport } from './import/stage-import.ts';
import { importFiles, stockImportAnswer } from './stock-import-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';

const BYTES_MAX = 64_000_000;
const TAKES_MAX_MS = 5 * 60_000;
const STALLS_MAX_MS = 15_000;

/** Each costs the CPU that checkout needs too. */
const UPLOADS_AT_ONCE_MAX = 2;
const RETRY_AFTER_SECONDS = 5;

export const importStock = (context: ApiContext) => {
  const { database } = context;
  const whenFree = atMost(UPLOADS_AT_ONCE_MAX);
  return defineRoute({
    method: 'post',
    path: '/v1/stock-imports',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Import stock from a file',
    description: `Up to ${BYTES_MAX / 1_000_000} MB and ${IMPORT_ROWS_MAX.toLocaleString('en')} rows, plain or compressed with gzip. The answer comes when the whole file has arrived. A worker then applies its rows in order, and creates missing SKUs and locations. A row that cannot be read or applied is rejected, and the others are applied: see \`errors\` at \`status_url\`.`,
    upload: {
      types: importFiles,
      bytesMax: BYTES_MAX,
      takesMaxMs: TAKES_MAX_MS,
      stallsMaxMs: STALLS_MAX_MS,
    },
    answers: {
      202: {
        description: 'The import is queued',
        schema: stockImportAnswer,
        headers: { Location: 'The path of the import' },
      },
    },
    refusals: ['overloaded'],
    keyed: true,
    async handle({ upload, caller, path, idempotencyKey, signal }) {
      if (!upload) throw new Error('an import without a file');
      const { contentType } = upload;
      const id = newId();
      const { rows, chunks, sha256 } = await whenFree(() => stageImport(database, id, upload));
      const call = nameCall({ caller, path, key: idempotencyKey, body: { contentType, sha256 } });
      // What it cannot delete, retention does.
      const drop = () => dropChunks(database.prisma, id).catch(() => undefined);
      if (signal.aborted) {
        await drop();
        throw new CallerGone('the client has gone'); // and would send it again
      }
      const { outcome, replayed } = await doOnce(database, call, (tx) =>
        addImport(tx, { id, caller, contentType, rows, chunks }),
      ).catch(async (error: unknown) => {
        // After any other error it may be that the import is there.
        if (error instanceof IdempotencyKeyReused) await drop();
        return refuseReusedKey(error);
      });
      if (replayed) await drop();
      else await enqueue(context, outcome);
      const status_url = `/v1/stock-imports/${outcome.id}`;
      return {
        status: 202,
        body: { ...outcome, status_url },
        headers: { Location: status_url, ...replayHeader(replayed) },
      };
    },
  });
};

async function enqueue({ producer, log }: ApiContext, { id, state, rows }: StockImport): Promise<void> {
  log.info('import.queued', { import_id: id, rows });
  if (state !== 'queued') return;
  await enqueueAfterCommit(log, { import_id: id }, () => producer.enqueueImport(id));
}

/** Does what it is given, but not more of it at once than so much. @throws {Problem} `overloaded` */
function atMost(callersMax: number) {
  let callers = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (callers >= callersMax) {
      throw new Problem(
        'overloaded',
        'Other files are being sent. Nothing was done: send it a little later.',
        {
          headers: retryAfter(RETRY_AFTER_SECONDS),
        },
      );
    }
    callers += 1;
    try {
      return await work();
    } finally {
      callers -= 1;
    }
  };
}
