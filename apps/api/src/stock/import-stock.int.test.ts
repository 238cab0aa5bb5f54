import { withKey } from '@holdfast/testing';
import { gzipSync } from 'node:zlib';
import { newId } from '@holdfast/ledger';
import { isReplay, scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import type { Reply } from '../testing/start-api.ts';

const scenario = scenarioOfSuite();
afterEach(() => jest.restoreAllMocks());

const CSV = { 'Content-Type': 'text/csv' };
const NDJSON = { 'Content-Type': 'application/x-ndjson' };

const send = (file: string | Buffer, headers: Readonly<Record<string, string>> = CSV) =>
  scenario.api.call('post', '/v1/stock-imports', file, headers);

const idOf = ({ status, body }: Reply): string => {
  expect(status).toBe(202);
  return String((body as { id: unknown }).id);
};

/** The stored rows of an import that wait for the worker. */
async function staged(id: string): Promise<unknown[]> {
  const { rows } = await scenario.sql.query<{ rows: unknown[] }>(
    'SELECT rows FROM stock_import_chunks WHERE import_id = $1 ORDER BY number',
    [id],
  );
  return rows.flatMap((chunk) => chunk.rows);
}

const nothingIsLeft = async () => {
  expect(
    await scenario.rows(
      'stock_import_chunks AS chunk WHERE NOT EXISTS (SELECT FROM stock_imports WHERE id = import_id)',
    ),
  ).toBe(0);
};

const row = (number: number, sku: string, onHand = 5) => [number, sku, 'WH', onHand];

describe('a file that is sent', () => {
  test('is answered when it waits, and can be looked at', async () => {
    const enqueue = jest.spyOn(scenario.api.context.producer, 'enqueueImport');
    const reply = await send('sku,location,on_hand\nA,WH,5\nB,WH,x\n');
    const id = idOf(reply);
    const url = `/v1/stock-imports/${id}`;
    const shown = {
      id,
      state: 'queued',
      content_type: 'text/csv',
      create: 'all',
      dry_run: false,
      absent: 'keep',
      rows: 2,
      applied: 0,
      unchanged: 0,
      rejected: 0,
      duplicates: 0,
      zeroed: 0,
      created_skus: 0,
      created_locations: 0,
      reverts: null,
      reverted_by: null,
      caller: 'anonymous',
      error: null,
      created_at: expect.any(String) as string,
      started_at: null,
      finished_at: null,
      status_url: url,
    };
    expect(reply.body).toEqual(shown);
    expect(reply.headers['location']).toBe(url);
    expect(await scenario.api.call('get', url)).toMatchObject({
      status: 200,
      body: { ...shown, errors: [], differences: null },
    });
    expect(await staged(id)).toEqual([row(1, 'A'), [2, 'on_hand: must be a whole number, not "x"']]);
    const trace = { requestId: reply.headers['x-request-id'], traceparent: null };
    expect(enqueue.mock.calls).toEqual([[id, trace]]);
  });

  test.each<[what: string, file: string | Buffer, headers: Readonly<Record<string, string>>]>([
    ['CSV with CRLF', 'sku,location,on_hand\r\nA,WH,5\r\nB,WH,5\r\n', CSV],
    ['CSV with a byte order mark', '\uFEFFsku,location,on_hand\nA,WH,5\nB,WH,5', CSV],
    ['CSV with quotes and empty lines', '\n"sku","location","on_hand"\n\n"A","WH","5"\n\n\nB,WH,5\n\n', CSV],
    [
      'CSV by another spelling of its type',
      'sku,location,on_hand\nA,WH,5\nB,WH,5',
      { 'Content-Type': 'Text/CSV; header=present; charset="UTF-8"' },
    ],
    ['NDJSON', '{"sku":"A","location":"WH","on_hand":5}\n{"sku":"B","location":"WH","on_hand":5}\n', NDJSON],
    ['gzip', gzipSync('sku,location,on_hand\nA,WH,5\nB,WH,5\n'), { ...CSV, 'Content-Encoding': 'gzip' }],
  ])('may be %s', async (_what, file, headers) => {
    expect(await staged(idOf(await send(file, headers)))).toEqual([row(1, 'A'), row(2, 'B')]);
  });

  test('waits in chunks of 250 rows, in order', async () => {
    const lines = Array.from({ length: 1_001 }, (_, index) => `S${index + 1},WH,${index}`);
    const id = idOf(await send(['sku,location,on_hand', ...lines].join('\n')));
    expect(await staged(id)).toEqual(lines.map((_, index) => row(index + 1, `S${index + 1}`, index)));
    expect(await scenario.rows('stock_import_chunks WHERE import_id = $1', [id])).toBe(5);
    expect(await scenario.rows('stock_imports WHERE id = $1 AND (rows, chunks) = (1001, 5)', [id])).toBe(1);
  });

  test.each([
    ['a header only', 'sku,location,on_hand\n', CSV],
    ['no line', '', NDJSON],
  ])('fails at once, and says so, with %s', async (_what, file, headers) => {
    const enqueue = jest.spyOn(scenario.api.context.producer, 'enqueueImport');
    const { status, body } = await send(file, headers);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { state: 'failed', rows: 0, error: 'The file has no rows, so nothing was imported.' },
    });
    expect((body as { finished_at: unknown }).finished_at).not.toBeNull();
    expect(enqueue).not.toHaveBeenCalled();
  });

  test('waits all the same while the queue is away', async () => {
    jest.spyOn(scenario.api.context.log, 'warn').mockReturnThis();
    jest.spyOn(scenario.api.context.producer, 'enqueueImport').mockRejectedValue(new Error('away'));
    expect(await staged(idOf(await send('sku,location,on_hand\nA,WH,5')))).toHaveLength(1);
  });
});

describe('a file is refused', () => {
  afterEach(nothingIsLeft);

  test.each([
    ['sku|location|on_hand\nA|WH|5', 'has no comma, semicolon or tab'],
    ['sku,location,qty\nA,WH,5', 'unknown column "qty"'],
    ['', 'the file is empty'],
  ])('with the header of %j', async (file, message) => {
    const reply = await send(file);
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect((reply.body as { detail: string }).detail).toContain(message);
  });

  test('that is not UTF-8, or not gzip, or cut off', async () => {
    const many = Buffer.from(`sku,location,on_hand\n${'A,WH,5\n'.repeat(1_000)}`);
    const latin = Buffer.concat([many, Buffer.from([0xe4])]);
    expect(await send(latin)).toMatchObject(refused(400, 'validation_failed'));
    const packed = { ...CSV, 'Content-Encoding': 'gzip' };
    expect(await send(many, packed)).toMatchObject(refused(400, 'validation_failed'));
    expect(await send(gzipSync(many).subarray(0, -12), packed)).toMatchObject(
      refused(400, 'validation_failed'),
    );
  });

  test.each([
    [{ 'Content-Type': 'application/json' }],
    [{ 'Content-Type': 'text/csv; charset=latin1' }],
    [{ 'Content-Type': '' }],
    [{ ...CSV, 'Content-Encoding': 'br' }],
  ])('as %j', async (headers) => {
    expect(await send('sku,location,on_hand\nA,WH,5', headers)).toMatchObject(
      refused(415, 'unsupported_media_type'),
    );
  });

  test('of more than 64 MB, once unpacked', async () => {
    const bomb = gzipSync(
      Buffer.concat([Buffer.from('sku,location,on_hand\nA,WH,5\n'), Buffer.alloc(64_000_000, ' ')]),
    );
    const reply = await send(bomb, { ...CSV, 'Content-Encoding': 'gzip' });
    expect(reply).toMatchObject(refused(413, 'payload_too_large'));
    expect((reply.body as { detail: string }).detail).toBe(
      'The file may have at most 64 MB, unpacked. Send it in parts.',
    );
  });
});

describe('with an idempotency key', () => {
  const FILE = 'sku,location,delta\nA,WH,5\n';

  test('the same file again is answered as the first time, and imported once', async () => {
    const enqueue = jest.spyOn(scenario.api.context.producer, 'enqueueImport');
    const first = await send(FILE, { ...CSV, ...withKey('night') });
    const again = await send(gzipSync(FILE), { ...CSV, ...withKey('night'), 'Content-Encoding': 'gzip' });
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(again.body).toEqual(first.body);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(enqueue).toHaveBeenCalledTimes(1);
    expect(await staged(idOf(first))).toHaveLength(1);
    await nothingIsLeft();
  });

  test('another file is refused', async () => {
    idOf(await send(FILE, { ...CSV, ...withKey('noon') }));
    for (const [file, type] of [
      [FILE.replace('5', '6'), CSV],
      ['', NDJSON],
    ] as const) {
      expect(await send(file, { ...type, ...withKey('noon') })).toMatchObject(
        refused(422, 'idempotency_key_reused'),
      );
    }
    await nothingIsLeft();
  });

  test('the same file without one is another import', async () => {
    expect(idOf(await send(FILE))).not.toBe(idOf(await send(FILE)));
  });
});

describe('files that people really upload', () => {
  test.each<[what: string, file: Buffer | string, headers: Readonly<Record<string, string>>]>([
    ['with semicolons', 'sep=;\r\nSKU;Location;On_Hand;;\r\nA;WH;5.0;;\r\nB;WH;5;;\r\n;;;;\r\n', CSV],
    ['in UTF-16', Buffer.from('\uFEFFsku\tlocation\ton_hand\r\nA\tWH\t5\r\nB\tWH\t5', 'utf16le'), CSV],
    [
      'that say that they are in UTF-16',
      Buffer.from('\uFEFFsku,location,on_hand\rA,WH,5\rB,WH,5\r', 'utf16le'),
      { 'Content-Type': 'text/csv; charset=UTF-16LE' },
    ],
  ])('are taken %s', async (_what, file, headers) => {
    expect(await staged(idOf(await send(file, headers)))).toEqual([row(1, 'A'), row(2, 'B')]);
  });

  test('with a level twice say so, and what is asked for is kept', async () => {
    const choices = '?create=skus&dry_run=true&absent=zero';
    const file = 'sku,location,on_hand\nA,WH,5\nB,WH,5\nA,WH,6\n';
    const { body } = await scenario.api.call('post', `/v1/stock-imports${choices}`, file, CSV);
    expect(body).toMatchObject({ create: 'skus', dry_run: true, absent: 'zero', duplicates: 1, rows: 3 });
    expect(await scenario.api.call('get', '/v1/stock-imports?limit=1')).toMatchObject({
      status: 200,
      body: { data: [body], next_cursor: expect.any(String) as string },
    });
    const { id } = body as { id: string };
    for (let tries = 1; tries <= 2; tries += 1) {
      const reply = await scenario.api.call(
        'post',
        `/v1/stock-imports/${id}/revert`,
        undefined,
        withKey('undo'),
      );
      expect(reply).toMatchObject(refused(409, 'invalid_transition'));
      expect(isReplay(reply)).toBe(tries === 2);
    }
  });

  test('are not imported where an option is misspelt', async () => {
    for (const query of ['dryrun=true', 'dry_run=yes', 'create=sku', 'absent=null']) {
      const reply = await scenario.api.call(
        'post',
        `/v1/stock-imports?${query}`,
        'sku,location,on_hand\nA,WH,5',
        CSV,
      );
      expect(reply).toMatchObject(refused(400, 'validation_failed'));
    }
  });
});

test('an import that is not there is not found', async () => {
  expect(await scenario.api.call('get', `/v1/stock-imports/${newId()}`)).toMatchObject(
    refused(404, 'not_found'),
  );
  expect(await scenario.api.call('get', '/v1/stock-imports/x')).toMatchObject(
    refused(400, 'validation_failed'),
  );
});
