import { welcome } from './welcome.ts';

const running = {
  apiUrl: 'http://127.0.0.1:3000',
  workerUrl: 'http://127.0.0.1:3001',
  gatewayUrl: 'http://127.0.0.1:3002',
  isGatewaySimulated: true,
  databaseUrl: 'postgresql://holdfast:very-secret@127.0.0.1:5433/holdfast',
  passwordFile: "/home/o'brien/.data/postgres/password",
  redisUrl: 'redis://:also-secret@redis:6379',
  hasKeys: false,
  logsDir: '.data/logs',
  seconds: 3,
};

test('the command for the database reads the password from its file', () => {
  const text = welcome(running);
  expect(text).toContain(
    String.raw`PGPASSWORD=$(cat '/home/o'\''brien/.data/postgres/password') psql 'postgresql://holdfast@127.0.0.1:5433/holdfast'`,
  );
  expect(text).not.toMatch(/secret/);
});

test.each([
  'postgresql://holdfast:very-secret@db:5432/holdfast',
  'postgres://holdfast:very-secret@one:5432,two:5432/holdfast?target_session_attrs=read-write',
])('the password of %s is not printed', (databaseUrl) => {
  const text = welcome({ ...running, databaseUrl, passwordFile: null });
  expect(text).toContain(`psql '${databaseUrl.replace('very-secret', '***')}'`);
  expect(text).not.toMatch(/secret/);
});

test('passwords of Redis and of Sentinels are not printed', () => {
  const redisUrl = 'redis+sentinel://:secr@t@one,two/main?sentinel_password=secret';
  expect(welcome({ ...running, redisUrl })).toContain(
    'redis+sentinel://:***@one,two/main?sentinel_password=***',
  );
});
