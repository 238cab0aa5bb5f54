import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { readConfig } from '../read-config.ts';
import { sharedRules, sharedSettings } from '../shared-settings.ts';
import { readRedisUrl } from './redis-url.ts';

const Settings = z.object(sharedSettings).check(...sharedRules);
const read = (env: Record<string, string>) =>
  readConfig(Settings, { DATABASE_URL: 'postgresql://host/database', ...env });

test.each([
  ['redis://host', { kind: 'server', isTls: false, hosts: [{ host: 'host', port: 6379 }], database: 0 }],
  ['redis://host:1/2', { kind: 'server', hosts: [{ host: 'host', port: 1 }], database: 2 }],
  ['rediss://:p%40ss:w@[::1]:7', { isTls: true, hosts: [{ host: '::1', port: 7 }], password: 'p@ss:w' }],
  ['redis://user:p@ss@host/?family=6', { username: 'user', password: 'p@ss' }],
  [
    'redis+sentinel://user:pass@one,two:2/main/3?sentinel_password=s%26cret',
    {
      kind: 'sentinel',
      hosts: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 2 },
      ],
      masterName: 'main',
      database: 3,
      username: 'user',
      password: 'pass',
      sentinelPassword: 's&cret',
    },
  ],
  [
    'rediss+cluster://one:1,two',
    {
      kind: 'cluster',
      isTls: true,
      hosts: [
        { host: 'one', port: 1 },
        { host: 'two', port: 6379 },
      ],
    },
  ],
])('%s is read', (url, place) => {
  expect(readRedisUrl(url)).toEqual({ problems: [], place: expect.objectContaining(place) });
  expect(read({ REDIS_URL: url }).REDIS_URL).toBe(url);
});

test.each([
  ['http://host', /must be a URL like redis:/],
  ['redis+sentinels://host/main', /must be a URL like redis:/],
  ['redis://one,two', /must name one host/],
  ['redis://', /must name hosts like host:6379/],
  ['redis://host:0', /"host:0" is not/],
  ['redis://host/name', /must have the number of a database/],
  ['redis://:100%@host', /write %25/],
  ['redis+sentinel://one,two', /must end with the name/],
  ['redis+sentinel://one/main?db=1', /not known: db/],
  ['redis+cluster://one/1', /only database 0/],
])('%s is refused', (url, message) => {
  expect(() => read({ REDIS_URL: url })).toThrow(message);
});

test('all problems of a URL are reported at once, without its password', () => {
  const url = 'redis+cluster://:hunter2%@one:99999,two;/5?x=1';
  expect(() => read({ REDIS_URL: url })).toThrow(
    /"one:99999"[^]*"two;"[^]*%25[^]*database 0[^]*not known: x/,
  );
  expect(readRedisUrl(url).problems.join()).not.toContain('hunter2');
});

describe('REDIS_CA_FILE', () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-ca-'));
  const file = join(directory, 'ca.pem');
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('is the text of a certificate, and needs TLS', () => {
    writeFileSync(file, rootCertificates[0] ?? '');
    const env = { REDIS_CA_FILE: file };
    expect(read({ ...env, REDIS_URL: 'rediss://host' }).REDIS_CA_FILE).toMatch(/^-----BEGIN CERTIFICATE/);
    expect(() => read({ ...env, REDIS_URL: 'redis://host' })).toThrow(/REDIS_CA_FILE: is only for/);
    expect(() => read(env)).toThrow(/REDIS_CA_FILE: is only for/);
  });

  test('that is missing or no certificate is refused', () => {
    writeFileSync(file, 'no certificate');
    for (const name of [file, join(directory, 'missing')]) {
      const env = { REDIS_URL: 'rediss://host', REDIS_CA_FILE: name };
      expect(() => read(env)).toThrow(/REDIS_CA_FILE: must name a file with a certificate in PEM/);
    }
  });
});
