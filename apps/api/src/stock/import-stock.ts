import type { StoredTrace } from '@holdfast/contract';
import { doOnce, IdempotencyKeyReused } from '@holdfast/idempotency';
import {
  addImport,
  dropChunks,
  readImport,
  readImportDifferences,
  readImportErrors,
  readImports,
  type StockImport,
} from '@holdfast/stock';
import { CallerGone, newId } from '@holdfast/ledger';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { keyNameOf } from '../http/actor.ts';
import { limitConcurrency } from '../http/limit-concurrency.ts';
import { idListQuery, idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineList } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute, type Call } from '../http/route.ts';
import { IMPORT_ROWS_MAX, stageImport } from './import/stage-import.ts';
import {
  importFiles,
  importQuery,
  stockImportAnswer,
  stockImportListAnswer,
  stockImportReportAnswer,
} from './stock-import-schema.ts';
import { refuseReusedKey, replayHeader } from '../http/keyed-answer.ts';

const BYTES_MAX = 64_000_000;

/** Each costs the CPU that checkout needs too. */
const UPLOADS = {
  atOnceMax: 2,
  ofCallerMax: 1,
  waitingMax: 0,
  refusal:
    'Another file of this key, or two of others, are being sent. Nothing was done: send it a little later.',
  retryAfterSeconds: 5,
};

export const importStock = (context: ApiContext) => {
  // Without keys all callers have one name, and no share of their own.
  const { ofCallerMax, ...shared } = UPLOADS;
  const whenFree = limitConcurrency(context.accessControl.hasKeys ? { ...shared, ofCallerMax } : shared);
  return defineRoute({
    method: 'post',
    path: '/v1/stock-imports',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Import stock from a file',
    description: `Up to ${BYTES_MAX / 1_000_000} MB and ${IMPORT_ROWS_MAX.toLocaleString('en')} rows, plain or compressed with gzip. The answer comes when the whole file has arrived. A worker then applies its rows in order, and creates missing SKUs and locations unless \`create\` says otherwise. A row that cannot be read or applied is rejected, and the others are applied: see \`errors\` at \`status_url\`. With \`dry_run=true\` nothing is changed: the report at \`status_url\` shows the effects that the file would have. \`POST /v1/stock-imports/{id}/revert\` undoes an import.`,
    query: importQuery,
    upload: {
      types: importFiles,
      bytesMax: BYTES_MAX,
      takesMaxMs: 5 * 60_000,
      stallsMaxMs: 15_000,
      bytesPerSecondMin: 10_000,
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
    handle: (call) => takeFile(context, whenFree, call),
  });
};

/** Stages the file, and has a worker apply it. */
async function takeFile(
  context: ApiContext,
  whenFree: ReturnType<typeof limitConcurrency>,
  {
    upload,
    query,
    caller,
    path,
    idempotencyKey,
    signal,
  }: Call<unknown, z.infer<typeof importQuery>, unknown>,
) {
  const { database } = context;
  if (!upload) throw new Error('an import without a file');
  const { contentType } = upload;
  const id = newId();
  const dryRun = query.dry_run;
  const { sha256, ...staged } = await whenFree(keyNameOf(caller), () =>
    stageImport(database, id, upload, { dryRun }),
  );
  // Options that are not given take no part in it: a repeat may come from before there were any.
  const options = Object.fromEntries(
    Object.entries(query).filter(([name, value]) => value !== DEFAULTS.get(name)),
  );
  const call = nameCall({ caller, path, key: idempotencyKey, body: { contentType, sha256, ...options } });
  // Retention deletes what this cannot delete.
  const drop = () => dropChunks(database.prisma, id).catch(() => undefined);
  if (signal.aborted) {
    await drop();
    throw new CallerGone('the client has gone'); // and would send it again
  }
  const { outcome, replayed } = await doOnce(database, call, (tx) =>
    addImport(tx, { id, caller, content_type: contentType, ...staged, ...query }),
  ).catch(async (error: unknown) => {
    // After any other error the import may exist.
    if (error instanceof IdempotencyKeyReused) await drop();
    return refuseReusedKey(error);
  });
  if (replayed) await drop();
  else await enqueueImport(context, outcome, signal.trace);
  const status_url = `/v1/stock-imports/${outcome.id}`;
  return {
    status: 202,
    body: showImport(outcome),
    headers: { Location: status_url, ...replayHeader(replayed) },
  };
}

const DEFAULTS = new Map(Object.entries(importQuery.parse({})));

/** Has a worker begin, if there is anything to do. */
export async function enqueueImport(
  { producer, log }: ApiContext,
  { id, state, rows }: StockImport,
  trace: StoredTrace,
): Promise<void> {
  log.info('import.queued', { import_id: id, rows });
  if (state !== 'queued') return;
  await enqueueAfterCommit(log, { import_id: id }, () => producer.enqueueImport(id, trace));
}

export const listStockImports = () =>
  defineList({
    path: '/v1/stock-imports',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List the imports, newest first',
    description:
      'Imports of files, dry runs and reverts. `GET /v1/stock-imports/{id}` has the rejected rows.',
    query: idListQuery,
    answer: { description: 'A page of imports', schema: stockImportListAnswer },
    async read({ cursor = null, limit }, from) {
      const found = await readImports(from.prisma, { after: cursor, limit });
      return found.map(showImport);
    },
    placeOf: ({ id }) => [id],
  });

export const showImport = (found: StockImport) => ({ ...found, status_url: `/v1/stock-imports/${found.id}` });

export const getStockImport = () =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-imports/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'reached',
    summary: 'Read an import: its state and the rejected rows',
    description:
      '`state` ends as `succeeded`, even if rows were rejected, or as `failed`. `applied` and `rejected` rise until then. For a dry run, `differences` are the levels whose units would change most.',
    params: idParams,
    answers: { 200: { description: 'The import', schema: stockImportReportAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, from }) {
      const { prisma } = from;
      const found = await readImport(prisma, id);
      if (!found) throw noImport(id);
      const errors = found.rejected > 0 ? await readImportErrors(prisma, id) : [];
      const differences = found.dry_run ? await readImportDifferences(prisma, id) : null;
      return { status: 200, body: { ...showImport(found), errors, differences } };
    },
  });

export const noImport = (id: string): Problem => new Problem('not_found', `There is no stock import ${id}.`);
