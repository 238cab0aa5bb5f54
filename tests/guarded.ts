import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a program that is not ours, in silence, so that it ends when we end, however that is.
 *
 * @returns how to kill it
 */
export function startGuarded(
  program: string,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
  signal: 'KILL' | 'QUIT' = 'KILL',
): () => Promise<void> {
  // The shell waits for the end of its standard input, which comes when we end.
  const guarded = `program=$1; shift; "$program" "$@" </dev/null >/dev/null 2>&1 & read -r _; kill -${signal} $!; wait`;
  const shell = spawn('sh', ['-c', guarded, 'sh', program, ...options], {
    cwd: '/',
    detached: true, // a signal to our process group does not end it before us
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  const ended = once(shell, 'exit');
  return async () => {
    shell.stdin.end();
    await ended;
  };
}
