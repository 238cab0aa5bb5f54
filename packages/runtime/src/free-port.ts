import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 without a listener at this moment. Where port 0 will do, that is better: here another
 * process may be faster.
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
