import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { eventually } from '@holdfast/testing';
import type { Redis } from 'ioredis';
import { openLimiterRedis } from './redis-pace-connection.ts';

const INFO = 'redis_version:8.0.0';

/** Answers as Redis does, but ignores subscriptions on every connection after the first. */
function answersTo(text: string, isFirst: boolean): string {
  if (/\binfo\b/i.test(text)) return `$${INFO.length}\r\n${INFO}\r\n`;
  if (/subscribe/i.test(text)) return isFirst ? '*3\r\n$9\r\nsubscribe\r\n$5\r\nslots\r\n:1\r\n' : '';
  return '+OK\r\n'.repeat(text.split('*').length - 1);
}

// An unhandled rejection fails the test in Jest, and ends a process in Node.
test('a subscriber that is closed while it subscribes again leaves no unhandled rejection', async () => {
  const sockets: Socket[] = [];
  let ignored = 0;
  const server = createServer((socket) => {
    const number = sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      if (number > 1 && /subscribe/i.test(text)) ignored += 1;
      socket.write(answersTo(text, number === 1));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  // Bottleneck makes its subscriber from the connection that it is given.
  const given = openLimiterRedis({ redisUrl: `redis://127.0.0.1:${port}` }, { lazyConnect: true }) as Redis;
  const subscriber = given.duplicate();
  subscriber.on('error', () => {});
  await subscriber.subscribe('slots');
  sockets[0]?.destroy();
  await eventually(() => ignored > 0);
  subscriber.disconnect();
  await once(subscriber, 'end');
  await new Promise(setImmediate);
  expect(subscriber.status).toBe('end');

  given.disconnect();
  server.close();
  await once(server, 'close');
});
