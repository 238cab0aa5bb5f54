/** `drop` counts where there is no `close`. */
interface Closable {
  close?(): Promise<unknown>;
  drop?(): Promise<unknown>;
}

/**
 * Registers the hooks that open something before the first test of a suite and close it after the last one.
 * Hooks that the suite registers afterwards run after these.
 *
 * @returns what `open` resolves with, which has no properties before the first hook
 */
export function ofSuite<T extends Closable>(open: () => Promise<T>): T {
  const { part, fill } = laterFilled<T>();
  beforeAll(async () => fill(await open()));
  afterAll(() => (part.close ?? part.drop)?.());
  return part as T;
}

/** As {@link ofSuite}, for each test. */
export function ofTest<T extends Closable>(open: () => Promise<T>): T {
  const { part, fill } = laterFilled<T>();
  beforeEach(async () => fill(await open()));
  afterEach(() => (part.close ?? part.drop)?.());
  return part as T;
}

function laterFilled<T>(): { readonly part: Partial<T>; readonly fill: (opened: T) => void } {
  const part: Partial<T> = {};
  return {
    part,
    fill: (opened) => {
      for (const name of Object.keys(part)) delete part[name as keyof T];
      const descriptors = Object.getOwnPropertyDescriptors(opened);
      for (const descriptor of Object.values<PropertyDescriptor>(descriptors)) descriptor.configurable = true;
      Object.defineProperties(part, descriptors);
    },
  };
}
