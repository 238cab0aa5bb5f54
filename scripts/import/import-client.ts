import { createReadStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ApiAddress, ImportOptions } from './options.ts';

const importStatus = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  rows: z.int(),
  applied: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
  duplicates: z.int(),
  zeroed: z.int(),
  created_skus: z.int(),
  created_locations: z.int(),
  dry_run: z.boolean(),
  reverts: z.string().nullable(),
  reverted_by: z.string().nullable(),
  caller: z.string(),
  created_at: z.string(),
  error: z.string().nullable(),
  status_url: z.string(),
  errors: z.array(z.object({ row: z.int(), message: z.string() })).optional(),
  differences: z
    .array(z.object({ sku: z.string(), location: z.string(), on_hand: z.int(), new_on_hand: z.int() }))
    .nullish(),
});

const importList = z.object({ data: z.array(importStatus) });

const problem = z.object({ code: z.string(), detail: z.string() });

/** An import as the API shows it; `errors` only where it was asked how far it is. */
export type ImportStatus = z.infer<typeof importStatus>;

/** How long the API may take to say how far an import is. */
const READ_TIMEOUT_MS = 10_000;

/** There was no answer that says how it went. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** Whether all of the request had been sent: then it may have been done. */
  readonly wasSent: boolean;

  constructor(message: string, { wasSent, cause }: { readonly wasSent: boolean; readonly cause?: unknown }) {
    super(message, { cause });
    this.wasSent = wasSent;
  }
}

/**
 * Sends the file as it is read.
 *
 * @throws {NoAnswer}, or an error that says what to do: then nothing was done
 */
export async function sendFile(
  options: ImportOptions,
  onSent: (bytes: number) => void,
): Promise<{ readonly sent: ImportStatus; readonly replayed: boolean }> {
  const headers = {
    'Content-Type': options.contentType,
    'Content-Length': String(options.bytes),
    ...(options.idempotencyKey === undefined ? {} : { 'Idempotency-Key': options.idempotencyKey }),
  };
  let handed = 0;
  // Not `finish`: the server knows by the length that the file is whole when it has the last byte, which is
  // before `finish`.
  const isSent = () => handed >= options.bytes;
  const asked = { method: 'POST', headers, isSent };
  const path = `/v1/stock-imports${queryOf(options)}`;
  const { body, replayed } = await ask(options, path, asked, importStatus, (request) => {
    const file = createReadStream(options.file);
    file.on('data', (chunk) => {
      handed += chunk.length;
      onSent(handed);
    });
    file.on('error', (cause) => request.destroy(new Error(`the file: ${cause.message}`, { cause })));
    file.pipe(request);
  });
  return { sent: body, replayed };
}

function queryOf({ create, absent, isDryRun }: ImportOptions): string {
  const query = new URLSearchParams();
  if (create !== undefined) query.set('create', create);
  if (absent !== undefined) query.set('absent', absent);
  if (isDryRun) query.set('dry_run', 'true');
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** @throws {NoAnswer} or an error that says what to do */
export const readStatus = (address: ApiAddress, path: string): Promise<ImportStatus> =>
  call(address, 'GET', path, importStatus);

/** The last imports, newest first. @throws as {@link readStatus} */
export const listImports = async (address: ApiAddress): Promise<readonly ImportStatus[]> =>
  (await call(address, 'GET', '/v1/stock-imports?limit=20', importList)).data;

/** Has an import undone by another one. @throws as {@link readStatus} */
export const revertImport = (address: ApiAddress, id: string): Promise<ImportStatus> =>
  call(address, 'POST', `/v1/stock-imports/${encodeURIComponent(id)}/revert`, importStatus);

async function call<Body>(
  address: ApiAddress,
  method: string,
  path: string,
  schema: z.ZodType<Body>,
): Promise<Body> {
  const asked = { method, headers: {}, isSent: () => true };
  const { body } = await ask(address, path, asked, schema, (request) => {
    request.setTimeout(READ_TIMEOUT_MS, () => request.destroy(new Error('it does not answer')));
    request.end();
  });
  return body;
}

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether all of it may have been sent by now. */
  readonly isSent: () => boolean;
}

interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

async function ask<Body>(
  options: ApiAddress,
  path: string,
  asked: Asked,
  schema: z.ZodType<Body>,
  send: (request: http.ClientRequest) => void,
): Promise<{ readonly body: Body; readonly replayed: boolean }> {
  const { status, headers, body } = await answerOf(options, path, asked, send);
  const json = parseJson(body);
  const found = schema.safeParse(json);
  if ((status === 200 || status === 202) && found.success) {
    return { body: found.data, replayed: headers['idempotent-replayed'] === 'true' };
  }
  const refused = problem.safeParse(json);
  const hasNoImports =
    status === 404 &&
    refused.data?.code === 'not_found' &&
    asked.method === 'POST' &&
    !path.endsWith('/revert');
  if (!refused.success || hasNoImports) throw isNoHoldfast(options, status, headers);
  const why = `The API at ${options.url} answered ${status}: ${refused.data.detail}`;
  // What is not known to have been done, and what nobody has thought of.
  const isOpen = refused.data.code === 'outcome_unknown' || refused.data.code === 'internal_error';
  throw isOpen || status === 503 ? new NoAnswer(why, { wasSent: isOpen }) : new Error(why);
}

/** Between us and the API others may answer for it, when it is away. */
const GATEWAY_ERRORS: ReadonlySet<number> = new Set([502, 503, 504]);

function isNoHoldfast({ url }: ApiAddress, status: number, headers: http.IncomingHttpHeaders): Error {
  const type = headers['content-type']?.split(';')[0] ?? 'no content type';
  return GATEWAY_ERRORS.has(status)
    ? new NoAnswer(`Something between here and the API at ${url} answered ${status}.`, { wasSent: true })
    : new Error(
        `What answers at ${url} (${status}, ${type}) is not the API of Holdfast: say with --url where the API is.`,
      );
}

/** Node's own client, and not fetch: it hands out what the server answers while the file is still being sent. */
function answerOf(
  { url, apiKey }: ApiAddress,
  path: string,
  { method, headers, isSent }: Asked,
  send: (request: http.ClientRequest) => void,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.startsWith('https:') ? https : http;
    const authorization = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` };
    const request = open(`${url}${path}`, { method, headers: { ...headers, ...authorization } });
    const fail = (error: NodeJS.ErrnoException) => reject(explain(error, url, isSent()));
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      text(response)
        .then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
        .catch(fail)
        .finally(() => request.destroy()); // also where the file is refused before its end
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!isAnswered) fail(error);
    });
    send(request);
  });
}

const NOT_THERE: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

function explain(cause: NodeJS.ErrnoException, url: string, wasSent: boolean): Error {
  const { code, message } = cause;
  if (NOT_THERE.has(code)) {
    const why = `There is no API at ${url}. Start it with npm start, or say with --url where it is.`;
    return new NoAnswer(why, { wasSent: false, cause });
  }
  if (code?.startsWith('HPE_')) {
    return new Error(`What answers at ${url} does not speak HTTP: say with --url where the API is.`, {
      cause,
    });
  }
  return new NoAnswer(`The connection to ${url} broke off (${code ?? message}).`, { wasSent, cause });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
