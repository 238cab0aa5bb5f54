/**
 * What the main operations look like with `@holdfast/client`, by operation. The reference shows them beside
 * the request (`x-codeSamples`). Ids are those of the examples; packages/client/src/code-samples.int.test.ts
 * runs them all.
 */
const CALLS: Readonly<Record<string, string>> = {
  createReservation: `\
try {
  const hold = await holdfast.reservations.create({
    order_id: 'o-1001',
    lines: [{ sku: 'TSHIRT-M', quantity: 2 }],
    ttl_seconds: 600,
  });
  console.log(\`\${hold.id} is held until \${hold.expires_at}\`);
} catch (error) {
  if (!isHoldfastError(error, 'insufficient_stock')) throw error;
  for (const { sku, available } of error.lines) console.log(\`\${sku}: \${available} left\`);
}`,
  quoteReservation: `\
const { possible, lines } = await holdfast.reservations.quote({
  lines: [{ sku: 'TSHIRT-M', quantity: 2 }],
});
console.log(possible, lines);`,
  getReservation: `\
const { status, expires_at } = await holdfast.reservations.get('$id');
console.log(status, expires_at);`,
  listReservations: `\
for await (const { id, order_id } of holdfast.reservations.list({ status: ['held'] })) {
  console.log(id, order_id);
}`,
  confirmReservation: `\
await holdfast.reservations.confirm('$id', {
  payment_reference: 'pay-1001',
  on_expired: 'reacquire',
});`,
  extendReservation: `\
const { expires_at } = await holdfast.reservations.extend('$id', { ttl_seconds: 600 });
console.log(expires_at);`,
  releaseReservation: `\
await holdfast.reservations.release('$id', { reason: 'payment failed' });`,
  fulfillReservation: `\
await holdfast.reservations.fulfill('$id', { fulfillment_id: 'f-1001' });`,
  cancelReservation: `\
await holdfast.reservations.cancel('$id', { reason: 'the customer cancelled' });`,
  returnReservation: `\
await holdfast.reservations.return('$id', {
  lines: [{ sku: 'TSHIRT-M', quantity: 1 }],
  return_id: 'r-1001',
});`,
  putLines: `\
const { version } = await holdfast.reservations.get('$id');
await holdfast.reservations.putLines(
  '$id',
  { lines: [{ sku: 'TSHIRT-M', quantity: 3 }] },
  { ifMatch: version },
);`,
  putCartReservation: `\
const held = await holdfast.carts.put('c-77', { lines: [{ sku: 'TSHIRT-M', quantity: 2 }] });
console.log(held.expires_at);`,
  getOrder: `\
const { reservations } = await holdfast.orders.get('o-1001');
console.log(reservations.map(({ status }) => status));`,
  confirmOrder: `\
const { results } = await holdfast.orders.confirm('o-1001', { payment_reference: 'pay-1001' });
console.log(results);`,
  putSku: `\
await holdfast.skus.put('TSHIRT-M', { active: false, reason: 'wrong photo' });`,
  putStockLevel: `\
await holdfast.stockLevels.put('TSHIRT-M', 'WH-EAST', { on_hand: 120, reason: 'counted' });`,
  adjustStock: `\
await holdfast.stock.adjust({
  lines: [{ sku: 'TSHIRT-M', location: 'WH-EAST', delta: 40, reason: 'receipt PO-7781' }],
});`,
  getItemAvailability: `\
const { available } = await holdfast.availability.get('TSHIRT-M');
console.log(available);`,
  listStockMovements: `\
for await (const { at, kind, caller, reason } of holdfast.stock.movements({ sku: 'TSHIRT-M' })) {
  console.log(at, kind, caller, reason);
}`,
  listEvents: `\
const { data, next_cursor } = await holdfast.events.list({ limit: 100 });
console.log(data.length, next_cursor);`,
  createWebhookEndpoint: `\
const { id, secret } = await holdfast.webhookEndpoints.create({ url: 'https://shop.example.com/hooks' });
console.log(id, secret);`,
};

const EXAMPLE_ID = '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10';

/** The samples of an operation, as Scalar and Redocly read them; none for those that have none. */
export function clientExamplesOf(operationId: string, publicUrl: string) {
  const call = CALLS[operationId];
  if (call === undefined) return {};
  const names = call.includes('isHoldfastError') ? 'createClient, isHoldfastError' : 'createClient';
  const source = `import { ${names} } from '@holdfast/client';

const holdfast = createClient({
  baseUrl: '${publicUrl}',
  apiKey: process.env.HOLDFAST_API_KEY,
});

${call.replaceAll('$id', EXAMPLE_ID)}
`;
  return { 'x-codeSamples': [{ lang: 'TypeScript', label: '@holdfast/client', source }] };
}
