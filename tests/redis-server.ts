import { spawnSync } from 'node:child_process';
import { eventually, freePort } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { startGuarded } from './guarded.ts';

export type RedisServer = Awaited<ReturnType<typeof reserveRedisServer>>;

export const hasRedisServer = spawnSync('redis-server', ['--version']).error === undefined;

/**
 * A Redis of one test's own. Its database numbers would not keep two tests apart: a pause of the gateway's limiter goes
 * to all subscribers of a server.
 *
 * @param directory its working directory, where `SAVE` would write
 */
export async function reserveRedisServer(directory = '/') {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let stop: (() => Promise<void>) | undefined;

  /** Any command, such as `CONFIG SET`. @throws what the server answers */
  async function run(command: string, ...parameters: readonly string[]): Promise<unknown> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, disconnectTimeout: 100 });
    client.on('error', () => {}); // connect() says it too
    try {
      await client.connect();
      return await client.call(command, ...parameters);
    } finally {
      client.disconnect();
    }
  }

  return {
    url,
    /** On the port it always has, with nothing in it. */
    async start(): Promise<void> {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      stop = startGuarded('redis-server', [...options, '--dir', directory]);
      await eventually(() => run('PING'));
    },
    /** SIGKILL: what it knew is lost. */
    async kill(): Promise<void> {
      await stop?.();
      stop = undefined;
    },
    /** As after FLUSHALL: it runs on, and knows nothing any more. */
    flush: async (): Promise<void> => void (await run('FLUSHALL')),
    run,
  };
}

/** @throws {Error} where there is no redis-server */
export async function startRedisServer(): Promise<RedisServer> {
  if (!hasRedisServer) throw new Error('These tests start a Redis of their own: put redis-server into PATH');
  const redis = await reserveRedisServer();
  await redis.start();
  return redis;
}
