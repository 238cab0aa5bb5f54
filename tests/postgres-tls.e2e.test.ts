import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { migrate, openDatabase } from '@holdfast/db';
import { eventually, ofSuite, openFaultyLink, timed, queueOfRun } from '@holdfast/testing';
import { hasOpenssl } from './certificates.ts';
import { openFleet } from './fleet.ts';
import { startTlsPostgres, type TlsPostgres } from './tls-postgres.ts';

/** The host in the certificate, and another address of the same server. */
const NAMED = ['localhost'];
const UNNAMED = ['127.0.0.1'];

interface Connected {
  readonly ssl: boolean;
  readonly client: string | null;
}

async function connect(url: string): Promise<Connected | undefined> {
  const database = openDatabase(url, { poolMax: 1, applicationName: 'tls test' });
  try {
    const [row] = await database.prisma.$queryRaw<Connected[]>`
      SELECT ssl, client_dn AS client FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
    return row;
  } finally {
    await database.close();
  }
}

(hasOpenssl ? describe : describe.skip)('a PostgreSQL that demands TLS', () => {
  let postgres: TlsPostgres;
  beforeAll(async () => {
    postgres = await startTlsPostgres();
  });
  afterAll(() => postgres?.drop());

  const trusted = () => `sslrootcert=${postgres.ca}`;
  const untrusted = () => `sslrootcert=${postgres.otherCa}`;

  test.each([
    ['no-verify, by another name', UNNAMED, () => 'sslmode=no-verify'],
    ['require, with the CA and the name', NAMED, () => `sslmode=require&${trusted()}`],
    ['verify-ca, with the CA, by another name', UNNAMED, () => `sslmode=verify-ca&${trusted()}`],
    ['verify-full, with the CA and the name', NAMED, () => `sslmode=verify-full&${trusted()}`],
    ['the CA alone, and the name', NAMED, () => trusted()],
    [
      'verify-full, by the second of two hosts',
      [...UNNAMED, ...NAMED],
      () => `sslmode=verify-full&${trusted()}`,
    ],
    [
      'verify-ca, by several hosts that must be writable',
      [...UNNAMED, ...UNNAMED],
      () => `target_session_attrs=read-write&sslmode=verify-ca&${trusted()}`,
    ],
  ])('encrypts with %s', async (_mode, hosts, parameters) => {
    expect(await connect(postgres.urlOf(hosts, parameters()))).toMatchObject({ ssl: true });
  });

  const ONLY_TLS = 'accepts this account only with TLS: set sslmode=verify-full';
  const OTHER_NAME = '127.0.0.1 has a certificate for another name';
  const OTHER_CA = 'has a certificate of a CA that is not trusted: name the file of its CA with sslrootcert';

  test.each([
    ['disable', NAMED, () => 'sslmode=disable', ONLY_TLS],
    ['no mode', NAMED, () => '', ONLY_TLS],
    ['require, without a CA', NAMED, () => 'sslmode=require', OTHER_CA],
    ['require, with another CA', NAMED, () => `sslmode=require&${untrusted()}`, OTHER_CA],
    ['require, by another name', UNNAMED, () => `sslmode=require&${trusted()}`, OTHER_NAME],
    ['verify-ca, with another CA', NAMED, () => `sslmode=verify-ca&${untrusted()}`, OTHER_CA],
    ['verify-full, without a CA', NAMED, () => 'sslmode=verify-full', OTHER_CA],
    ['verify-full, with another CA', NAMED, () => `sslmode=verify-full&${untrusted()}`, OTHER_CA],
    ['verify-full, by another name', UNNAMED, () => `sslmode=verify-full&${trusted()}`, OTHER_NAME],
    [
      'verify-full, by other names of several hosts',
      [...UNNAMED, ...UNNAMED],
      () => `sslmode=verify-full&${trusted()}`,
      `none of 2 PostgreSQL servers answers: ${OTHER_NAME}`,
    ],
  ])('refuses %s, and the error says what to change', async (_mode, hosts, parameters, message) => {
    await expect(migrate(postgres.urlOf(hosts, parameters()))).rejects.toThrow(message);
  });

  test('gets the certificate of the client', async () => {
    const certified = (parameters: string) =>
      postgres.urlOf(NAMED, parameters).replace(/\/\/[^@]*@/, '//certified@');
    const { cert, key } = postgres.client;
    const shown = `sslmode=verify-full&${trusted()}&sslcert=${cert}&sslkey=${key}`;
    expect(await connect(certified(shown))).toEqual({ ssl: true, client: '/CN=client' });
    await expect(migrate(certified(`sslmode=verify-full&${trusted()}`))).rejects.toThrow(
      'connection requires a valid client certificate',
    );
  });

  test('that goes silent during a statement is noticed in time', async () => {
    const { hostname, port } = new URL(postgres.plainUrl);
    const link = await openFaultyLink({ host: hostname, port: Number(port) });
    const url = link.through(postgres.urlOf(UNNAMED, `sslmode=verify-ca&${trusted()}`));
    const database = openDatabase(url, { poolMax: 1, applicationName: 'silence', statementTimeoutMs: 300 });
    const select = () => database.prisma.$queryRaw`SELECT 1`;
    try {
      await select();
      link.stallOpen();
      const { value, tookMs, allowedMs } = await timed(() => select().catch((error: unknown) => error));
      expect(value).toBeInstanceOf(Error);
      expect(tookMs).toBeLessThan(allowedMs(4_000));
      await eventually(select);
    } finally {
      await database.close();
      await link.close();
    }
  });

  test('a process that does not trust its certificate does not start, and one line says what to change', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--require', require.resolve('tsx/cjs'), join(__dirname, '../apps/api/src/main.ts')],
      {
        env: { ...process.env, DATABASE_URL: postgres.urlOf(NAMED, 'sslmode=require'), HOST: '127.0.0.1' },
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    expect(stderr).toMatch(
      /^Cannot start: localhost has a certificate of a CA .* sslrootcert in DATABASE_URL \(.*\)\n$/,
    );
    expect(status).toBe(1);
  });

  describe('with API, worker and queues', () => {
    const fleet = ofSuite(() =>
      openFleet(queueOfRun, {
        database: {
          url: postgres.urlOf(NAMED, `sslmode=verify-full&${trusted()}`),
          drop: () => Promise.resolve(),
        },
        env: {
          DATABASE_URL: postgres.urlOf(
            [...NAMED, ...UNNAMED],
            `target_session_attrs=read-write&sslmode=verify-full&${trusted()}`,
          ),
        },
      }),
    );

    test('has encrypted connections only, and all work is done', async () => {
      await fleet.client.stock('MUG', 10);
      const sold = await fleet.client.hold('MUG');
      expect((await fleet.client.confirm(sold.id)).status).toBe(200);
      await eventually(async () => {
        expect(await fleet.client.read(sold.id)).toMatchObject({ warehouse_sync: { state: 'succeeded' } });
      });
      const sessions = await fleet.query<{ ssl: boolean; count: number }>(
        `SELECT ssl, count(*)::integer AS count FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
         WHERE datname = current_database() AND usesysid IS NOT NULL GROUP BY 1`,
      );
      expect(sessions).toEqual([{ ssl: true, count: expect.any(Number) }]);
      expect(sessions[0]?.count).toBeGreaterThan(10);
    });
  });
});
