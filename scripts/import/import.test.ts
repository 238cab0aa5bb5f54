import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { urlOf } from '@holdfast/runtime';
import { NoAnswer, readStatus, sendFile, type ImportStatus } from './import-client.ts';
import { followImport } from './follow-import.ts';
import { readImportOptions } from './options.ts';

const dir = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
writeFileSync(join(dir, 'stock.csv'), 'sku,location,on_hand\nA,WH,5\n');
writeFileSync(join(dir, 'large.csv'), 'x'.repeat(20_000_000));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close().closeAllConnections()));

/** Something that listens where the API should be. */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return urlOf(server);
}

function read(args: readonly string[], env = {}, file = 'stock.csv') {
  const task = readImportOptions([file, ...args], { INIT_CWD: dir, ...env });
  return task?.task === 'import' ? task.options : null;
}

const keyed = { HOLDFAST_API_KEY: 'secret' };

function optionsFor(url: string, more: readonly string[] = [], env = {}) {
  const options = read(['--url', url, ...more], env);
  if (!options) throw new Error('no options');
  return options;
}

const send = (url: string, more: readonly string[] = [], env = {}) =>
  sendFile(optionsFor(url, more, env), () => undefined);

const queued: ImportStatus = {
  id: '0199b0c4',
  state: 'queued',
  dry_run: false,
  rows: 1,
  applied: 0,
  unchanged: 0,
  rejected: 0,
  duplicates: 0,
  zeroed: 0,
  created_skus: 0,
  created_locations: 0,
  reverts: null,
  reverted_by: null,
  caller: 'erp',
  created_at: '2026-11-20T10:00:00.000Z',
  error: null,
  status_url: '/v1/stock-imports/0199b0c4',
};

describe('the options', () => {
  test.each([
    [[], {}, 'http://127.0.0.1:3000'],
    [[], { PORT: '4200' }, 'http://127.0.0.1:4200'],
    [['--url', 'https://stock.example/holdfast/'], { PORT: '4200' }, 'https://stock.example/holdfast'],
  ])('%j with %j: the API is at %s', (args, env, url) => {
    expect(read(args, env)).toMatchObject({ url, apiKey: undefined, idempotencyKey: undefined });
  });

  test('the key comes from the environment', () => {
    expect(read([], { HOLDFAST_API_KEY: 'secret' })).toMatchObject({ apiKey: 'secret' });
    expect(read([], { HOLDFAST_API_KEY: '' })).toMatchObject({ apiKey: undefined });
    expect(() => read([], { HOLDFAST_API_KEY: 'a b' })).toThrow(/^HOLDFAST_API_KEY: must be/);
  });

  test.each([[['--api-key', 'secret']], [['--api-key=secret']], [['--api-key']]])(
    'a key among the arguments is refused, and not repeated: %j',
    (args) => {
      expect(() => read(args)).toThrow(/^--api-key is not taken: .* HOLDFAST_API_KEY/);
      expect(() => read(args)).not.toThrow('secret');
    },
  );

  test.each([
    [['--key', 'K'], {}, /^Unknown option '--key'\.\n\nnpm run import/],
    [['--url'], {}, /^Option '--url <value>' argument missing\.\n\nnpm run import/],
    [['--url', 'stock.example'], {}, /^--url stock\.example: must be a URL/],
    [['more.csv'], {}, /^Name one file/],
    [[], { PORT: '0' }, /^PORT is 0/],
    [[], { PORT: 'x' }, /PORT: must be a whole number/],
  ])('%j with %j is refused', (args, env, message) => {
    expect(() => read(args, env)).toThrow(message);
  });
});

describe('a file that is sent', () => {
  test('has the idempotency key and the API key with it, and no other', async () => {
    const seen: object[] = [];
    const url = await listen(({ headers }, response) => {
      seen.push({ idempotency: headers['idempotency-key'], api: headers.authorization });
      response.writeHead(202, { 'Idempotent-Replayed': 'true' }).end(JSON.stringify(queued));
    });
    await send(url);
    expect(await send(url, ['--idempotency-key', 'count-1'], keyed)).toEqual({
      sent: queued,
      replayed: true,
    });
    expect(seen).toEqual([
      { idempotency: undefined, api: undefined },
      { idempotency: 'count-1', api: 'Bearer secret' },
    ]);
  });

  test.each<[what: string, RequestListener]>([
    [
      '404, text/html',
      (_request, response) =>
        response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' }).end('<p>'),
    ],
    [
      '200, application/json',
      (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'),
    ],
    [
      '404, application/problem+json',
      (_request, response) =>
        response
          .writeHead(404, { 'Content-Type': 'application/problem+json' })
          .end('{"code":"not_found","detail":"There is nothing here"}'),
    ],
    ['404, no content type', (_request, response) => response.writeHead(404).end()],
  ])('and answered by something else (%s): one clear line', async (what, listener) => {
    const url = await listen(listener);
    await expect(send(url)).rejects.toThrow(
      new Error(
        `What answers at ${url} (${what}) is not the API of Holdfast: say with --url where the API is.`,
      ),
    );
  });

  test('to what does not speak HTTP: one clear line', async () => {
    const url = await listen(({ socket }) => socket.end('hello\r\n\r\n'));
    await expect(send(url)).rejects.toThrow('does not speak HTTP');
  });

  test.each<[what: string, file: string, listener: RequestListener, wasSent: boolean]>([
    ['broke off before it was whole', 'large.csv', ({ socket }) => void socket.destroy(), false],
    [
      'was whole, and the answer was lost',
      'stock.csv',
      (request) => void request.resume().on('end', () => request.socket.destroy()),
      true,
    ],
    [
      'met a proxy that does not know',
      'stock.csv',
      (_request, response) => void response.writeHead(504).end('<p>'),
      true,
    ],
    [
      'may have been committed',
      'stock.csv',
      (_request, response) => void response.writeHead(503).end('{"code":"outcome_unknown","detail":"Look."}'),
      true,
    ],
    [
      'met an API without its database',
      'stock.csv',
      (_request, response) => void response.writeHead(503).end('{"code":"unavailable","detail":"Later."}'),
      false,
    ],
  ])('and %s: it is known whether it may have been taken', async (_what, file, listener, wasSent) => {
    const options = read(['--url', await listen(listener)], {}, file);
    if (!options) throw new Error('no options');
    const failed = sendFile(options, () => undefined).catch((error: unknown) => error);
    expect(await failed).toMatchObject({ name: NoAnswer.name, wasSent });
  });
});

describe('an import that was taken', () => {
  const patience = { pollEveryMs: 5, awayMaxMs: 50 };

  test('is waited for while the API is away for a while', async () => {
    let polls = 0;
    const url = await listen((_request, response) => {
      polls += 1;
      if (polls === 2 || polls === 3) response.destroy();
      else response.end(JSON.stringify({ ...queued, state: polls === 5 ? 'succeeded' : 'running' }));
    });
    const onAway = jest.fn();
    const ended = await followImport(
      optionsFor(url),
      queued,
      { onProgress: () => undefined, onAway },
      { ...patience, awayMaxMs: 30_000 },
    );
    expect(ended.state).toBe('succeeded');
    expect(onAway.mock.calls).toEqual([[expect.stringContaining('broke off (ECONNRESET)')]]);
  });

  test('goes on by itself when the API stays away, and that is said', async () => {
    const url = await listen((_request, response) => response.destroy());
    const watcher = { onProgress: () => undefined, onAway: () => undefined };
    const failed = followImport(optionsFor(url, [], keyed), queued, watcher, patience);
    await expect(failed).rejects.toThrow(
      'as import 0199b0c4, and a worker applies it as soon as one runs: do not send it again',
    );
    await expect(failed).rejects.toThrow(
      `curl -s -H "Authorization: Bearer $HOLDFAST_API_KEY" ${url}/v1/stock-imports/0199b0c4`,
    );
  });

  test('is not asked for without a terminal', async () => {
    const url = await listen((_request, response) =>
      response.writeHead(403).end('{"code":"forbidden","detail":"The key lacks stock:read."}'),
    );
    const watcher = { onProgress: () => undefined, onAway: () => undefined };
    await expect(followImport(optionsFor(url), queued, watcher)).rejects.toThrow(
      /answered 403: The key lacks stock:read\.\n.*do not send it again/,
    );
    await expect(readStatus(optionsFor(url), '/')).rejects.toThrow('403');
  });
});
