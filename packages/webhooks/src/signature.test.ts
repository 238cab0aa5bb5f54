import { Webhook } from 'standardwebhooks';
import { newSecret, signatureHeaders } from './signature.ts';

const message = {
  id: '0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31',
  body: '{"type":"warehouse.inventory.expired","data":{"name":"T-Shirt „Größe M“"}}',
};

test('a secret is whsec_ and 32 bytes in base64, and another one each time', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(newSecret()).not.toBe(secret);
});

test('signed deliveries are verified by the package that consumers use', () => {
  const secret = newSecret();
  const headers = signatureHeaders({ ...message, secrets: [secret] }, Date.now());
  expect(headers['webhook-id']).toBe(message.id);
  expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
});

test('it is the signature that the package itself makes, of the second in which it is sent', () => {
  const secret = newSecret();
  const nowMs = 1_763_635_500_999;
  const headers = signatureHeaders({ ...message, secrets: [secret] }, nowMs);
  expect(headers['webhook-timestamp']).toBe('1763635500');
  expect(headers['webhook-signature']).toBe(
    new Webhook(secret).sign(message.id, new Date(nowMs), message.body),
  );
});

test('while a secret is rotated, a consumer may know either', () => {
  const [before, after] = [newSecret(), newSecret()];
  const headers = signatureHeaders({ ...message, secrets: [after, before] }, Date.now());
  for (const secret of [before, after]) new Webhook(secret).verify(message.body, headers);
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
});

test.each([
  ['another secret', {}, newSecret()],
  ['another body', { body: `${message.body} ` }, undefined],
  ['another id', { id: 'another' }, undefined],
])('%s is not verified', (_what, changed, other) => {
  const secret = newSecret();
  const headers = signatureHeaders({ ...message, ...changed, secrets: [secret] }, Date.now());
  const received = { ...headers, 'webhook-id': message.id };
  expect(() => new Webhook(other ?? secret).verify(message.body, received)).toThrow('No matching signature');
});

test('a recorded delivery is refused some minutes later', () => {
  const secret = newSecret();
  const headers = signatureHeaders({ ...message, secrets: [secret] }, Date.now() - 6 * 60_000);
  expect(() => new Webhook(secret).verify(message.body, headers)).toThrow('too old');
});
