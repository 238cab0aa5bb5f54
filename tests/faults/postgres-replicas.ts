import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { freePort } from '@holdfast/testing';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres/start.ts';
import { eitherOf, startStandby, type Standby } from './standby.ts';

export type PostgresReplicas = Awaited<ReturnType<typeof startPostgresReplicas>>;

/**
 * A real primary, and streaming standbys for which its commits do not wait. The first may be promoted. The others then
 * follow it: they follow the server of the two that is writable.
 *
 * @param settings of each standby
 */
export async function startPostgresReplicas(...settings: readonly Readonly<Record<string, string>>[]) {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-replicas-'));
  chmodSync(directory, 0o755); // PostgreSQL may run as another user
  const primaryDir = join(directory, 'primary');
  const primary = await startEmbeddedPostgres({ dataDir: primaryDir });
  await migrate(primary.url);
  const standbys: Standby[] = [];
  for (const [index, own] of settings.entries()) {
    const first = standbys[0];
    standbys.push(
      await startStandby({
        primaryUrl: primary.url,
        primaryDir,
        dataDir: join(directory, `standby-${index}`),
        port: await freePort(),
        name: `standby_${index}`,
        isSynchronous: false,
        settings: own,
        ...(first && { followsAlso: first.url }),
      }),
    );
  }
  const [first] = standbys;
  return {
    primaryUrl: primary.url,
    standbys: standbys as readonly Standby[],
    /** The primary and the first standby: connections go to the one that can be written to. */
    url: first ? eitherOf(primary.url, first.url) : primary.url,
    replicaUrls: standbys.map(({ url }) => url).join(','),
    /** Ends the primary at once, as a power cut does. */
    killPrimary: () => primary.kill(),
    async drop(): Promise<void> {
      await Promise.all([primary.stop(), ...standbys.map((each) => each.stop())]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
