import { inspect } from 'node:util';
import { z } from 'zod';
import { ConfigError, readConfig } from './read-config.ts';
import { secretsKeys } from './secrets-key.ts';

const schema = z.object({ SECRETS_KEY: secretsKeys() });
const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER = Buffer.alloc(32, 8).toString('base64');

const read = (text: string) => readConfig(schema, { SECRETS_KEY: text }).SECRETS_KEY;

test.each([
  ['one key', KEY, [KEY]],
  ['one key and the one before it', ` ${KEY}\n${OTHER} `, [KEY, OTHER]],
])('%s', (_what, text, expected) => {
  expect(read(text).map((key) => key.export().toString('base64'))).toEqual(expected);
});

test.each([
  ['31 bytes', Buffer.alloc(31, 7).toString('base64'), 'key 1: must be 32 bytes in base64'],
  ['hexadecimal digits', 'ab'.repeat(32), 'key 1: must be 32 bytes in base64'],
  ['base64 for URLs', `${'-_'.repeat(21)}A=`, 'key 1: must be 32 bytes in base64'],
  ['a good key and a passphrase', `${KEY} correct-horse`, 'key 2: must be 32 bytes in base64'],
  ['three keys', `${KEY} ${OTHER} ${KEY}`, 'must have 1 to 2 keys'],
  ['nothing but spaces', '  ', 'must have 1 to 2 keys'],
])('%s is refused, and not shown', (_what, text, message) => {
  const refuse = () => read(text);
  expect(refuse).toThrow(ConfigError);
  expect(refuse).toThrow(message);
  for (const key of text.split(/\s+/).filter(Boolean)) expect(refuse).not.toThrow(key);
});

test('a key that was read is shown by nothing that prints settings', () => {
  const keys = read(KEY);
  expect(inspect({ keys }, { depth: 9 }) + JSON.stringify({ keys })).not.toContain(KEY);
});
