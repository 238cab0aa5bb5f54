import type { Entry } from './batch/entry.ts';

/** The subjects of commands, each with the number of commands. */
export class Subjects {
  readonly #counts = new Map<string, number>();

  /** Whether an added command has a subject in common with this one. */
  have({ subjects }: Entry): boolean {
    return subjects.some((subject) => this.#counts.has(subject));
  }

  add(entry: Entry): void {
    this.#count(entry, 1);
  }

  remove(entry: Entry): void {
    this.#count(entry, -1);
  }

  #count({ subjects }: Entry, difference: 1 | -1): void {
    for (const subject of subjects) {
      const count = (this.#counts.get(subject) ?? 0) + difference;
      if (count > 0) this.#counts.set(subject, count);
      else this.#counts.delete(subject);
    }
  }
}
