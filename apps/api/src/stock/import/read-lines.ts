import { isUtf8 } from 'node:buffer';
import { validationFailed } from '../../http/problem.ts';

/** Characters of a line that are read. A row has a few short fields: a longer line is not a row. */
export const LINE_MAX = 10_000;

/** A line break at the end of a piece may be half of one: it waits for the next piece. */
const LINE_BREAK = /\r\n|\n|\r(?!$)/;

/**
 * The lines of a text as they come: in UTF-8, with or without a byte order mark, or in UTF-16 with one;
 * breaks as in Unix, Windows and old Macs. A longer line is cut to `LINE_MAX + 1` characters.
 *
 * @throws {Problem} `validation_failed` when it is neither
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let decoder: TextDecoder | null = null;
  let begun = '';
  let count = 0;
  for await (const chunk of withWholeMark(bytes)) {
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    const lines = (begun + decode(decoder, chunk, count)).split(LINE_BREAK);
    begun = (lines.pop() ?? '').slice(0, LINE_MAX + 1);
    count += lines.length;
    if (lines.length > 0) yield lines;
  }
  yield (begun + (decoder ? decode(decoder, null, count) : '')).split(/\r\n|\n|\r/);
}

/** The chunks of a file. The first has the two bytes of a byte order mark, unless the file is shorter. */
async function* withWholeMark(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first: Buffer | null = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (first === null) yield chunk;
    else {
      first = Buffer.concat([first, chunk]);
      if (first.length < 2) continue;
      yield first;
      first = null;
    }
  }
  if (first !== null && first.length > 0) yield first;
}

function encodingOf(start: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function decode(decoder: TextDecoder, chunk: Buffer | null, linesBefore: number): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
    if (decoder.encoding !== 'utf-8') {
      throw validationFailed(
        'the file',
        'begins like UTF-16, but is not valid UTF-16: save it as UTF-8',
        cause,
      );
    }
    const line = linesBefore + (chunk ? breaksBeforeFault(chunk) : 0) + 1;
    throw validationFailed('the file', `is not in UTF-8 (see its line ${line}): save it as UTF-8`, cause);
  }
}

/**
 * Line breaks before the first line that is not UTF-8. The rest of an earlier part's character is skipped.
 */
function breaksBeforeFault(chunk: Buffer): number {
  let start = 0;
  while (start < 3 && isContinuation(chunk[start])) start += 1;
  for (let breaks = 0; ; breaks += 1) {
    const end = chunk.indexOf('\n', start);
    if (end === -1 || !isUtf8(chunk.subarray(start, end))) return breaks;
    start = end + 1;
  }
}

const isContinuation = (byte = 0): boolean => byte >= 0x80 && byte < 0xc0;
