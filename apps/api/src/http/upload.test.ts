import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { CallerGone } from '@holdfast/ledger';
import { urlOf } from '@holdfast/runtime';
import { scaled } from '@holdfast/testing';
import { z } from 'zod';
import { openUpload, type Upload, type UploadRules } from './upload.ts';

const RULES: UploadRules = {
  types: { 'text/csv': z.string() },
  bytesMax: 1_000_000,
  takesMaxMs: 10_000,
  stallsMaxMs: 10_000,
  bytesPerSecondMin: 1,
};

let server: Server;
let rules: UploadRules;
let uploads: Upload[];
let socket: Socket;

beforeEach(async () => {
  uploads = [];
  server = createServer((request) =>
    uploads.push(openUpload(request, rules, { requestId: 'r-1', publicUrl: 'https://shop.example' })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  socket.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

/** Sends the beginning of a file of 800 kB, and answers what the server has of it. */
async function send(bytes: string, own: Partial<UploadRules> = {}): Promise<Upload> {
  rules = { ...RULES, ...own };
  socket = connect(Number(new URL(urlOf(server)).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 800000\r\n\r\n',
  );
  socket.write(bytes);
  await once(server, 'request');
  const [upload] = uploads;
  if (!upload) throw new Error('no upload');
  return upload;
}

async function lengthOf(upload: Upload): Promise<number> {
  let length = 0;
  for await (const chunk of upload.bytes) length += chunk.length;
  return length;
}

test('a client that sends nothing for too long is sent away', async () => {
  const upload = await send('x', { stallsMaxMs: 50 });
  const answered = once(socket, 'data');
  await expect(lengthOf(upload)).rejects.toThrow(CallerGone);
  expect(String(await answered)).toMatch(/^HTTP\/1\.1 408 /);
});

test('a client whose file takes too long is sent away, though it goes on sending', async () => {
  const upload = await send('x', { takesMaxMs: 100, stallsMaxMs: 50 });
  const slowly = setInterval(() => socket.write('x'), 5);
  await expect(lengthOf(upload)).rejects.toThrow(CallerGone);
  clearInterval(slowly);
});

test('a client that keeps its place with a byte now and then is sent away', async () => {
  const upload = await send('x', { stallsMaxMs: 100, bytesPerSecondMin: 10_000 });
  const slowly = setInterval(() => socket.write('x'), 20);
  const answered = once(socket, 'data');
  await expect(lengthOf(upload)).rejects.toThrow(CallerGone);
  expect(String(await answered)).toMatch(/^HTTP\/1\.1 408 /);
  clearInterval(slowly);
});

test('a client is not to blame for a reader who takes long', async () => {
  const stallsMaxMs = scaled(300);
  const upload = await send('x'.repeat(800_000), { stallsMaxMs });
  const bytes = upload.bytes[Symbol.asyncIterator]();
  await bytes.next();
  await pause(2 * stallsMaxMs);
  expect(socket.destroyed).toBe(false);
  let length = 0;
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) length += next.value.length;
  expect(length).toBeGreaterThan(700_000);
});
