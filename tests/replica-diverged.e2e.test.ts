import { Replicas } from '@holdfast/db';
import { eventually, withSession } from '@holdfast/testing';
import { startPostgresReplicas } from './faults/postgres-replicas.ts';

const rowsAt = (url: string) =>
  withSession(url, async (session) => (await session.query('SELECT FROM lost')).rows.length);

test('a standby that has more of the old log than the promoted one is not read, although it is ahead by number', async () => {
  const postgres = await startPostgresReplicas({}, {});
  const [promoted, ahead] = postgres.standbys.map(({ url }) => url);
  if (promoted === undefined || ahead === undefined) throw new Error('there are no two standbys');
  const replicas = new Replicas({
    primaryUrl: postgres.url,
    urls: [ahead],
    applicationName: 'test',
    lagMaxMs: 10_000,
    onChange: () => {},
  });
  try {
    const sql = (text: string) => withSession(postgres.primaryUrl, (session) => session.query(text));
    await sql('CREATE TABLE lost (n integer)');
    await eventually(async () => (await rowsAt(promoted)) === 0);
    await replicas.start();
    await eventually(() => replicas.all[0]?.state === 'in_use');
    await postgres.standbys[0]?.stop();
    await sql('INSERT INTO lost SELECT generate_series(1, 10_000)');
    const ofOld = await replicas.primary.read();
    await eventually(async () => (await rowsAt(ahead)) === 10_000);
    postgres.killPrimary();
    postgres.standbys[0]?.start();
    await eventually(async () => (await rowsAt(promoted)) === 0);
    await postgres.standbys[0]?.promote();
    const ofNew = await eventually(async () => {
      const position = await replicas.primary.read();
      return position.timeline > ofOld.timeline && position;
    });
    await eventually(() => replicas.all[0]?.state === 'other_timeline');
    expect(replicas.all[0]?.position?.lsn).toBeGreaterThan(ofNew.lsn);
    for (const wanted of [ofOld, ofNew, null]) expect(await replicas.choose(wanted)).toBeUndefined();
  } finally {
    await replicas.close();
    await postgres.drop();
  }
});
