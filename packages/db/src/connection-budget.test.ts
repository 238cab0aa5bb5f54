import { connectionBudget, describeShortage } from './connection-budget.ts';

const ONE_SERVER = 'postgresql://u@a/db';
const TWO_SERVERS = 'postgresql://u@a,b/db?target_session_attrs=read-write';
const withRedis = { reading: 6, ledger: 4, queue_producer: 0 };
const withPostgres = { reading: 6, ledger: 4, queue_producer: 4, queue_workers: 5, queue_listening: 6 };

test.each([
  [ONE_SERVER, withRedis, 0, 10],
  [TWO_SERVERS, withRedis, 2, 12],
  [ONE_SERVER, withPostgres, 0, 25],
  [TWO_SERVERS, withPostgres, 4, 29],
])('%s: each pool that a process has may open one more to choose a server', (url, sizes, choosing, total) => {
  expect(connectionBudget(url, sizes)).toMatchObject({ ...sizes, choosing_server: choosing, total });
});

describe('a process that opens up to 25 connections', () => {
  const budget = connectionBudget(ONE_SERVER, withPostgres);

  test.each([
    ['fits twice into what is not reserved', { max: 53, inUse: 0, inUseElsewhere: 0 }],
    ['fits twice beside other databases', { max: 73, inUse: 20, inUseElsewhere: 20 }],
    ['fits beside other processes of Holdfast', { max: 100, inUse: 72, inUseElsewhere: 0 }],
  ])('%s', (_what, server) => {
    expect(describeShortage(budget, { reserved: 3, ...server })).toBeUndefined();
  });

  test.each([
    ['has less than the server allows', { max: 20, inUse: 0, inUseElsewhere: 0 }, 53],
    ['takes more than half of what is not reserved', { max: 52, inUse: 0, inUseElsewhere: 0 }, 53],
    ['takes more than half of what others leave', { max: 72, inUse: 20, inUseElsewhere: 20 }, 73],
    ['does not fit beside what is open', { max: 100, inUse: 73, inUseElsewhere: 0 }, 101],
  ])('%s', (_what, server, wanted) => {
    const shortage = describeShortage(budget, { reserved: 3, ...server });
    expect(shortage).toContain(`raise max_connections of PostgreSQL to at least ${wanted},`);
    expect(shortage).toContain('set REDIS_URL');
  });
});

test('with queues in Redis already, a shortage does not recommend it', () => {
  const server = { max: 15, reserved: 3, inUse: 0, inUseElsewhere: 0 };
  expect(describeShortage(connectionBudget(ONE_SERVER, withRedis), server)).not.toContain('REDIS_URL');
});
