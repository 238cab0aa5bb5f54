import { createServer } from 'node:net';
import { portsOf, type StartSettings } from './settings.ts';

/**
 * Asks before anything starts, so that a second `npm start` says at once what is in its way. A port that is taken
 * later is reported by the app that wants it.
 *
 * @throws {Error} that names every port in use
 */
export async function requireFreePorts(settings: StartSettings): Promise<void> {
  const problems = await Promise.all(
    portsOf(settings).map(async ({ name, number }) => {
      const code = await tryListening(settings.HOST, number);
      if (code === 'EADDRINUSE') return `  ${name}: port ${number} on ${settings.HOST} is in use`;
      return code ? `  ${name}: cannot listen on port ${number} of ${settings.HOST} (${code})` : undefined;
    }),
  );
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  throw new Error(
    `\n${found.join('\n')}\nIs Holdfast running already? Stop what runs there, or choose other ports (see .env.example).`,
  );
}

function tryListening(host: string, port: number): Promise<string | undefined> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => answer(undefined)));
  });
}
