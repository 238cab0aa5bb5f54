import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command to its end. Passes signals on, so that no part of an installation continues after npm was
 * killed. Ends when the command has ended.
 *
 * @returns its exit code, and its output unless `options.stdio` says otherwise
 */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    let stoppedBy;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    }
    const listeners = FORWARDED.map((signal) => {
      const forward = () => {
        stoppedBy = signal;
        child.kill(signal);
      };
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const remove of listeners) remove();
      const endedBy = stoppedBy ?? signal;
      if (stoppedBy) process.exit(128 + constants.signals[stoppedBy]);
      resolve({ code: code ?? 128 + constants.signals[endedBy], output });
    });
  });
}

/** npm's own program when npm started us, so that `npm ci` is done by the same npm. */
export function npmCommand() {
  const self = process.env.npm_execpath;
  return self?.endsWith('npm-cli.js') ? [process.execPath, self] : ['npm'];
}

/**
 * Stops us, as if by SIGTERM, when npm has gone. npm passes SIGTERM on to the `sh -c` it runs us by, which dies of it
 * and leaves us; of its own SIGKILL or SIGHUP it can pass on nothing. Only under npm: `node scripts/run.mjs start &`
 * in a shell that then ends is meant to live on.
 */
export function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  timer.unref();
}

/** Our parent, and npm behind it where the parent is that `sh` (many a shell replaces itself by its last command). */
function ancestors() {
  const parent = process.ppid;
  const shell = /\((?:sh|dash|ash|bash|busybox)\) \S (\d+)/.exec(processStatus(parent));
  return `${parent} ${shell?.[1] ?? ''}`;
}

/** Linux only; elsewhere there is the parent alone to watch. */
function processStatus(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
