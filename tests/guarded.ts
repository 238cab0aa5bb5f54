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
): () => Promise<void> {
  // The shell waits for the end of its standard input, which comes when we end.
  const guarded =
    'program=$1; shift; "$program" "$@" </dev/null >/dev/null 2>&1 & read -r _; kill -9 $!; wait';
  const shell = spawn('sh', ['-c', guarded, 'sh', program, ...options], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  const ended = once(shell, 'exit');
  return async () => {
    shell.stdin.end();
    await ended;
  };
}
