import { once } from 'node:events';
import { connect } from 'node:net';
import type { Reply } from './start-api.ts';

/** Sends bytes as they are, and reads all that comes until the end of the connection. */
export async function exchange(url: string, bytes: Buffer | string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** The one answer among the bytes; status 0 where there is none. */
export function readReply(bytes: string): Reply {
  const [head = '', text = ''] = bytes.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    }),
  );
  const isJson = headers['content-type']?.includes('json') ?? false;
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  return { status: Number(first.split(' ')[1] ?? 0), headers, body };
}
