import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { openDatabase } from '@holdfast/db';
import { CallerGone } from '@holdfast/ledger';
import { urlOf } from '@holdfast/runtime';
import { eventually } from '@holdfast/testing';
import { z } from 'zod';
import { readSource } from '../read-source.ts';
import { answer } from './answer.ts';
import type { ClientSignal } from './client.ts';
import { ANONYMOUS_CALLER } from './access-control.ts';
import { primaryOnly } from './read-sources.ts';
import { defineRoute } from './route.ts';

/** It is never connected: the route reads nothing. */
const database = openDatabase('postgresql://user@host/database', { poolMax: 1, applicationName: 'test' });
const sources = primaryOnly(readSource(database, database));

let server: Server;
let handled: { signal: ClientSignal; finish: () => void }[];
let thrown: unknown[];

const route = defineRoute({
  method: 'post',
  path: '/',
  tag: 'Operations',
  scope: null,
  summary: 'Answers when it is told to',
  body: z.strictObject({}),
  answers: {},
  refusals: [],
  handle: ({ signal }) =>
    new Promise((resolve) => {
      handled.push({ signal, finish: () => resolve({ status: 200, body: {} }) });
    }),
});

beforeEach(async () => {
  handled = [];
  thrown = [];
  server = createServer((request, response) => {
    const by = { caller: ANONYMOUS_CALLER, sources, publicUrl: 'https://shop.example' };
    answer(route, request, response, { params: {}, query: {} }, by).catch((error: unknown) =>
      thrown.push(error),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

const post = (body: string, length = body.length) =>
  `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

async function open(bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(urlOf(server)).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

const until = (isSo: () => boolean) => eventually(isSo, { everyMs: 1 });

const aborted = () => handled.map(({ signal }) => signal.aborted);

test.each([
  ['closes', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('the signal fires when the client %s its connection, and not before', async (_how, leave) => {
  const socket = await open(post('{}'));
  await until(() => handled.length === 1);
  expect(aborted()).toEqual([false]);
  leave(socket);
  await until(() => aborted()[0] === true);
  handled[0]?.finish();
  expect(thrown).toEqual([]);
});

test('the signal fires for every request of a pipeline', async () => {
  const socket = await open(post('{}') + post('{}'));
  await until(() => handled.length === 2);
  expect(aborted()).toEqual([false, false]);
  socket.destroy();
  await until(() => aborted().every(Boolean));
});

test('an answer does not abort the next request on the connection', async () => {
  const socket = await open(post('{}'));
  await until(() => handled.length === 1);
  handled[0]?.finish();
  await once(socket, 'data');
  socket.write(post('{}'));
  await until(() => handled.length === 2);
  expect(aborted()).toEqual([false, false]);
  socket.destroy();
});

test('a client that goes away amid its body is not handled', async () => {
  const socket = await open(post('{', 10));
  await once(server, 'request');
  socket.destroy();
  await until(() => thrown.length === 1);
  expect(thrown[0]).toBeInstanceOf(CallerGone);
  expect(handled).toEqual([]);
});
