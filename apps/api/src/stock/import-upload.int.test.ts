import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createMetrics, type RunningProcess } from '@holdfast/runtime';
import { eventually } from '@holdfast/testing';
import { startServer } from '../server.ts';
import { scenarioOfSuite } from '../testing/api-scenario.ts';

// How files come: slowly, not to their end, too many at once.

const REQUEST_TIMEOUT_MS = 200;

/** The same API with less patience. */
let impatient: RunningProcess;
const open: Socket[] = [];

afterAll(() => impatient.stop());
const scenario = scenarioOfSuite();
beforeAll(async () => {
  impatient = await startServer(
    { ...scenario.api.context, metrics: createMetrics('api'), opened: [] },
    { requestTimeoutMs: REQUEST_TIMEOUT_MS },
  );
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  jest.restoreAllMocks();
  await eventually(async () => (await uploadsUnderWay()) === 0);
});

/** Chunks whose import is not there (yet). */
const uploadsUnderWay = () =>
  scenario.rows('stock_import_chunks WHERE import_id NOT IN (SELECT id FROM stock_imports)');

interface Sender {
  readonly socket: Socket;
  write(text: string): void;
  /** All that has come back so far. */
  answered(): string;
}

/** Begins a request whose body comes in chunks. */
async function begin(url: string, path: string, type: string): Promise<Sender> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  let answered = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (answered += chunk.toString()));
  await once(socket, 'connect');
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: ${type}`,
    'Transfer-Encoding: chunked',
  ];
  socket.write([...head, '', ''].join('\r\n'));
  return {
    socket,
    write: (text) => void socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`),
    answered: () => answered,
  };
}

const END = '0\r\n\r\n';
const beginImport = (url = scenario.api.url) => begin(url, '/v1/stock-imports', 'text/csv');
const rows = (count: number) => 'A,WH,5\n'.repeat(count);
const HEADER = 'sku,location,delta\n';

test.each(['destroy', 'resetAndDestroy'] as const)(
  'of a client that goes away (%s) in the middle of its file nothing is left',
  async (how) => {
    const logged = jest.spyOn(scenario.api.context.log, 'error');
    const before = await scenario.rows('stock_imports');
    const client = await beginImport();
    client.write(HEADER + rows(600));
    await eventually(async () => (await uploadsUnderWay()) === 2);
    client.socket[how]();
    await eventually(async () => (await uploadsUnderWay()) === 0);
    expect(await scenario.rows('stock_imports')).toBe(before);
    expect(logged.mock.calls).toEqual([]);
  },
);

test('a file may take longer than a request may, and the connection is as good as before', async () => {
  const client = await beginImport(impatient.url);
  client.write(HEADER);
  const slowly = setInterval(() => client.write(rows(50)), 20);
  const ordinary = await begin(impatient.url, '/v1/reservations', 'application/json');
  ordinary.write('{"lines":');
  await eventually(() => ordinary.answered().startsWith('HTTP/1.1 408 '));
  await eventually(async () => (await uploadsUnderWay()) > 3);
  clearInterval(slowly);
  client.socket.write(END);
  await eventually(() => client.answered().includes('"state":"queued"'));
  expect(client.answered()).toMatch(/^HTTP\/1\.1 202 /);

  // What comes next on it has no more time than others.
  client.socket.write(
    'POST /v1/reservations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  await eventually(() => client.answered().includes('HTTP/1.1 408 '));
});

test('two files may come at once, a third one is told to come again', async () => {
  const clients = [await beginImport(), await beginImport()];
  for (const client of clients) client.write(HEADER + rows(300));
  await eventually(async () => (await uploadsUnderWay()) === 2);
  const third = await beginImport();
  third.write(HEADER + rows(300));
  await eventually(() => third.answered().includes('"overloaded"'));
  expect(third.answered()).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 5/);
  for (const client of clients) client.socket.write(END);
  await eventually(() => clients.every((client) => client.answered().startsWith('HTTP/1.1 202 ')));
  const fourth = await beginImport();
  fourth.write(HEADER + rows(1));
  fourth.socket.write(END);
  await eventually(() => fourth.answered().startsWith('HTTP/1.1 202 '));
});

test('a file that is refused in the middle is answered while its client goes on sending', async () => {
  const client = await beginImport();
  client.write(`${HEADER}${rows(300)}`);
  client.socket.write('1\r\n\xff\r\n', 'latin1');
  for (let count = 0; count < 100; count += 1) client.write(rows(1_000));
  await eventually(() => client.answered().includes('is not in UTF-8'));
  expect(client.answered()).toMatch(/^HTTP\/1\.1 400 /);
  client.socket.write(END + 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await eventually(() => client.answered().includes('HTTP/1.1 200 '));
});

test('a file that says it is longer than 64 MB is refused before it comes', async () => {
  const { hostname, port } = new URL(scenario.api.url);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  socket.write(
    'POST /v1/stock-imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 64000001\r\n\r\n',
  );
  const [answered] = (await once(socket, 'data')) as [Buffer];
  expect(answered.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*at most 64 MB/);
});
