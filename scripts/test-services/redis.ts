import { spawn, spawnSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freeLoopbackPort } from '../embedded-postgres/free-port.ts';

/** A private Redis that keeps nothing. */
export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 10_000;

/**
 * Starts the `redis-server` of PATH on a free port.
 *
 * @returns undefined where there is no such program
 */
export async function startTestRedis(): Promise<TestRedis | undefined> {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const port = await freeLoopbackPort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  // The shell waits for the end of its standard input, which comes when we end, however we end.
  const guarded = 'redis-server "$@" </dev/null >/dev/null 2>&1 & server=$!; read -r _; kill -9 $server';
  const shell = spawn('sh', ['-c', guarded, 'sh', ...options], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((done) => shell.once('exit', done));
  const stop = async () => {
    shell.stdin.end();
    await ended;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answersPing(port))) {
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`redis-server does not answer on 127.0.0.1:${port} after ${READY_WITHIN_MS} ms`);
    }
    await pause(20);
  }
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 1_000 });
    const settle = (isUp: boolean) => {
      socket.destroy();
      answer(isUp);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG')));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
