import { z } from 'zod';
import manifest from '../package.json';

/** Of this service, as its package says. */
export const VERSION: string = z.object({ version: z.string() }).parse(manifest).version;
