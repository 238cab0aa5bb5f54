import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, withSession } from '@holdfast/testing';
import { homeIn } from '../scripts/embedded-postgres/data-dir.ts';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres/start.ts';
import { makeCa, sign } from './certificates.ts';

export type TlsPostgres = Awaited<ReturnType<typeof startTlsPostgres>>;

/**
 * A PostgreSQL that accepts connections only with TLS. Its certificate is for `localhost`, and not for 127.0.0.1. The account
 * `certified` has to show a certificate of the same CA.
 */
export async function startTlsPostgres() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
  chmodSync(directory, 0o755); // PostgreSQL may run as another user
  const [ca, otherCa] = [makeCa(directory, 'ca'), makeCa(directory, 'other-ca')];
  const client = sign(directory, ca, 'client');
  const server = sign(directory, ca, 'server', 'subjectAltName=DNS:localhost');
  const dataDir = join(directory, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, throwaway: true });
  const { data } = homeIn(dataDir);
  const owned = (file: string): string => {
    const { uid, gid } = statSync(data);
    const own = join(data, file.slice(directory.length + 1));
    copyFileSync(file, own);
    chownSync(own, uid, gid);
    chmodSync(own, 0o600);
    return own;
  };
  const plainUrl = postgres.url;
  await withSession(plainUrl, async (session) => {
    await session.query(`CREATE ROLE certified LOGIN SUPERUSER`);
    await session.query(`ALTER SYSTEM SET ssl = on`);
    await session.query(`ALTER SYSTEM SET ssl_cert_file = '${owned(server.cert)}'`);
    await session.query(`ALTER SYSTEM SET ssl_key_file = '${owned(server.key)}'`);
    await session.query(`ALTER SYSTEM SET ssl_ca_file = '${owned(ca.cert)}'`);
    writeFileSync(
      join(data, 'pg_hba.conf'),
      'hostssl all certified 127.0.0.1/32 trust clientcert=verify-ca\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
    );
    await session.query('SELECT pg_reload_conf()');
  });
  // Sessions that begin after the reload are refused without TLS.
  await eventually(async () => {
    const refusal = await withSession(plainUrl, () => Promise.resolve()).catch(
      (error: Error) => error.message,
    );
    return typeof refusal === 'string' && refusal.includes('no encryption');
  });
  return {
    plainUrl,
    ca: ca.cert,
    otherCa: otherCa.cert,
    client,
    /** With these hosts, and these parameters. */
    urlOf(hosts: readonly string[], parameters: string): string {
      const { username, password, port, pathname } = new URL(plainUrl);
      const addresses = hosts.map((host) => `${host}:${port}`).join(',');
      return `postgresql://${username}:${password}@${addresses}${pathname}?${parameters}`;
    },
    async drop(): Promise<void> {
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
