/** Types of setup.mjs, which has to be plain JavaScript: it runs before anything is installed. */
export function setUp(
  root: string,
  set: 'runtime' | 'everything',
  options?: { readonly withConsole?: boolean },
): Promise<void>;
