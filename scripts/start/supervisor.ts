/** One thing that was started and has to be stopped. */
export interface Part {
  readonly name: string;
  /** Asks it to stop, and kills it when it does not. Resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it now. */
  kill(): void;
}

/** Why everything stops: a request, or a failure. */
export type Ending = { readonly askedBy: NodeJS.Signals } | { readonly failure: string };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C can arrive twice: the terminal sends it to the whole foreground group, and npm passes it on to us.
 * Only a signal that comes later than this is a person who has lost patience.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Keeps the list of started processes. Any end of the run (a signal, a process that dies, a start that fails)
 * stops all of them, the newest first.
 */
export class Supervisor {
  readonly ending: Promise<Ending>;
  #parts: Part[] = [];
  #end: (ending: Ending) => void = () => undefined;
  #endedAt: number | undefined;

  constructor() {
    this.ending = new Promise((resolve) => (this.#end = resolve));
  }

  get isEnding(): boolean {
    return this.#endedAt !== undefined;
  }

  /**
   * Takes charge of a part, as soon as it exists.
   *
   * @throws {Error} when the run has ended meanwhile; the part is killed then
   */
  add(part: Part): void {
    if (this.isEnding) {
      part.kill();
      throw new Error(`${part.name} is not wanted any more`);
    }
    this.#parts.push(part);
  }

  /** Only the first reason counts: what fails after it does so because of it. */
  end(ending: Ending): void {
    this.#endedAt ??= performance.now();
    this.#end(ending);
  }

  listenForSignals(): void {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (this.#endedAt === undefined) this.end({ askedBy: signal });
        else if (performance.now() - this.#endedAt > SAME_SIGNAL_MS) this.#killAll();
      });
    }
  }

  /** Stops the parts one after another, newest first. `onStop` hears of each before it is stopped. */
  async stopAll(onStop: (part: Part) => void): Promise<void> {
    for (const part of this.#parts.toReversed()) {
      onStop(part);
      await part.stop();
    }
  }

  #killAll(): void {
    for (const part of this.#parts.toReversed()) part.kill();
    process.exit(1);
  }
}
