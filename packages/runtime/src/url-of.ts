import type { Server } from 'node:http';

/** Where a listening server can be reached. @throws {Error} when it does not listen on a port */
export function urlOf(server: Server): string {
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('the server does not listen on a port');
  return `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
}
