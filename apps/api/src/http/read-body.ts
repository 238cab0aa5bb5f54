import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';
import { CallerGone } from '@holdfast/ledger';
import { charsetOf, mediaTypeOf } from './content-type.ts';
import { explainJsonFault } from './json-fault.ts';
import { BODY_MAX_BYTES } from './limits.ts';
import { invalidRequest, Problem, validationFailed } from './problem.ts';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

/**
 * Reads a JSON body; `undefined` if it is missing or empty. The server's `requestTimeout` limits the time.
 *
 * @throws {Problem} `unsupported_media_type`, `payload_too_large`, `malformed_json`, or `validation_failed`
 * for a body that cannot be unpacked or is nested too deep
 * @throws {CallerGone} the client went away before its body was read
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') {
    return undefined;
  }
  requireJson(headers['content-type']);
  const unpack = unpackerFor(headers['content-encoding']);
  if (Number(headers['content-length']) > BODY_MAX_BYTES) throw tooLarge();
  const bytes = await readBytes(request);
  return parseJson(unpack && bytes.length > 0 ? await unpack(bytes) : bytes);
}

function requireJson(contentType: string | undefined): void {
  if (!JSON_TYPE.test(mediaTypeOf(contentType) ?? '')) {
    const found = !contentType ? 'There is no Content-Type' : 'The Content-Type is not JSON';
    throw new Problem('unsupported_media_type', `${found}: send the body as application/json.`);
  }
  const charset = charsetOf(contentType);
  if (charset !== 'utf-8' && charset !== '') {
    throw new Problem('unsupported_media_type', 'Send the body as JSON in UTF-8.');
  }
}

/** All bytes of the body. When they are too many, the rest is still read from the connection, and dropped. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The client may have disconnected while it was identified: then no event would come any more.
    if (request.destroyed) reject(new CallerGone('the client has gone'));
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_MAX_BYTES) {
        chunks.push(chunk);
      } else {
        chunks = [];
        reject(tooLarge());
      }
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('close', () => {
      if (!request.complete) reject(new CallerGone('the client has gone'));
    });
  });
}

type Unpack = (bytes: Buffer) => Promise<Buffer>;

const UNPACKERS: ReadonlyMap<string, Unpack> = new Map([
  ['gzip', unpackWith(promisify<InputType, ZlibOptions, Buffer>(gunzip))],
  ['deflate', unpackWith(promisify<InputType, ZlibOptions, Buffer>(inflate))],
  ['br', unpackWith(promisify<InputType, ZlibOptions, Buffer>(brotliDecompress))],
]);

function unpackerFor(contentEncoding = 'identity'): Unpack | null {
  const encoding = contentEncoding.toLowerCase();
  if (encoding === 'identity') return null;
  const unpack = UNPACKERS.get(encoding);
  if (unpack) return unpack;
  throw new Problem('unsupported_media_type', 'Send the body plain, or packed as gzip, deflate or br.');
}

function unpackWith(unpack: (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>): Unpack {
  return async (bytes) => {
    try {
      return await unpack(bytes, { maxOutputLength: BODY_MAX_BYTES });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
      const fault = { path: '', message: 'is not what its Content-Encoding says' };
      throw invalidRequest('The body is not what its Content-Encoding says.', [fault], error);
    }
  };
}

const BYTE_ORDER_MARK = 0xfeff;

/** JSON is UTF-8 (RFC 8259, 8.1). A lenient decoder makes two names the same: each wrong byte is U+FFFD. */
function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new Problem('malformed_json', 'The body is not in UTF-8.');
  if (bytes.length > UNCHECKED_BYTES && isTooDeep(bytes)) {
    throw validationFailed('', `may be nested at most ${DEPTH_MAX} deep`);
  }
  const decoded = bytes.toString();
  const text = decoded.charCodeAt(0) === BYTE_ORDER_MARK ? decoded.slice(1) : decoded;
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('malformed_json', `The body ${explainJsonFault(text)}.`);
  }
}

/** The depth of an event in a list, which is the deepest body of the contract (incoming-envelope.ts). */
const DEPTH_MAX = 65;
/** JSON.parse takes half a second for a megabyte of open brackets, and a few milliseconds for this many. */
const UNCHECKED_BYTES = 16_384;

const [QUOTE, BACKSLASH, OPEN, CLOSE] = Buffer.from('"\\{}');
/** `[` and `{` differ in this bit only, as do `]` and `}`. */
const BRACKET_BIT = 0x20;

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) isInText = !isInText;
    else if (isInText && byte === BACKSLASH) index += 1;
    else if (isInText) continue;
    else if ((byte | BRACKET_BIT) === OPEN) depth += 1;
    else if ((byte | BRACKET_BIT) === CLOSE) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

const tooLarge = () => new Problem('payload_too_large', 'The body may have at most 1 MB.');
