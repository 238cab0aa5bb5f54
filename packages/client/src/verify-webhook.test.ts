import { signatureHeaders } from '../../webhooks/src/signature.ts';
import { verifyWebhook, WebhookVerificationError } from './index.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const other = `whsec_${Buffer.from('fedcba9876543210fedcba9876543210').toString('base64')}`;
const event = { id: 'e-1', type: 'warehouse.inventory.test', data: { note: 'grüße' } };
const payload = JSON.stringify(event);
const signed = (secrets = [secret], nowMs = Date.now(), body = payload) =>
  signatureHeaders({ id: 'e-1', body, secrets }, nowMs);

test('gives the event of what was signed, however it was received', async () => {
  const headers = signed();
  await expect(verifyWebhook({ payload, headers, secret })).resolves.toEqual(event);
  await expect(verifyWebhook({ payload: Buffer.from(payload), headers, secret })).resolves.toEqual(event);
  await expect(verifyWebhook({ payload, headers: new Headers(headers), secret })).resolves.toEqual(event);
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
  );
  await expect(verifyWebhook({ payload, headers: upper, secret })).resolves.toEqual(event);
});

test('accepts either secret while one replaces the other', async () => {
  const headers = signed([secret, other]);
  await expect(verifyWebhook({ payload, headers, secret: other })).resolves.toEqual(event);
  await expect(
    verifyWebhook({ payload, headers: signed([other]), secret: [secret, other] }),
  ).resolves.toEqual(event);
});

test.each([
  ['another body', { payload: payload.replace('grüße', 'gruß') }],
  ['another secret', { secret: other }],
  ['an old signature', { headers: signed([secret], Date.now() - 301_000) }],
  ['a signature from the future', { headers: signed([secret], Date.now() + 600_000) }],
  [
    'another time',
    { headers: { ...signed(), 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 9) } },
  ],
  ['another id', { headers: { ...signed(), 'webhook-id': 'e-2' } }],
  ['no signature', { headers: {} }],
  ['what is no signature', { headers: { ...signed(), 'webhook-signature': 'v1,*** v1a,abc v1,' } }],
])('refuses %s', async (_what, changed) => {
  const verified = verifyWebhook({ payload, headers: signed(), secret, ...changed });
  await expect(verified).rejects.toBeInstanceOf(WebhookVerificationError);
});

test('a secret that was not copied whole is a fault of the caller', async () => {
  const verified = verifyWebhook({ payload, headers: signed(), secret: secret.slice(1) });
  await expect(verified).rejects.toBeInstanceOf(TypeError);
});
