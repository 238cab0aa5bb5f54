import { RetryLater } from '@holdfast/jobs';
import { addSync, workerOfTest } from '../testing/test-worker.ts';

const RATE_PER_SECOND = 5;
/** Two seconds of it. */
const QUEUED_MAX = 10;

const worker = workerOfTest({ GATEWAY_RATE_PER_SECOND: `${RATE_PER_SECOND}` });
const database = () => worker.context.database;

async function addSyncs(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await addSync(database(), 'confirm'));
  return ids;
}

const queueSyncs = () => worker.run('queue-syncs', {});
const queued = () => worker.asked.syncs.map(({ id }) => id).toSorted();

describe('syncs that wait for the gateway', () => {
  test('are queued as far as it takes them in two seconds, the others when these are done', async () => {
    const ids = await addSyncs(QUEUED_MAX + 3);
    await expect(queueSyncs()).rejects.toThrow(RetryLater);
    expect(queued()).toEqual(ids.slice(0, QUEUED_MAX).toSorted());
    await expect(queueSyncs()).rejects.toThrow(RetryLater);
    expect(queued()).toHaveLength(QUEUED_MAX);

    const done = ids.slice(0, 5);
    await database().prisma.$executeRaw`
      UPDATE warehouse_syncs SET state = 'succeeded', next_attempt_at = NULL WHERE id = ANY(${done}::uuid[])`;
    await queueSyncs();
    expect(queued()).toEqual(ids.toSorted());
  });

  test('are queued again when the queue has lost them', async () => {
    const ids = await addSyncs(2);
    await queueSyncs();
    await queueSyncs();
    expect(queued()).toEqual(ids.toSorted());
    await database().prisma.$executeRaw`
      UPDATE warehouse_syncs SET queued_until = clock_timestamp() - interval '1 s'`;
    await queueSyncs();
    expect(queued()).toEqual([...ids, ...ids].toSorted());
  });
});
