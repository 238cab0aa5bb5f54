/** How often causes are checked; a cause without a line for that long counts as ended. */
const LOOK_EVERY_MS = 10_000;
/** While a cause lasts, its summaries are written at 10, 30, 70, 150 s, and then about every 2.5 minutes. */
const LOOKS_BETWEEN_SUMMARIES_MAX = 16;
/** Causes that are counted at once. Above it, lines are written as they are. */
const CAUSES_MAX = 200;
/** How many levels of `error.cause` are followed. */
const DEPTH_MAX = 10;

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Record<string, unknown>;
export type WriteLine = (level: LogLevel, event: string, fields: LogFields) => void;

interface Cause {
  readonly level: LogLevel;
  readonly event: string;
  readonly cause: string;
  total: number;
  leftOut: number;
  isSilent: boolean;
  looksBetween: number;
  looksLeft: number;
}

/**
 * Writes the first line of a cause, and counts the rest: when a server is away, hundreds of calls a second
 * fail for the same reason. Lines with the same event and the same cause are counted together. While the
 * cause lasts, a line with `repeated` has the number since the last line; after 10 s without one,
 * `log.cause_ended` has the `total`. The total is the sum of all `repeated`, and one for the first line.
 */
export class RepeatedCauses {
  readonly #write: WriteLine;
  readonly #causes = new Map<string, Cause>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: WriteLine) {
    this.#write = write;
  }

  log(level: LogLevel, event: string, fields: LogFields): void {
    const cause = causeOf(fields);
    if (cause === undefined) return this.#write(level, event, fields);
    const key = `${level} ${event} ${cause}`;
    const known = this.#causes.get(key);
    if (known) {
      known.total += 1;
      known.leftOut += 1;
      known.isSilent = false;
      return;
    }
    this.#write(level, event, { ...fields, cause });
    if (this.#causes.size >= CAUSES_MAX) return;
    this.#causes.set(key, {
      level,
      event,
      cause,
      total: 1,
      leftOut: 0,
      isSilent: false,
      looksBetween: 1,
      looksLeft: 1,
    });
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Logs the repeats that were left out so far, as if all causes had ended. */
  flush(): void {
    for (const [key, cause] of this.#causes) this.#end(key, cause);
  }

  #look(): void {
    for (const [key, cause] of this.#causes) {
      if (cause.isSilent) this.#end(key, cause);
      else this.#goOn(cause);
    }
  }

  #goOn(cause: Cause): void {
    cause.isSilent = true; // until it occurs again
    cause.looksLeft -= 1;
    if (cause.looksLeft > 0) return;
    this.#summarise(cause);
    cause.looksBetween = Math.min(cause.looksBetween * 2, LOOKS_BETWEEN_SUMMARIES_MAX);
    cause.looksLeft = cause.looksBetween;
  }

  #summarise(cause: Cause): void {
    if (cause.leftOut === 0) return;
    this.#write(cause.level, cause.event, { cause: cause.cause, repeated: cause.leftOut });
    cause.leftOut = 0;
  }

  #end(key: string, { event, cause, total, leftOut }: Cause): void {
    this.#causes.delete(key);
    if (total > 1) this.#write('info', 'log.cause_ended', { of: event, cause, repeated: leftOut, total });
    if (this.#causes.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The cause of a line: its field `cause`, or the root of its `error`. */
function causeOf({ cause, error }: LogFields): string | undefined {
  if (typeof cause === 'string') return cause;
  if (!(error instanceof Error)) return undefined;
  const root = rootOf(error);
  const code: unknown = Reflect.get(root, 'code');
  if (typeof code === 'string' && SYSTEM_ERROR.test(code)) return code;
  return `${typeof code === 'string' ? code : root.name}: ${withoutNumbers(root.message)}`;
}

/** Such a code names the cause. Others do not: every failed statement has Prisma's P2010. */
const SYSTEM_ERROR = /^E[A-Z]+$/;

/** The innermost error is the reason; the errors around it name the call. */
function rootOf(error: Error): Error {
  let root = error;
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    const inner: unknown = root instanceof AggregateError ? root.errors[0] : root.cause;
    if (!(inner instanceof Error)) return root;
    root = inner;
  }
  return root;
}

/** Ids, ports and times differ from line to line. */
const withoutNumbers = (message: string): string =>
  message.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '#').slice(0, 200);
