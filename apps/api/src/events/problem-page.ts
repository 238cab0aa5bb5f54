import { answeredProblem } from '@holdfast/contract';
import type { Publisher } from '@holdfast/events';
import { z } from 'zod';

const storedProblem = z.looseObject({ type: z.string() }).nullable();

/** An event as it is answered: the `type` of its problem, which is stored as a path, is the page's URL. */
export const withProblemPage =
  ({ publicUrl }: Publisher) =>
  <Event extends { readonly problem: unknown }>(event: Event) => {
    const problem = storedProblem.parse(event.problem);
    return { ...event, problem: problem && answeredProblem(problem, publicUrl) };
  };
