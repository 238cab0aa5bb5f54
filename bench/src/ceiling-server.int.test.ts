import { startBenchProcess } from './bench-process.ts';

test('the service without its storage answers a create as the service does', async () => {
  const ceiling = await startBenchProcess('ceiling-server.ts');
  const response = await fetch(`${ceiling.url}/v1/reservations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: [{ sku: 'SKU-1', quantity: 1 }] }),
  });
  const body: unknown = await response.json();
  await ceiling.stop();
  expect([response.status, body]).toEqual([201, expect.objectContaining({ status: 'held' })]);
});
