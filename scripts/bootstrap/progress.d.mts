/** Types of progress.mjs, which has to be plain JavaScript: it runs before anything is installed. */
export function withProgress<T>(
  label: string,
  work: () => Promise<T>,
  out?: { readonly isTTY?: boolean; write(text: string): unknown },
): Promise<T>;
