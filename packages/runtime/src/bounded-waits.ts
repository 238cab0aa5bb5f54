/** The result of `work`, or `otherwise` after `limitMs`. The work continues; a later failure is ignored. */
export async function within<Result, Otherwise>(
  limitMs: number,
  work: Promise<Result>,
  otherwise: Otherwise,
): Promise<Result | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const LATE = Symbol('late');

/** Like {@link within}, but throws the error of `tooLate` when `limitMs` are over. */
export async function requireWithin<Result>(
  limitMs: number,
  work: Promise<Result>,
  tooLate: () => Error,
): Promise<Result> {
  const result = await within(limitMs, work, LATE);
  if (result === LATE) throw tooLate();
  return result;
}
