import type { LogEntry } from 'winston';
import Transport from 'winston-transport';

/** A chunk is written once it has so many characters, */
const CHUNK_MAX_CHARS = 16_384;
/** or once its first line is so old, */
const WAIT_MAX_MS = 50;
/** or at once behind an error: the process may end because of it. */
const IS_URGENT: ReadonlySet<string> = new Set(['error']);

/** The property in which winston stores the text of a line. */
export const MESSAGE = Symbol.for('message');

/**
 * Collects the lines of all loggers of a process. A write is a system call that takes as long as the rest of
 * a line; one write for many lines makes a line for each request affordable. A process that ends by itself
 * writes the remaining lines; a killed one loses the lines of 50 ms at most.
 */
class StdoutLines {
  #chunk = '';
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    process.once('exit', () => this.#write());
  }

  add(line: string, isUrgent: boolean): void {
    this.#chunk += `${line}\n`;
    if (isUrgent || this.#chunk.length >= CHUNK_MAX_CHARS) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), WAIT_MAX_MS).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chunk = this.#chunk;
    this.#chunk = '';
    if (chunk !== '') process.stdout.write(chunk);
  }
}

let lines: StdoutLines | undefined;

/** The stream to which winston writes the lines of one logger. */
export class StdoutTransport extends Transport {
  override log(info: LogEntry & { readonly [MESSAGE]?: string }, next: () => void): void {
    lines ??= new StdoutLines();
    lines.add(info[MESSAGE] ?? '', IS_URGENT.has(info.level));
    next();
  }
}
