import { spawnSync } from 'node:child_process';
import { eventually, freePort } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { startGuarded } from './guarded.ts';

/** A Redis of one test's own, of any kind, at an address that it always has. */
export interface TestRedis {
  readonly url: string;
  /** With nothing in it. */
  start(): Promise<void>;
  /** SIGKILL to all its servers: their data is lost. */
  kill(): Promise<void>;
  /** As after FLUSHALL: it continues to run, without its data. */
  flush(): Promise<void>;
  /** Any command, such as `CONFIG SET`. Each of several masters gets it. @throws a server's error */
  run(command: string, ...parameters: readonly string[]): Promise<unknown>;
  /** Kills it, and removes its files. */
  close(): Promise<void>;
}

export const hasRedisServer = spawnSync('redis-server', ['--version']).error === undefined;

/** One call over a connection of its own. @throws when the server is away, at once */
export async function callRedis(url: string, command: string, ...parameters: readonly string[]) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, disconnectTimeout: 100 });
  client.on('error', () => {}); // connect() says it too
  try {
    await client.connect();
    return await client.call(command, ...parameters);
  } finally {
    client.disconnect();
  }
}

/**
 * A Redis of one test's own. Its database numbers would not keep two tests apart: a pause of the gateway's limiter goes
 * to all subscribers of a server.
 *
 * @param directory its working directory, where `SAVE` would write
 */
export async function reserveRedisServer(directory = '/'): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let stop: (() => Promise<void>) | undefined;

  const run = (command: string, ...parameters: readonly string[]) => callRedis(url, command, ...parameters);

  async function kill(): Promise<void> {
    await stop?.();
    stop = undefined;
  }

  return {
    url,
    async start(): Promise<void> {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      stop = startGuarded('redis-server', [...options, '--dir', directory]);
      await eventually(() => run('PING'));
    },
    kill,
    flush: async () => void (await run('FLUSHALL')),
    run,
    close: kill,
  };
}

/** @throws {Error} where there is no redis-server */
export async function startRedisServer(): Promise<TestRedis> {
  if (!hasRedisServer) throw new Error('These tests start a Redis of their own: put redis-server into PATH');
  const redis = await reserveRedisServer();
  await redis.start();
  return redis;
}
