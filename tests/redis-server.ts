import { spawnSync } from 'node:child_process';
import { eventually, freePort } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { startGuarded } from './guarded.ts';

/**
 * A Redis of one test's own. Its database numbers would not keep two tests apart: a pause of the gateway's limiter goes
 * to all subscribers of a server.
 */
export interface RedisServer {
  readonly url: string;
  /** On the port it always has, with nothing in it. */
  start(): Promise<void>;
  /** SIGKILL: what it knew is lost. */
  kill(): Promise<void>;
  /** As after FLUSHALL: it runs on, and knows nothing any more. */
  flush(): Promise<void>;
  /** Any command, such as `CONFIG SET`. @throws what the server answers */
  run(command: string, ...parameters: readonly string[]): Promise<unknown>;
}

export const hasRedisServer = spawnSync('redis-server', ['--version']).error === undefined;

/** @param directory its working directory, where `SAVE` would write */
export async function reserveRedisServer(directory = '/'): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let stop: (() => Promise<void>) | undefined;

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
    async start() {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      stop = startGuarded('redis-server', [...options, '--dir', directory]);
      await eventually(() => run('PING'));
    },
    async kill() {
      await stop?.();
      stop = undefined;
    },
    flush: async () => void (await run('FLUSHALL')),
    run,
  };
}
