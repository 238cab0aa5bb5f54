import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that is free now. Port 0 is better where it is possible: no other process can take it.
 */
export function freePort(): Promise<number> {
  return new Promise((found, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') found(address.port);
        else reject(new Error('no free port on 127.0.0.1'));
      });
    });
  });
}
