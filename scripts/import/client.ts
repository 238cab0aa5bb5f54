import { createReadStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ImportOptions } from './options.ts';

const importStatus = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  rows: z.int(),
  applied: z.int(),
  rejected: z.int(),
  error: z.string().nullable(),
  status_url: z.string(),
  errors: z.array(z.object({ row: z.int(), message: z.string() })).optional(),
});

const problem = z.object({ detail: z.string() });

/** An import as the API shows it; `errors` only where it was asked how far it is. */
export type ImportStatus = z.infer<typeof importStatus>;

/** Sends the file as it is read. @throws {Error} that says what to do */
export async function sendFile(
  options: ImportOptions,
  onSent: (bytes: number) => void,
): Promise<ImportStatus> {
  const headers = { 'Content-Type': options.contentType, 'Content-Length': String(options.bytes) };
  return ask(options, '/v1/stock-imports', { method: 'POST', headers }, (request) => {
    const file = createReadStream(options.file);
    let sent = 0;
    file.on('data', (chunk) => {
      sent += chunk.length;
      onSent(sent);
    });
    file.on('error', (error) => request.destroy(error));
    file.pipe(request);
  });
}

/** @throws {Error} that says what to do */
export function readStatus(options: ImportOptions, path: string): Promise<ImportStatus> {
  return ask(options, path, { method: 'GET', headers: {} }, (request) => request.end());
}

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask(
  options: ImportOptions,
  path: string,
  asked: Asked,
  send: (request: http.ClientRequest) => void,
): Promise<ImportStatus> {
  const { status, body } = await answerOf(options, path, asked, send);
  if (status === 200 || status === 202) return importStatus.parse(parseJson(body));
  const refused = problem.safeParse(parseJson(body));
  const why = refused.success ? refused.data.detail : body.slice(0, 200);
  throw new Error(`The API answered ${status}: ${why}`);
}

/** Node's own client, and not fetch: it hands out what the server answers while the file is still being sent. */
function answerOf(
  { url, key }: ImportOptions,
  path: string,
  { method, headers }: Asked,
  send: (request: http.ClientRequest) => void,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === 'https:' ? https : http;
    const authorization = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const request = open(new URL(path, url), { method, headers: { ...headers, ...authorization } });
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      text(response)
        .then((body) => resolve({ status: response.statusCode ?? 0, body }))
        .catch(reject)
        .finally(() => request.destroy()); // also where the file is refused before its end
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!isAnswered) reject(explain(error, url));
    });
    send(request);
  });
}

function explain(error: NodeJS.ErrnoException, url: URL): Error {
  if (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND') {
    return new Error(
      `There is no API at ${url.origin}. Start it with npm start, or say where it is with --url.`,
    );
  }
  return new Error(
    `${url.origin}: ${error.message}. Was the file imported? Its stock says so; deltas count twice.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
