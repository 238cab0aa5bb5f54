import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { eventually, freePort } from '@holdfast/testing';
import { Redis } from 'ioredis';

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
}

export const hasRedisServer = spawnSync('redis-server', ['--version']).error === undefined;

export async function reserveRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let stop: (() => Promise<unknown>) | undefined;

  async function ask(command: 'PING' | 'FLUSHALL'): Promise<void> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {}); // connect() says it too
    try {
      await client.connect();
      await client.call(command);
    } finally {
      client.disconnect();
    }
  }

  return {
    url,
    async start() {
      // The shell waits for the end of its standard input, which comes when we end, however we end.
      const guarded = 'redis-server "$@" </dev/null >/dev/null 2>&1 & read -r _; kill -9 $!; wait';
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      const shell = spawn('sh', ['-c', guarded, 'sh', ...options], {
        cwd: '/',
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const ended = once(shell, 'exit');
      stop = () => {
        shell.stdin.end();
        return ended;
      };
      await eventually(() => ask('PING'));
    },
    async kill() {
      await stop?.();
      stop = undefined;
    },
    flush: () => ask('FLUSHALL'),
  };
}
