import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { freePort, withSession } from '@holdfast/testing';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres/start.ts';
import { eitherOf, startStandby } from './standby.ts';

export type PostgresPair = Awaited<ReturnType<typeof startPostgresPair>>;

/** Two real PostgreSQLs: a primary, and a standby that has all that the primary has acknowledged. */
export async function startPostgresPair() {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-pair-'));
  chmodSync(directory, 0o755); // PostgreSQL may run as another user
  const [primaryDir, standbyDir] = [join(directory, 'primary'), join(directory, 'standby')];
  const primary = await startEmbeddedPostgres({ dataDir: primaryDir });
  await migrate(primary.url);
  const standby = await startStandby({
    primaryUrl: primary.url,
    primaryDir,
    dataDir: standbyDir,
    port: await freePort(),
  });
  return {
    primaryUrl: primary.url,
    standbyUrl: standby.url,
    /** Both servers in libpq's form: connections go to the one that can be written to. */
    url: eitherOf(primary.url, standby.url),
    /** Ends the primary at once, as a power cut does. */
    killPrimary: () => primary.kill(),
    /** Makes the standby a primary. */
    promote: () => standby.promote(),
    setReadOnly: (isReadOnly: boolean) => setReadOnly(primary.url, isReadOnly),
    async drop(): Promise<void> {
      await Promise.all([primary.stop(), standby.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Makes the primary read-only, as before a switch-over, or ends that; also for open sessions. */
function setReadOnly(primaryUrl: string, isReadOnly: boolean): Promise<void> {
  return withSession(primaryUrl, async (session) => {
    await session.query(`ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
    await session.query('SELECT pg_reload_conf()');
  });
}
