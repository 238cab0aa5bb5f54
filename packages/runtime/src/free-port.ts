import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Outgoing connections get none of these: Linux gives them ports from 32768 on, other systems from 49152. */
const LOWEST_PORT = 10_240;
const HIGHEST_PORT = 32_767;
const TRIES = 100;

/**
 * A port of 127.0.0.1 that is free now. Port 0 is better where it is possible: no other process can take it.
 *
 * @param highest the highest port that will do
 */
export async function freePort(highest = HIGHEST_PORT): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST_PORT, highest + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${LOWEST_PORT} and ${highest}`);
}

/** Whether no process listens there, or is connected from there. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
