import type { Options } from './options.ts';
import type { Testbed } from './testbed.ts';

/** How a benchmark is described: its name, what it compares, and how it is run. */
export interface Benchmark {
  /** Of `--only`, and of the files with its results. */
  readonly name: string;
  /** A line of `--help`. */
  readonly compares: string;
  /** Run without `--only`. */
  readonly isUsual?: true;
  readonly run: (testbed: Testbed, options: Options) => Promise<Report>;
}

export interface Report {
  readonly markdown: string;
  /** All figures, for the JSON file beside it. */
  readonly figures: object;
  /** SVG, by the end of the file's name. */
  readonly pictures?: Readonly<Record<string, string>>;
}

/** What was measured of one subject, round by round. */
export interface Measured<Figures> {
  readonly name: string;
  readonly rounds: readonly Figures[];
}

/** One of those that are compared, such as a server under a load. Its rounds are filled by `runRounds`. */
export interface Subject<Figures> extends Measured<Figures> {
  /** @returns what came of it, in a few words */
  readonly run: (seconds: number, round: number) => Promise<string>;
}

/**
 * @param measure one round of so many seconds
 * @param summarize for the line on stderr
 */
export function subject<Figures>(
  name: string,
  measure: (seconds: number, round: number) => Promise<Figures>,
  summarize: (figures: Figures) => string = () => 'done',
): Subject<Figures> {
  const rounds: Figures[] = [];
  return {
    name,
    rounds,
    async run(seconds, round) {
      const figures = await measure(seconds, round);
      if (round > 0) rounds.push(figures);
      return summarize(figures);
    },
  };
}

/** Subjects that are measured one right after the other: on a shared machine the next minute may be another one. */
export interface Comparison {
  readonly subjects: readonly Subject<unknown>[];
  /** Prepares each round of it, and cleans up; for the line on stderr it has a name. */
  readonly condition?: { readonly name: string; around(measureAll: () => Promise<void>): Promise<void> };
  readonly isWarmedUp?: false;
}

export interface Rounds {
  readonly seconds: number;
  readonly rounds: number;
  /** Of the round before the first, which does not count. 0: there is none. */
  readonly warmUpSeconds?: number;
  readonly afterRound?: (round: number) => Promise<void>;
}

const WARM_UP_SECONDS = 3;

/**
 * The one runner: measures all comparisons in each round, their subjects in the given order in odd rounds and in reverse
 * in even ones, so that none gains by its place.
 *
 * @throws {Error} with the subject's name, when a measurement fails
 */
export async function runRounds(
  comparisons: readonly Comparison[],
  { seconds, rounds, warmUpSeconds = Math.min(WARM_UP_SECONDS, seconds), afterRound }: Rounds,
): Promise<void> {
  for (let round = warmUpSeconds > 0 ? 0 : 1; round <= rounds; round += 1) {
    for (const { subjects, condition, isWarmedUp = true } of comparisons) {
      if (round === 0 && !isWarmedUp) continue;
      const when = [round === 0 ? 'warm-up' : `round ${round}`, ...(condition ? [condition.name] : [])].join(
        ', ',
      );
      const measureAll = async () => {
        for (const { name, run } of round % 2 === 1 ? subjects : subjects.toReversed()) {
          const summary = await run(round === 0 ? warmUpSeconds : seconds, round).catch((error: unknown) => {
            throw new Error(name, { cause: error });
          });
          say(`${when}: ${name}: ${summary}`);
        }
      };
      await (condition ? condition.around(measureAll) : measureAll());
    }
    await afterRound?.(round);
  }
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
