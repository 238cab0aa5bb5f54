import { isUtf8 } from 'node:buffer';
import { validationFailed } from '../../http/problem.ts';

/** Characters of a line that are read. A row has six short fields: what is longer is no row. */
export const LINE_MAX = 10_000;

/** A break at the very end may be half of one: it waits for what comes next. */
const LINE_BREAK = /\r\n|\n|\r(?!$)/;

/**
 * The lines of a UTF-8 text, with or without a byte order mark, as they come; breaks as in Unix, Windows and
 * old Macs. Of a longer line `LINE_MAX + 1` characters are kept.
 *
 * @throws {Problem} `validation_failed` when it is not UTF-8
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun = '';
  let count = 0;
  for await (const chunk of bytes) {
    const lines = (begun + decode(decoder, chunk, count)).split(LINE_BREAK);
    begun = (lines.pop() ?? '').slice(0, LINE_MAX + 1);
    count += lines.length;
    if (lines.length > 0) yield lines;
  }
  yield (begun + decode(decoder, null, count)).split(/\r\n|\n|\r/);
}

function decode(decoder: TextDecoder, chunk: Buffer | null, linesBefore: number): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
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
