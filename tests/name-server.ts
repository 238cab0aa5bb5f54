import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export type NameServer = Awaited<ReturnType<typeof startNameServer>>;

const [TYPE_A, CLASS_IN] = [1, 1];
const HEADER_BYTES = 12;
const TTL_SECONDS = 1;
/** Flags of an answer (RFC 1035, 4.1.1): it is an answer, recursion is available; the last four bits are the result. */
const [NO_ERROR, NAME_ERROR] = [0x8180, 0x8183];

/** A DNS server on a loopback address, like the one in the networks of a container engine. */
export async function startNameServer() {
  const socket = createSocket('udp4');
  let known: Readonly<Record<string, string>> = {};
  let isSilent = false;
  socket.on('message', (query, { port, address }) => {
    if (!isSilent) socket.send(answerTo(query, known), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    /** Host and port, UDP. */
    address: `127.0.0.1:${socket.address().port}`,
    /** Sets the IPv4 address of each name. Names that are left out do not exist. */
    serve: (addresses: Readonly<Record<string, string>>): void => void (known = addresses),
    /** From now on no query is answered. */
    silence: (): void => void (isSilent = true),
    close: () => new Promise<void>((closed) => socket.close(() => closed())),
  };
}

/** A query has one question: a name, a type, a class (RFC 1035, 4.1.2). */
function answerTo(query: Buffer, known: Readonly<Record<string, string>>): Buffer {
  const { name, end } = nameIn(query);
  const address = known[name];
  const isAnswered = address !== undefined && query.readUInt16BE(end) === TYPE_A;
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2); // its id
  header.writeUInt16BE(address === undefined ? NAME_ERROR : NO_ERROR, 2);
  header.writeUInt16BE(1, 4); // questions
  header.writeUInt16BE(isAnswered ? 1 : 0, 6); // answers
  const question = query.subarray(HEADER_BYTES, end + 4);
  return Buffer.concat([header, question, ...(isAnswered ? [record(address)] : [])]);
}

function nameIn(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** An A record of the name in the question. */
function record(address: string): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // a pointer to the name in the question
  bytes.writeUInt16BE(TYPE_A, 2);
  bytes.writeUInt16BE(CLASS_IN, 4);
  bytes.writeUInt32BE(TTL_SECONDS, 6);
  bytes.writeUInt16BE(4, 10);
  return Buffer.concat([bytes, Buffer.from(address.split('.').map(Number))]);
}
