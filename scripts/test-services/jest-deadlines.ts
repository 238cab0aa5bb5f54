import { scaled, TEST_DEADLINE_MS } from '@holdfast/testing/patience';

/** Replaces Jest's own deadline, a fixed number in its configuration that does not follow the speed of the machine. */
jest.setTimeout(scaled(TEST_DEADLINE_MS));
