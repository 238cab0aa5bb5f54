import { createSecretKey, randomBytes } from 'node:crypto';
import { SecretCipher, SecretUnreadable } from './secret-cipher.ts';
import { newSecret } from './signature.ts';

const [ONE, OTHER] = [
  '0199b0c4-0000-7000-8000-000000000001',
  '0199b0c4-0000-7000-8000-000000000002',
] as const;
const key = () => createSecretKey(randomBytes(32));
const [older, newer] = [key(), key()];
const secret = newSecret();

test('a secret is read with the key that encrypted it, and two texts of it differ', () => {
  const cipher = new SecretCipher([newer]);
  const [first, second] = [cipher.encrypt(secret, ONE), cipher.encrypt(secret, ONE)];
  expect(first).toMatch(/^aes256gcm:[\w+/]+=*$/);
  expect(first).not.toContain(secret.slice('whsec_'.length));
  expect(first).not.toBe(second);
  expect([first, second].map((stored) => cipher.decrypt(stored, ONE))).toEqual([secret, secret]);
});

test.each([
  ['another key', (stored: string) => new SecretCipher([key()]).decrypt(stored, ONE)],
  ['no key', (stored: string) => new SecretCipher([]).decrypt(stored, ONE)],
  ['another endpoint', (stored: string) => new SecretCipher([newer]).decrypt(stored, OTHER)],
  [
    'a changed letter',
    (stored: string) =>
      new SecretCipher([newer]).decrypt(
        stored.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')),
        ONE,
      ),
  ],
  ['half of it', (stored: string) => new SecretCipher([newer]).decrypt(stored.slice(0, 40), ONE)],
  ['nothing but the beginning', () => new SecretCipher([newer]).decrypt('aes256gcm:', ONE)],
])('with %s it is not read, and the error has nothing of it', (_what, read) => {
  const stored = new SecretCipher([newer]).encrypt(secret, ONE);
  let error: unknown;
  try {
    read(stored);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SecretUnreadable);
  expect(String(error)).not.toContain(secret);
  expect(String(error)).not.toContain(stored.slice(12));
});

test('without a key a secret is stored as it is, and with one a plain secret is still read', () => {
  expect(new SecretCipher([]).encrypt(secret, ONE)).toBe(secret);
  expect(new SecretCipher([newer]).decrypt(secret, ONE)).toBe(secret);
});

describe('renewed', () => {
  const cipher = new SecretCipher([newer, older]);
  const underNewest = new SecretCipher([newer]);

  test.each([
    ['a plain secret', secret],
    ['one under the older key', new SecretCipher([older]).encrypt(secret, ONE)],
  ])('%s is under the newest key', (_what, stored) => {
    expect(underNewest.decrypt(cipher.renew(stored, ONE), ONE)).toBe(secret);
    expect(cipher.renew(stored, ONE)).toMatch(/^aes256gcm:/);
  });

  test.each([
    ['one under the newest key', underNewest.encrypt(secret, ONE)],
    ['one under a key that is lost', new SecretCipher([key()]).encrypt(secret, ONE)],
  ])('%s stays as it is', (_what, stored) => {
    expect(cipher.renew(stored, ONE)).toBe(stored);
  });

  test('without a key, everything stays as it is', () => {
    expect(new SecretCipher([]).renew(secret, ONE)).toBe(secret);
  });
});
