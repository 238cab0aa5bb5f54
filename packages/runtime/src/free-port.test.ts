import { createServer } from 'node:net';
import { freePort, isFree } from './free-port.ts';

test('a port on which a process listens is not free; one that is answered is', async () => {
  const listener = createServer().listen(await freePort(), '127.0.0.1');
  await new Promise((listening) => listener.once('listening', listening));
  const address = listener.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(await isFree(port)).toBe(false);
  await new Promise((closed) => listener.close(closed));
  expect(await isFree(port)).toBe(true);
});

test('no outgoing connection gets such a port, and it is as low as was asked for', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort(22_767)));
  for (const port of ports) expect(port).toBeLessThanOrEqual(22_767);
  expect(new Set(ports).size).toBeGreaterThan(40);
  expect(await freePort()).toBeLessThan(32_768);
});
