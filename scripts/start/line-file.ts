import { appendFileSync, createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';

const ROTATE_AT_BYTES = 10_000_000;
/** Buffered lines that a slow disk has not written yet. */
const BUFFERED_MAX_BYTES = 4_000_000;
const OPEN_AGAIN_AFTER_MS = 1_000;

export interface LineFileOptions {
  readonly path: string;
  /** Called once when the file cannot be written any more. */
  readonly onBroken: (error: Error) => void;
  readonly onWrittenAgain: (missingLines: number) => void;
}

/**
 * Appends lines to a file. After some 10 MB the file replaces `<path>.1`, so that a log does not fill the disk by itself. While
 * the file cannot be written, its lines are left out and counted, and it is opened again every second; the caller gets no error.
 * Before the next line it writes how many are missing.
 */
export class LineFile {
  readonly #options: LineFileOptions;
  #stream: WriteStream | undefined;
  #bytes: number;
  #missingLines = 0;
  #isBroken = false;
  #openAgainAt = 0;

  /** @throws when it cannot be opened now */
  constructor(options: LineFileOptions) {
    this.#options = options;
    appendFileSync(options.path, '');
    this.#bytes = statSync(options.path).size;
  }

  write(line: string): void {
    const stream = this.#open();
    if (!stream || stream.writableLength > BUFFERED_MAX_BYTES) {
      this.#missingLines += 1;
      return;
    }
    const missing = this.#missingLines;
    const text = missing > 0 ? `${noteOf(missing)}\n${line}\n` : `${line}\n`;
    this.#missingLines = 0;
    this.#bytes += Buffer.byteLength(text);
    stream.write(text, (error) => {
      if (error) this.#missingLines += missing + 1;
      else if (this.#isBroken) {
        this.#isBroken = false;
        this.#options.onWrittenAgain(missing);
      }
    });
  }

  #open(): WriteStream | undefined {
    if (this.#bytes > ROTATE_AT_BYTES) this.#rotate();
    if (this.#stream || performance.now() < this.#openAgainAt) return this.#stream;
    const stream = createWriteStream(this.#options.path, { flags: 'a' });
    stream.on('error', (error) => {
      if (this.#stream === stream) this.#broke(error);
    });
    this.#stream = stream;
    return stream;
  }

  #rotate(): void {
    this.#bytes = 0;
    this.#stream?.end();
    this.#stream = undefined;
    try {
      renameSync(this.#options.path, `${this.#options.path}.1`);
    } catch (error) {
      this.#broke(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #broke(error: Error): void {
    this.#stream = undefined;
    this.#openAgainAt = performance.now() + OPEN_AGAIN_AFTER_MS;
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#options.onBroken(error);
  }
}

const noteOf = (count: number) => JSON.stringify({ level: 'warn', message: 'log.lines_missing', count });
