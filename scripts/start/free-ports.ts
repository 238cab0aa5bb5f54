import { createServer } from 'node:net';
import { portsOf, type Port, type StartSettings } from './settings.ts';

/**
 * Runs before anything starts, so that a second `npm start` names the occupied ports at once. A port that is
 * taken later is reported by the app that wants it.
 *
 * @throws {Error} that names every port in use
 */
export async function requireFreePorts(settings: StartSettings): Promise<void> {
  const problems = await Promise.all(portsOf(settings).map(problemOf));
  const found = [...new Set(problems.filter((problem) => problem !== undefined))];
  if (found.length === 0) return;
  throw new Error(
    `\n${found.join('\n')}\nIs Holdfast running already? Stop what runs there, or choose other ports or addresses (see .env.example).`,
  );
}

async function problemOf({ name, number, hostName, host }: Port): Promise<string | undefined> {
  const code = await tryListening(host, number);
  switch (code) {
    case undefined:
      return undefined;
    case 'EADDRINUSE':
      return `  ${name}: port ${number} on ${host} is in use`;
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return `  ${hostName}: ${host} is not an address of this machine`;
    default:
      return `  ${name}: cannot listen on port ${number} of ${host} (${code})`;
  }
}

function tryListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => answer(undefined)));
  });
}
