/** A figure that a scenario has found, and what it should be. */
export interface Finding {
  readonly what: string;
  readonly value: number;
  readonly goal?: Goal;
}

export interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
}

export const isMet = ({ value, goal: { atLeast = -Infinity, atMost = Infinity } = {} }: Finding): boolean =>
  value >= atLeast && value <= atMost;

/** All of them, and not one more. */
export const exactly = (count: number): Goal => ({ atLeast: count, atMost: count });
