import { readDatabaseUrl } from './postgres-servers.ts';

describe('a database URL', () => {
  test.each([
    ['postgresql://u:p@a:5432/db', ['postgresql://u:p@a:5432/db'], 'any'],
    ['postgres://a/db?sslmode=require', ['postgres://a/db?sslmode=verify-full'], 'any'],
    [
      'postgresql://u:p%40@a:5432,b:5433/db?target_session_attrs=read-write',
      ['postgresql://u:p%40@a:5432/db', 'postgresql://u:p%40@b:5433/db'],
      'read-write',
    ],
    [
      'postgresql://a,[::1]:6/db?sslmode=require&target_session_attrs=primary&application_name=x',
      [
        'postgresql://a/db?sslmode=verify-full&application_name=x',
        'postgresql://[::1]:6/db?sslmode=verify-full&application_name=x',
      ],
      'primary',
    ],
    [
      'postgresql://a,b/db?target_session_attrs=any&sslmode=require',
      ['postgresql://a/db?sslmode=verify-full', 'postgresql://b/db?sslmode=verify-full'],
      'any',
    ],
  ])('%s names its servers', (url, servers, targetSession) => {
    expect(readDatabaseUrl(url)).toEqual({ servers, targetSession });
  });

  test.each(['read-only', 'standby', 'prefer-standby', 'read_write'])(
    'with sessions that may not be able to write (%s) is refused',
    (attribute) => {
      expect(() => readDatabaseUrl(`postgresql://a,b/db?target_session_attrs=${attribute}`)).toThrow(
        `target_session_attrs=${attribute}`,
      );
    },
  );

  test.each([
    ['connect_timeout=10', 10_000],
    ['sslmode=disable&connect_timeout=1', 1_000],
    ['sslmode=disable', undefined],
  ])('with %s says how long to wait for a connection', (parameters, connectTimeoutMs) => {
    expect(readDatabaseUrl(`postgresql://a/db?${parameters}`)).toMatchObject({ connectTimeoutMs });
  });

  test.each(['', '0', '2.5', '-1', '10s', '10000'])('with connect_timeout=%s is refused', (seconds) => {
    expect(() => readDatabaseUrl(`postgresql://a/db?connect_timeout=${seconds}`)).toThrow(
      `connect_timeout=${seconds} of the database URL must be whole seconds, from 1 to 9999.`,
    );
  });

  test('of another kind is refused', () => {
    expect(() => readDatabaseUrl('mysql://a/db')).toThrow('postgresql://user:password@host');
  });
});
