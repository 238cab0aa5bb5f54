import type { Socket } from 'node:net';
import { PassThrough, type Duplex } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CallerGone } from '@holdfast/ledger';
import type { NotedRequest } from '@holdfast/runtime';
import { z } from 'zod';
import { endSlowConnection, exemptFromTimeout, type AskedAt } from './client-error.ts';
import { charsetOf, mediaTypeOf } from './content-type.ts';
import { Problem, validationFailed } from './problem.ts';

/** The rules of a route whose body is a file and not JSON. */
export interface UploadRules {
  /** The schema of each content type, for the documents only. */
  readonly types: Readonly<Record<string, z.ZodType>>;
  /** Of the file, unpacked. */
  readonly bytesMax: number;
  /** How long the file may take to arrive, and how long no byte of it may arrive. */
  readonly takesMaxMs: number;
  readonly stallsMaxMs: number;
  /** Bytes as sent, on average during the waits for data. Checked after `stallsMaxMs` of waiting. */
  readonly bytesPerSecondMin: number;
}

/** A file that a client is sending. */
export interface Upload {
  /** As in the rules, without parameters. */
  readonly contentType: string;
  /**
   * Its bytes, unpacked, as they come, at the reader's pace. Can be read once.
   *
   * @throws {Problem} `payload_too_large`, or `validation_failed` when it cannot be unpacked
   * @throws {CallerGone} the client went away before its end, or was too slow
   */
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Checks the headers of a file; nothing of it is read before `bytes` is.
 *
 * @throws {Problem} `unsupported_media_type`, or `payload_too_large` if `Content-Length` is too large
 */
export function openUpload(request: NotedRequest, rules: UploadRules, asked: AskedAt): Upload {
  const { headers } = request;
  const contentType = requireType(headers['content-type'], rules);
  const unpack = unpackerFor(headers['content-encoding']);
  if (Number(headers['content-length']) > rules.bytesMax) throw tooLarge(rules);
  return { contentType, bytes: readFile(request, unpack, rules, asked) };
}

/** UTF-16 with a byte order mark, which the reader looks at. */
const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf-16', 'utf-16le', 'utf-16be']);

function requireType(header: string | undefined, { types }: UploadRules): string {
  const type = mediaTypeOf(header);
  if (type === null || !Object.hasOwn(types, type) || !CHARSETS.has(charsetOf(header))) {
    const known = Object.keys(types).join(' or ');
    throw new Problem('unsupported_media_type', `Send the file as ${known}, in UTF-8.`);
  }
  return type;
}

type Unpacker = () => Duplex;

function unpackerFor(contentEncoding = 'identity'): Unpacker {
  const encoding = contentEncoding.toLowerCase();
  if (encoding === 'identity') return () => new PassThrough();
  if (encoding === 'gzip') return () => createGunzip();
  throw new Problem('unsupported_media_type', 'Send the file plain, or packed as gzip.');
}

/** A client that is refused while it sends a file is read for so long, or it would miss the answer. */
const LINGER_MS = 5_000;

async function* readFile(
  request: NotedRequest,
  unpack: Unpacker,
  rules: UploadRules,
  asked: AskedAt,
): AsyncGenerator<Buffer> {
  const { socket } = request;
  if (request.destroyed && !request.complete) throw new CallerGone('the client has gone');
  const body = unpack();
  body.on('error', () => undefined); // the reader gets the error
  // Also after its last byte: a small file can unpack to work for minutes.
  const onClose = () => void body.destroy(new CallerGone('the client has gone'));
  socket.on('close', onClose);
  const endExemption = exemptFromTimeout(socket);
  const endSlow = () => endSlowConnection(request, asked);
  const deadline = setTimeout(endSlow, rules.takesMaxMs);
  try {
    request.pipe(body);
    let length = 0;
    for await (const chunk of inTime(body, endSlow, rules, socket)) {
      length += chunk.length;
      if (length > rules.bytesMax) throw tooLarge(rules);
      yield chunk;
    }
  } catch (error) {
    throw unpackingError.safeParse(error).success ? cannotBeUnpacked(error) : error;
  } finally {
    clearTimeout(deadline);
    request.unpipe(body);
    socket.off('close', onClose);
    body.destroy();
    if (request.complete || request.destroyed) endExemption();
    else linger(request, endExemption);
  }
}

/**
 * The bytes of a stream. A file that stalls, or arrives slower than the rules allow, is reported, as it
 * blocks the place of another. Only the time in which the reader waits for it counts.
 */
async function* inTime(
  body: Duplex,
  onSlow: () => void,
  { stallsMaxMs, bytesPerSecondMin }: UploadRules,
  socket: Socket,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  const readBefore = socket.bytesRead;
  let waitedMs = 0;
  for (;;) {
    const began = performance.now();
    const stall = setTimeout(onSlow, stallsMaxMs);
    const next = await chunks.next().finally(() => clearTimeout(stall));
    if (next.done) return;
    waitedMs += performance.now() - began;
    const expected = (bytesPerSecondMin * waitedMs) / 1_000;
    if (waitedMs > stallsMaxMs && socket.bytesRead - readBefore < expected) onSlow();
    yield next.value;
  }
}

function linger(request: NotedRequest, endExemption: () => void): void {
  const { socket } = request;
  const end = setTimeout(() => socket.destroy(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(end);
    endExemption();
  });
  request.resume();
}

/** Those of zlib: `Z_DATA_ERROR`, `Z_BUF_ERROR` for one that is cut off. */
const unpackingError = z.object({ code: z.string().startsWith('Z_') });

const cannotBeUnpacked = (cause: unknown) =>
  validationFailed('the file', 'is not what its Content-Encoding says, or is cut off', cause);

function tooLarge({ bytesMax }: UploadRules): Problem {
  const most = `${bytesMax / 1_000_000} MB`;
  return new Problem('payload_too_large', `The file may have at most ${most}, unpacked. Send it in parts.`);
}
