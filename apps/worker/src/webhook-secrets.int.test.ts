import { createSecretKey, randomBytes } from 'node:crypto';
import { newId } from '@holdfast/ledger';
import { ofTest } from '@holdfast/testing';
import { newSecret, renewStoredSecrets, rotateWebhookSecret, SecretCipher } from '@holdfast/webhooks';
import { Webhook } from 'standardwebhooks';
import { openWebhookScenario, type Received } from './testing/webhook-scenario.ts';

const key = () => createSecretKey(randomBytes(32));
const [older, newer] = [key(), key()];

const scenario = ofTest(() => openWebhookScenario([older]));

const isSignedWith = (secret: string, { body, headers }: Received): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

const stored = () => scenario.prisma.$queryRaw<{ secret: string; previous_secret: string | null }[]>`
  SELECT secret, previous_secret
  FROM webhook_endpoints`;

/** Sends one event to the endpoint by a worker that has these keys. */
async function send(endpoint: { readonly id: string }, keys: readonly ReturnType<typeof key>[]) {
  await scenario.addEvents([newId()]);
  return scenario.run(endpoint, { sink: scenario.open({ secretsKeys: keys }).open(endpoint.id) });
}

test('an encrypted secret signs, as its plain text does', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  expect((await stored())[0]?.secret).toMatch(/^aes256gcm:/);
  await send(endpoint, [newer, older]);
  expect(consumer.received.map((each) => isSignedWith(endpoint.secret, each))).toEqual([true]);
});

test('a plain secret signs, and is encrypted by the next renewal and by a rotation', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  const makePlain = () =>
    scenario.prisma.$executeRaw`UPDATE webhook_endpoints SET secret = ${endpoint.secret}`;
  await makePlain();
  await send(endpoint, [older]);
  expect(await renewStoredSecrets(scenario.database, new SecretCipher([older]))).toBe(1);
  expect(await renewStoredSecrets(scenario.database, new SecretCipher([older]))).toBe(0);
  await send(endpoint, [older]);
  await makePlain();
  await scenario.prisma.$transaction((tx) =>
    rotateWebhookSecret(tx, scenario.cipher, endpoint.id, { secret: newSecret(), hours: 24 }),
  );
  await send(endpoint, [older]);
  expect(consumer.received.map((each) => isSignedWith(endpoint.secret, each))).toEqual([true, true, true]);
  expect(JSON.stringify(await stored())).not.toContain('whsec_');
});

test('the key is replaced: the older one is not needed any more after a renewal', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  expect(await renewStoredSecrets(scenario.database, new SecretCipher([newer, older]))).toBe(1);
  await send(endpoint, [newer]);
  expect(consumer.received.map((each) => isSignedWith(endpoint.secret, each))).toEqual([true]);
});

test('without its key nothing is sent and nothing is lost; what was published is sent once the key is back', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  await expect(send(endpoint, [newer])).rejects.toThrow('SECRETS_KEY does not decrypt');
  expect(consumer.received).toEqual([]);
  await scenario.run(endpoint);
  expect(consumer.received).toHaveLength(1);
});

test('when its key was lost, a rotation gives the endpoint a secret that signs', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  const cipher = new SecretCipher([newer]);
  const secret = newSecret();
  await scenario.prisma.$transaction((tx) =>
    rotateWebhookSecret(tx, cipher, endpoint.id, { secret, hours: 24 }),
  );
  await send(endpoint, [newer]);
  expect(consumer.received.map((each) => isSignedWith(secret, each))).toEqual([true]);
});

test('a previous secret is deleted when its time is over', async () => {
  const endpoint = await scenario.endpoint('http://127.0.0.1:9/');
  await scenario.prisma.$transaction((tx) =>
    rotateWebhookSecret(tx, scenario.cipher, endpoint.id, { secret: newSecret(), hours: 24 }),
  );
  expect(await renewStoredSecrets(scenario.database, scenario.cipher)).toBe(0);
  expect(await stored()).toEqual([{ secret: expect.any(String), previous_secret: expect.any(String) }]);
  await scenario.prisma.$executeRaw`UPDATE webhook_endpoints SET previous_secret_until = clock_timestamp()`;
  expect(await renewStoredSecrets(scenario.database, scenario.cipher)).toBe(1);
  expect(await stored()).toEqual([{ secret: expect.any(String), previous_secret: null }]);
});
