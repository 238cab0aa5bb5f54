import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apiKeys } from '@holdfast/runtime';

function run(...args: string[]) {
  const script = ['--require', require.resolve('tsx/cjs'), join(__dirname, 'api-key.ts'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('it prints a key once, and the entry that knows it', () => {
  const { status, stdout } = run('--name', 'shop', '--scopes', 'reservations:read,reservations:write');
  const [key = '', ...others] = stdout.match(/hf_[\w-]{43}/g) ?? [];
  const [entry = ''] = /shop\/\S+\/[0-9a-f]{64}/.exec(stdout) ?? [];
  expect({ status, others }).toEqual({ status: 0, others: [] });
  expect(apiKeys().parse(entry).identify(key)?.name).toBe('shop');
});

test('a key is bound to sources of events', () => {
  const { stdout } = run(
    '--name',
    'orders',
    '--scopes',
    'events:write',
    '--sources',
    'https://a.example,urn:b',
  );
  const [entry = ''] = /orders\/\S+/.exec(stdout) ?? [];
  expect(entry).toMatch(/\/[0-9a-f]{64}\/https:\/\/a\.example,urn:b$/);
  expect(apiKeys().parse(entry).mayUseSource('orders', 'urn:b')).toBe(true);
});

test.each([
  [['--name', 'a', '--scopes', 'stock:read', '--sources', '/b'], '--sources: need the scope events:write'],
  [[], 'Say --name and --scopes.'],
  [['--name', 'shop'], 'Say --name and --scopes.'],
  [['--name', 'sh op', '--scopes', 'stock:read'], '--name: its name must be 1 to 64'],
  [['--name', 'shop', '--scopes', 'stock:red'], '--scopes: its scopes must be some of reservations:read'],
  [['--names', 'shop'], "Unknown option '--names'"],
])('%j makes no key, says why and how, and ends with 1', (args, problem) => {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(problem);
  expect(stderr).toContain('npm run api-key --');
});
